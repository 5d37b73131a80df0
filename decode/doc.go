// Package decode turns the bytes of Docker Engine API connections into
// events.
//
// It is sans-IO: bytes and times go in (Session.Open, Conn.Feed), events come
// out of a callback. There are no goroutines, sockets, files, screens or
// clocks in here, and none may come in. What the bytes mean to Docker
// (operations, summaries, secrets) is in decode/engine; how events become
// exchanges is in decode/exchange.
//
// Bytes that cannot be decoded become an Anomaly that holds them, and decoding
// goes on at the next read that begins like a message. Nothing grows with the
// length of a body or a stream.
//
// Start reading at event.go, then session.go and half.go, which says what a
// direction of a connection goes through; request.go and response.go pair
// messages, upgrade.go tells stdin from the next request, content.go decides
// what bodies are.
package decode
