// Package load reads a recording into what a replay needs of it: every
// exchange with its request, and where in the file the lines of its answer
// are. Bodies stay in the file and are read back when they are played, so
// memory grows with the number of exchanges only.
//
// It must not know sockets, nor what a request means: that is for
// flow/match. Start reading at Open; Exchange is what comes out.
package load
