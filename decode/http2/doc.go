// Package http2 parses the bytes of an HTTP/2 connection (RFC 9113).
//
// It is sans-IO: a Reader takes the bytes of one direction, cut anywhere, and
// returns the contents of its frames: decoded header blocks, data without padding,
// and the kind of any other frame. golang.org/x/net/http2, which is also dockerd's
// reader, reads the frames. Memory is bounded: a header block is collected, data
// is not. It must not know gRPC, events or what a stream means to Docker.
//
// Start reading at Reader.
package http2
