// Package standin is a Docker daemon that does nothing: it answers every
// operation of the Engine API as a daemon would to which all images, containers
// and networks that are named exist. It is for finding out what a client asks.
//
// It remembers what was created, so that a client finds it again (compose
// looks for what it has just made), and nothing else. It must not be used to
// test clients: recordings/replay is for that.
//
// Start reading at daemon.go; answers.go has the answers.
package standin
