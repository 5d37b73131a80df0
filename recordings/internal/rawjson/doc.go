// Package rawjson checks, walks and quotes JSON without changing a byte of it.
//
// A recording embeds bodies verbatim: number text, duplicate keys, key order and
// escapes are kept. Packages that decode into Go values lose those. jsontext does
// not, but is slower where a recording is written and read. Compared on a line of
// a recording (go test -bench . in this folder, least of 15 runs, two cores):
//
//	Valid         583 ns, jsontext 1018 ns
//	Object        888 ns and no allocation, jsontext 1297 ns and 5 allocations
//	AppendString  213 ns, jsontext 506 ns
//
// For reading a string jsontext is as fast, so AppendUnquote is used there.
//
// The package does not know what lines mean. Start reading at scan.go.
package rawjson
