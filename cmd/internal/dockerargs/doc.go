// Package dockerargs reads docker command lines: which words are flags, which
// flags take a value, and how the line looks without one of them.
//
// The flags of a command are taken from its own --help, so that every command
// of every client and plugin is known. The package is pure: it runs nothing.
// Start reading at flags.go, then line.go.
package dockerargs
