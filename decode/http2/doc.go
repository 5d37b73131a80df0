// Package http2 parses the bytes of an HTTP/2 connection (RFC 9113).
//
// It is sans-IO: a Reader takes the bytes of one direction as they come, cut
// anywhere, and gives out what its frames carry: header blocks decoded, data
// without its padding, the rest as what it is. The frames themselves are read
// by golang.org/x/net/http2, which is dockerd's own reader. Memory is bounded:
// a header block is collected, data is not. It must not know gRPC, events or
// what a stream means to Docker.
//
// Start reading at Reader.
package http2
