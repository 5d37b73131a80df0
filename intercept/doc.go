// Package intercept relays connections between Docker clients and the daemon:
// endpoints, listeners, relay, peer identity.
//
// It moves bytes and knows no HTTP, except that access.go checks the first head of
// a client that connected by TCP. It imports no other package of this project. It
// hands the bytes to a Tap (tap.go) and does not depend on what the Tap does.
//
// Start reading at tap.go, then relay.go.
package intercept
