// Package v1 is version 1 of the recording format: it turns an event into a
// line, and a line into events. FORMAT.md is its specification.
//
// A Line is written by one method for each kind of line, and a Decoder reads
// one line at a time, in any order. What a line says only together with lines
// before it (the connection of an exchange, the end of an exchange by a second
// fin, what a resume line leaves open) is added by the reader in recordings,
// which also decides what is held, cut and ordered when a recording is written.
//
// The package must not know files, and keeps nothing from one line to the next
// but memory that it uses again.
//
// Start reading at line.go and decoder.go. Each other file has one subject,
// written and read.
package v1
