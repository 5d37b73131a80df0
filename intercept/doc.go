// Package intercept stands between Docker clients and the daemon: endpoints,
// listener, relay, peer identity.
//
// It moves bytes and knows no HTTP, except that access.go looks at the first
// head of a client that came in by TCP; it imports no other package of this
// project. What it sees it hands to a Tap (tap.go), after which it does not
// ask what becomes of it.
//
// Start reading at tap.go, then relay.go.
package intercept
