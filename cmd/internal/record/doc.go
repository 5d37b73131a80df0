// Package record writes what passes to files, and reads it back for the screen.
//
// Recorder writes the recording that the user asked for. Spool writes private
// files when the user asked for none, so that the screen can read exchanges back.
// File reads them back. Folder watches a folder of recordings, and counts their
// calls in the background.
//
// It knows no flags and no screen. Start reading at spool.go.
package record

// Tell says something to the user while traffic goes on. It is called from
// several goroutines.
type Tell func(format string, args ...any)
