// Package recordings writes and reads recordings: files that hold the events
// of an observation, one JSON line an event.
//
// Most callers need Create with Writer.Event and Writer.Close, and Open with
// Reader.Next. A reader gives the events that the writer was given, so that a
// consumer of events need not know where they come from. FORMAT.md is the
// specification of the file.
//
// The package must not know screens or the relay, and it removes no secrets:
// it writes what it is given (see decode/redact).
//
// Start reading at writer.go and reader.go. The lines of a version of the
// format are a package of their own (v1), which versions.go chooses.
package recordings
