// Package child runs a command in dockwire's place on the terminal: with its
// stdin, its signals and its exit code.
//
// It knows no flags and no Docker API, except the variables that say which
// daemon a client connects to. Start reading at child.go.
package child
