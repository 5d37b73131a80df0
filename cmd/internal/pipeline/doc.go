// Package pipeline joins the relay to the decoder, and the decoder to the
// consumers of its events.
//
// The relay hands chunks to the queue (queue.go), which keeps them in one
// order over all connections. One goroutine (loop.go) takes them out, feeds
// the decoder, and passes every event through the redactor to the consumers.
// One loop for all connections is what makes the order of events the order of
// cause and effect: a recording can be replayed by it, and the answer to a
// create is known before the attach that follows on another connection.
//
// It knows no flags and no formats. Start reading at loop.go.
package pipeline
