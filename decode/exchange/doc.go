// Package exchange folds decode events into exchanges: one request with its
// response or stream, and what became of it. It is the one model behind text
// lines, JSON, the screen, statistics and filters, live and for recordings.
//
// A Folder holds the exchanges that are open, and of each a bounded part of
// its bodies; it forgets an exchange as soon as its watcher has seen the end.
// There are no goroutines, clocks, files or screens in here.
//
// Start reading at exchange.go, then folder.go.
package exchange
