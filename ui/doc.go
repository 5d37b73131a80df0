// Package ui holds what people and their tools get to see: text lines for a
// terminal or a log (text), JSON lines for jq (jsonl), a writer that a
// stalled screen cannot hold up (lineout).
//
// Its packages know events, exchanges and filters; they must not know
// sockets, files or the format of recordings. Whatever they show was sent by
// somebody: it is escaped, always.
//
// Start reading at text/printer.go.
package ui
