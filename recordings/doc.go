// Package recordings writes and reads recordings: files that hold the events
// of an observation, one JSON line an event.
//
// Most callers need Create with Writer.Event and Writer.Close, and Open with
// Reader.Next. A reader gives the events that the writer was given, so that
// whoever consumes events needs not know where they come from. FORMAT.md is
// the specification of the file.
//
// The package must not know screens or the relay, and it cleans no secrets:
// what it is given it writes (see recordings/redact).
//
// Start reading at writer.go and reader.go; a version of the format is a file
// of its own (v1.go).
package recordings
