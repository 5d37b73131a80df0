// Package match decides which recorded exchange answers a live request, and
// says why none does.
//
// A request is taken apart into leaves: a place ("path.id", "query.name",
// "body.HostConfig.Binds.0") with a value. Two requests are the same when
// their operations and leaves are: API versions, headers, the order of JSON
// keys and of query parameters do not matter, nor what the rules ignore. Tars
// are compared by their files.
//
// Which of several equal exchanges is taken is decided in take.go: in the
// order they were recorded, those of the same client first; how often one may
// be used is in lifetime.go.
//
// The package is pure: it knows no sockets and no clocks. Start reading at
// Matcher.
package match
