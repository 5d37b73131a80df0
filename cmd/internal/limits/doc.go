// Package limits holds the tests of what the built dockwire binary may cost
// and what it survives: memory, idle connections, kill -9 and a full disk.
// The daemon is a small one of intercept/loadtest; Docker is not needed.
package limits
