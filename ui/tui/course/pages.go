package course

import (
	"fmt"

	"github.com/gdamore/tcell/v2"

	"github.com/dockwire/dockwire/ui/safe"
	"github.com/dockwire/dockwire/ui/tui/cells"
	"github.com/dockwire/dockwire/ui/tui/widgets"
)

// draw draws the whole screen.
func (a *App) draw(s tcell.Screen, x, y, width, height int) {
	if !a.ready {
		a.ready = true
		widgets.PlainSigns(s)
	}
	if width < 10 || height < 4 {
		return
	}
	s.Fill(' ', a.o.Theme.Base)
	a.lines.SetRect(x+1, y+2, width-2, height-3)
	if a.width != width {
		a.width = width
		if len(a.o.Lessons) > 0 && a.lines.Source == nil {
			a.show()
		}
		a.arrange()
	}
	var title cells.Line
	title.Add(cells.Title, safe.Cut(a.heading(), width-12))
	if !a.list {
		if page := fmt.Sprintf("%d/%d ", a.page+1, a.current().pages()); title.Width()+len(page) < width {
			title.To(width-len(page)).Add(cells.Dim, page)
		}
	}
	widgets.Spans(s, x, y, width, 0, title.Spans, a.o.Theme.Of)
	a.lines.Draw(s, a.o.Theme)
	widgets.Spans(s, x, y+height-1, width, 0, a.status().Spans, a.o.Theme.Of)
}

// status names the keys that are needed here.
func (a *App) status() *cells.Line {
	var l cells.Line
	key := func(name, does string) { l.Add(cells.Key, " "+name).Add(cells.Dim, " "+does+" ") }
	switch {
	case a.list:
		key("enter", "open")
		key("l", "back")
	default:
		if n := a.lines.Top + a.lines.Height(); a.lines.Source != nil && n < a.lines.Source.Len() {
			key("space", "more")
		} else {
			key("space", "next")
		}
		key("b", "back")
		switch a.kind() {
		case picture:
			key("r", "play again")
		case task:
			key("t", "open the shell")
		}
		key("l", "lessons")
	}
	key("q", "quit")
	return &l
}

// arrange makes the lines of what is open.
func (a *App) arrange() {
	width := max(min(a.width-2, 100), 20)
	var lines []cells.Line
	switch l := a.current(); {
	case a.list:
		lines = a.listed(width)
	case l.kind(a.page) == prose:
		lines = markdown(l.Pages[a.page], width)
	case l.kind(a.page) == picture:
		lines = a.picture(a.width - 2)
	default:
		lines = a.task(width)
	}
	a.lines.Source = cells.Fixed(lines)
	a.lines.Focus = a.list
	a.lines.Plain = !a.list
}

// listed is the list of lessons.
func (a *App) listed(width int) (lines []cells.Line) {
	for i := range a.o.Lessons {
		l := &a.o.Lessons[i]
		var line cells.Line
		sign, role := "  ", cells.Text
		if l.Done {
			sign, role = "✓ ", cells.Good
		}
		line.Add(role, sign).Add(cells.Dim, fmt.Sprintf("%2d  ", i+1)).Add(cells.Text, safe.Cut(l.Title, width-8))
		lines = append(lines, line)
	}
	return lines
}

// picture is the sequence of calls, as far as it has come.
func (a *App) picture(width int) (lines []cells.Line) {
	if a.play != nil {
		m := a.play.Model
		drawn, _, heading := cells.Sequence(m, m.Sequence(m.Matches(), nil), "The recording, as it is played: each arrow is a call or its answer", false, a.play.Clock, width)
		lines = append(append(lines, heading...), drawn...)
	}
	lines = append(lines, cells.Line{})
	switch {
	case a.wrong != "":
		lines = append(lines, cells.Wrapped(cells.Bad, "✗ ", a.wrong, width, 12)...)
	case a.over:
		lines = append(lines, cells.Make(cells.Good, "That was all of it. Time runs downwards; r plays it again."))
	default:
		lines = append(lines, cells.Make(cells.Dim, "… it is being played"))
	}
	return lines
}

// task is what to try, and the result.
func (a *App) task(width int) (lines []cells.Line) {
	l := a.current()
	lines = append(lines, markdown("## Try it\n\n"+l.Task, width)...)
	lines = append(lines, cells.Line{})
	for _, c := range l.Commands {
		lines = append(lines, code("$ "+c, *new(cells.Line).Add(cells.Text, "  "), width)...)
	}
	lines = append(lines, cells.Line{})
	lines = append(lines, markdown("`t` opens a shell that talks to the replay of the recording, and to no daemon. `exit` brings you back here.", width)...)
	lines = append(lines, cells.Line{})
	switch {
	case a.wrong != "":
		return append(lines, cells.Wrapped(cells.Bad, "✗ ", a.wrong, width, 12)...)
	case a.tried == nil && l.Done:
		return append(lines, cells.Make(cells.Good, "✓ You have done this."))
	case a.tried == nil:
		return lines
	}
	lines = append(lines, cells.Make(cells.Strong, "The calls that came:"))
	for _, c := range a.tried.Calls {
		lines = append(lines, *new(cells.Line).Add(cells.Text, "  ").Raw(cells.Text, safe.Cut(c, width-2)))
	}
	if len(a.tried.Calls) == 0 {
		lines = append(lines, cells.Make(cells.Dim, "  none"))
	}
	lines = append(lines, cells.Line{})
	switch {
	case a.tried.Passed:
		lines = append(lines, cells.Make(cells.Good, "✓ Done. space goes on."))
	case l.Graded:
		hint := "not yet"
		if l.Hint != "" {
			hint += ": " + l.Hint
		}
		lines = append(lines, cells.Wrapped(cells.Warn, "· ", hint, width, 6)...)
	case len(a.tried.Calls) > 0:
		lines = append(lines, cells.Make(cells.Good, "✓ space goes on."))
	}
	return lines
}
