// Package rawjson checks, walks and quotes JSON without changing a byte of it.
//
// A recording embeds bodies verbatim: number text, duplicate keys, key order
// and escapes have to come back as they were. Packages that decode into Go
// values lose those, so the few things a recording line needs are here. What
// the lines mean is not known here.
//
// Start reading at scan.go.
package rawjson
