// Package decode turns the bytes of Docker Engine API connections into
// events.
//
// It is sans-IO: bytes and times go in (Session.Open, Conn.Feed), events come
// out of a callback. There are no goroutines, sockets, files, screens or
// clocks in here, and none may be added. What the bytes mean to Docker
// (operations, summaries, secrets) is in decode/engine; how events become
// exchanges is in decode/exchange.
//
// Bytes that cannot be decoded become an Anomaly that holds them, and decoding
// goes on at the next read that begins like a message. Nothing grows with the
// length of a body or a stream.
//
// Start reading at event.go, then session.go and layer.go: a connection is
// decoded by a layer, and what an exchange carries is cut by a splitter
// (splitter.go, body.go). http1half.go says what a direction of an HTTP/1
// connection goes through; http1request.go and http1response.go pair messages,
// http1upgrade.go tells stdin from the next request. http2layer.go and
// http2stream.go make exchanges of HTTP/2's streams, messages.go cuts gRPC.
// content.go decides what bodies are.
package decode
