// Package takeover puts a listener where the daemon's Unix socket is, for
// clients that cannot be pointed elsewhere, and puts the daemon's socket back.
//
// The daemon's socket gets a second name beside the first, then the listener's
// socket is renamed over the first: at no moment is there nothing to connect
// to, and the way back is one rename too. A journal beside the socket, locked
// while its takeover lives, tells a killed one from a running one.
//
// It must not know the traffic, and must not print: errors and results are
// sentences for the user. Start reading at takeover.go, then restore.go.
package takeover
