// Package tui is the screen that a person keeps open beside their work: the
// calls of each client command, on live traffic and on recordings alike.
//
// It is a view of ui/model: the App joins the model with widgets, pages and
// keys. ui/tui/cells says how things look, ui/tui/theme in which colours,
// ui/tui/widgets draws lines. It must not know sockets and file formats: what
// it needs of them the caller gives in Options.
//
// Everything runs on one goroutine, tview's, except for reading exchanges back
// and for searches: these leave what they found in an inbox that is looked
// into 30 times a second, which is also how often the screen is drawn at most.
//
// Start reading at app.go, then actions.go, which has every key.
package tui
