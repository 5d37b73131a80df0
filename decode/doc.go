// Package decode turns the bytes of Docker Engine API connections into
// events.
//
// It is sans-IO: bytes and times go in (Session.Open, Conn.Feed), events come
// out of a callback. There are no goroutines, sockets, files, screens or
// clocks in here, and none may come in. What the bytes mean to Docker
// (operations, summaries, secrets) is in decode/engine; how events become
// exchanges is in decode/exchange.
//
// Start reading at event.go, then session.go.
package decode
