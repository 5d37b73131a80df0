package tui

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/ui/model"
	"github.com/dockwire/dockwire/ui/tui/cells"
	"github.com/dockwire/dockwire/ui/tui/widgets"
)

// listPage is the list of commands and calls.
type listPage struct {
	widgets.Lines
	a         *App
	sel       model.Line
	has       bool // sel is set
	following bool // the latest is selected as it comes
	paths     bool // methods and paths are shown rather than what calls are about
}

func (p *listPage) init(a *App) { p.a, p.Source, p.Focus, p.following = a, p, true, true }

// Len and Line make the list a source of lines.
func (p *listPage) Len() int { return p.a.m.Lines() }

func (p *listPage) Line(i, width int) cells.Line {
	m := p.a.m
	l := m.Line(i)
	c := cells.Fitting(width, m.Mode() == model.ByCommand, p.paths)
	if l.IsCommand {
		return c.Command(m.Command(l.Command), p.verdict(m.Command(l.Command)), !m.Filter().Empty(), p.a.o.Clock, p.a.passed())
	}
	r, t := m.Row(l.Pos)
	if r == nil {
		return cells.Make(cells.Dim, "  no longer kept")
	}
	return c.Call(r, &t, m.Marks.Of(r.ID), p.a.o.Clock, p.a.passed())
}

// verdict is what came of a command, where its calls do not show it. The line names
// the command already.
func (p *listPage) verdict(c *model.Command) string {
	if c.Expanded {
		return ""
	}
	_, says, _ := strings.Cut(c.Verdict.Line, ": ")
	return says
}

// trouble says how a command failed, where it did.
func trouble(c *model.Command) string {
	if c.Failed == 0 && !c.Verdict.Result.Bad() {
		return ""
	}
	return c.Verdict.Line
}

// message is what went wrong with the selected line, whole.
func (p *listPage) message() string {
	if !p.has {
		return ""
	}
	if p.sel.IsCommand {
		if c := p.a.m.Command(p.sel.Command); c != nil {
			return trouble(c)
		}
		return ""
	}
	r, t, ok := p.row()
	if !ok || !r.Has(model.Failed) {
		return ""
	}
	failure := cmp.Or(t.Failure, t.Summary)
	c := p.a.m.Command(r.Command)
	if c == nil || c.Verdict.Failing != r.ID {
		return failure
	}
	verdict := c.Verdict.Line
	end := strings.TrimSuffix(verdict, "…")
	switch end = end[max(len(end)-16, 0):]; {
	case strings.Contains(failure, end): // the same words, whole
		return failure
	case strings.Contains(verdict, failure) || strings.HasPrefix(failure, "exit "): // "unhealthy" alone says little
		return verdict
	}
	return verdict + " · " + failure
}

// follow puts the cursor where the selected line is now.
func (p *listPage) follow(a *App) {
	n := a.m.Lines()
	if n == 0 {
		p.has = false
		return
	}
	if p.following || !p.has {
		i := n - 1
		if !p.following {
			i = min(p.Cursor, n-1)
		}
		p.Cursor = i
		p.sel, p.has = a.m.Line(i), true
		p.Move(0)
		return
	}
	i, ok := a.m.Index(p.sel)
	if !ok {
		i = min(i, n-1)
		if i == 0 && p.Cursor > 0 {
			i = min(p.Cursor, n-1)
		}
		p.sel = a.m.Line(i)
	}
	p.Keep(i)
}

// moved is called when the person has moved the cursor.
func (p *listPage) moved() {
	n := p.a.m.Lines()
	if n == 0 {
		return
	}
	p.following = p.Cursor == n-1 && p.following
	p.sel, p.has = p.a.m.Line(p.Cursor), true
}

func (p *listPage) move(by int) {
	p.following = false
	p.Move(by)
	p.moved()
}

// row is the exchange that is selected, if one is.
func (p *listPage) row() (*model.Row, model.Texts, bool) {
	if !p.has || p.sel.IsCommand {
		return nil, model.Texts{}, false
	}
	r, t := p.a.m.Row(p.sel.Pos)
	return r, t, r != nil
}

// selected is the exchange that is selected, 0 if none is.
func (p *listPage) selected() decode.ExchangeID {
	if r, _, ok := p.row(); ok {
		return r.ID
	}
	return 0
}

// goTo selects an exchange, wherever it is in the view.
func (p *listPage) goTo(pos model.Pos) bool {
	r, _ := p.a.m.Row(pos)
	if r == nil {
		return false
	}
	p.a.m.Expand(r.Command, true)
	p.a.m.Arrange()
	l := model.Line{Command: r.Command, Pos: pos}
	i, ok := p.a.m.Index(l)
	if !ok {
		return false
	}
	p.following = false
	p.sel, p.has = l, true
	p.Cursor = i
	p.Move(0)
	return true
}

// toggle opens or closes the command of the selected line.
func (p *listPage) toggle(open func(was bool) bool) {
	if !p.has || p.a.m.Mode() != model.ByCommand {
		return
	}
	c := p.a.m.Command(p.sel.Command)
	if c == nil {
		return
	}
	p.following = false
	was := c.Expanded
	p.a.m.Expand(c.ID, open(was))
	if was && !c.Expanded {
		p.sel = model.Line{IsCommand: true, Command: c.ID}
	}
	p.a.arrange()
}

// counts is the status line's part about the list.
func (p *listPage) counts() (l cells.Line) {
	t := p.a.m.Totals()
	s := grouped(t.Exchanges) + " calls"
	if t.Exchanges == 1 {
		s = "1 call"
	}
	if !p.a.m.Filter().Empty() {
		s = grouped(p.a.m.Matching()) + " of " + s
	}
	l.Add(cells.Dim, s)
	if t.Failed > 0 {
		l.Add(cells.Dim, " · ").Add(cells.Bad, grouped(t.Failed)+" failed")
	}
	if t.Open > 0 {
		l.Add(cells.Dim, " · "+grouped(t.Open)+" open")
	}
	return l
}

// lost says what the list does not show, "" when it shows all.
func lost(t model.Totals) string {
	s := ""
	if t.Missed > 0 {
		s += grouped(t.Missed) + " calls not listed: the screen was behind  "
	}
	if t.Forgotten > 0 {
		s += grouped(t.Forgotten) + " older calls no longer listed  "
	}
	if t.Gaps > 0 {
		s += grouped(t.Gaps) + " calls with bytes that passed unseen"
	}
	return s
}

// grouped writes a number with commas.
func grouped(n int) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
