// Package lesson has the lessons of `dockwire learn`: Markdown files with front
// matter beside recordings, those of the course and a teacher's own. It reads
// them, fills in what their recordings hold, drafts new ones from recordings
// and writes them for browsers and documents.
//
// It must not know screens or sockets: how a lesson is played is the business
// of ui/tui/course and of the command.
//
// Start reading at lesson.go, then wire.go.
package lesson
