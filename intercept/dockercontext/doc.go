// Package dockercontext answers one question: which daemon would the docker
// command line talk to, and with which TLS files? It follows docker's own
// order and keeps its quirks, so that dockwire connects to the daemon that
// "docker ps" would have asked.
//
// Start with Resolve (exactly docker's answer) or Find (the same, and when
// nothing was configured and docker's default socket is missing, the sockets
// of other installations in a stated order). Create makes a context that
// points somewhere else, for clients of the tap.
//
// It must not know how an endpoint is dialled, and it reads no global state:
// environment, flags and folders are in Input.
//
// The layout of contexts on disk is read and written by this package's own
// code, not by docker/cli's context store: what is needed of it is small, and
// the store can neither create a context without overwriting one made at the
// same moment, nor report whether one is still as it was written, nor list the
// good contexts beside a broken one.
package dockercontext
