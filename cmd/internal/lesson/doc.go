// Package lesson has the lessons of `dockwire learn`: Markdown files beside
// recordings.
//
// It must not know screens or sockets. Start reading at course.go.
package lesson
