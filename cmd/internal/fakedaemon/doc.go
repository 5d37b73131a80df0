// Package fakedaemon is a Docker daemon that does nothing. It answers every
// operation of the Engine API as if every image, container and network that a
// client names existed. It is for finding out which calls a client makes.
//
// It remembers only what was created, because compose looks for what it has just
// made. It must not be used to test clients: recordings/replay is for that.
//
// Start reading at daemon.go; answers.go has the answers.
package fakedaemon
