// Package tidy rewrites a recording for a repository of tests: what is another
// value each time is given a fixed one, exchanges and connections are numbered
// in order, and with a filter only the exchanges that match stay, with all that
// belongs to them. Two recordings of one flow then differ where the flow does.
//
// A recording is read twice: once to know which exchanges stay and how long
// their bodies become, once to write. Memory grows with the number of exchanges
// only.
//
// It must not know files, screens or flags. Start reading at Rewrite.
package tidy
