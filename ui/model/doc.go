// Package model is what is behind the screen: the exchanges of an
// observation as a list or as a tree by client command, filtered, sorted,
// searched, marked, counted and drawn up as a sequence.
//
// It keeps a compact row for each exchange, at most Options.MaxRows of them,
// and no bodies: those are read back through an Archive, which the caller
// fills with a recording. Events come in through an Intake, which never makes
// the deliverer wait; everything else belongs to the one goroutine
// that draws the screen. The package knows no widgets, no files, no sockets
// and no clock.
//
// Start reading at row.go, intake.go and model.go.
package model
