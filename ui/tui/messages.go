package tui

import (
	"fmt"
	"strings"
	"time"

	"github.com/dockwire/dockwire/ui/model"
	"github.com/dockwire/dockwire/ui/text"
	"github.com/dockwire/dockwire/ui/tui/cells"
)

// messagesPage shows the messages that were shown only for a while: that the
// recording stopped, that a client could not connect.
type messagesPage struct{ linesPage }

func (a *App) messages() {
	if left[*messagesPage](a) {
		return
	}
	a.show(&messagesPage{})
}

func (p *messagesPage) name() string      { return "messages" }
func (p *messagesPage) lines() *linesPage { return &p.linesPage }

func (p *messagesPage) refresh(a *App, width int) {
	notes := a.m.Notes()
	if a.read != notes.Count {
		a.read, p.made = notes.Count, time.Time{}
	}
	if p.due(a, width, time.Hour) {
		p.set(messageLines(notes, a.o.Clock, width), nil)
	}
}

// messageLines has the latest message first.
func messageLines(notes *model.Notes, clock cells.Clock, width int) []cells.Line {
	if notes.Count == 0 {
		return []cells.Line{cells.Make(cells.Dim, "nothing went wrong so far")}
	}
	const layout = "15:04:05"
	var lines []cells.Line
	for i := len(notes.Latest) - 1; i >= 0; i-- {
		n := &notes.Latest[i]
		var head cells.Line
		head.Add(cells.Dim, clock.At(n.At, layout)+"  ")
		for j, part := range strings.Split(strings.TrimSuffix(text.Wrap(n.Text, max(width-head.Width(), 10)), "\n"), "\n") {
			l := head
			if j > 0 {
				l = cells.Line{}
				l.To(head.Width())
			}
			lines = append(lines, *l.Raw(cells.Text, part))
		}
	}
	if n := notes.Earlier(); n > 0 {
		lines = append(lines, cells.Make(cells.Dim, fmt.Sprintf("%s earlier ones are no longer kept", grouped(n))))
	}
	return lines
}

// unread says how many messages were not looked at, "" for none.
func (a *App) unread() string {
	n := a.m.Notes().Count - a.read
	if n <= 0 {
		return ""
	}
	s := grouped(n) + " messages"
	if n == 1 {
		s = "a message"
	}
	if key := a.keyFor("messages"); key != "" {
		s += " (" + key + ")"
	}
	return s
}
