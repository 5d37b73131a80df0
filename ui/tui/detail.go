package tui

import (
	"context"
	"strconv"
	"time"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/exchange"
	"github.com/dockwire/dockwire/ui/model"
	"github.com/dockwire/dockwire/ui/safe"
	"github.com/dockwire/dockwire/ui/tui/cells"
	"github.com/dockwire/dockwire/ui/tui/copyas"
	"github.com/dockwire/dockwire/ui/tui/widgets"
)

// tab is a side from which an exchange is looked at.
type tab int

const (
	tabOverview tab = iota
	tabRequest
	tabResponse
	tabStream
	tabRaw
	tabCopy
	tabs
)

var tabNames = [tabs]string{"Overview", "Request", "Response", "Stream", "Raw", "Copy as"}

// again is how often an exchange that goes on is read again.
const again = 500 * time.Millisecond

// detailPage shows the exchange that is selected.
type detailPage struct {
	widgets.Lines
	a        *App
	open     bool
	whole    bool // it has the list's room too
	hasFocus bool
	tab      tab
	asTTY    bool

	id      decode.ExchangeID // shown or being read
	line    model.Line
	d       *model.Detail
	events  []decode.Event
	err     error
	reading bool
	read    time.Time
	state   [3]int64 // of the row when it was read
	cancel  context.CancelFunc

	toEnd   bool // a stream that goes on is shown at its end first
	folded  map[tab]map[int]bool
	forms   []copyas.Form
	formAt  []int // form of each line
	content widgets.Fixed
	made    madeFor
}

// madeFor is what the content was made for, to be made again when it differs.
type madeFor struct {
	d     *model.Detail
	line  model.Line
	tab   tab
	width int
	tty   bool
	calls int
	mark  model.Mark
	now   time.Duration // in seconds, of what is open
}

func (p *detailPage) init(a *App) {
	p.a, p.asTTY, p.Source = a, true, widgets.Fixed(nil)
	p.folded = map[tab]map[int]bool{}
}

// follow has what is selected read.
func (p *detailPage) follow(a *App) {
	if !p.open {
		return
	}
	r, _, ok := a.list.row()
	if !ok {
		p.drop()
		p.line = a.list.sel
		return
	}
	p.line = a.list.sel
	state := [3]int64{r.Up, r.Down, int64(r.State)<<16 | int64(r.Status)}
	if r.ID == p.id {
		if p.reading || state == p.state && p.d != nil || a.now.Sub(p.read) < again {
			return
		}
	} else {
		p.drop()
		p.folded = map[tab]map[int]bool{}
		p.Top, p.Cursor, p.Left, p.toEnd = 0, 0, 0, true
	}
	p.load(a, r, state)
}

// drop lets go of what was shown.
func (p *detailPage) drop() {
	if p.cancel != nil {
		p.cancel()
		p.cancel = nil
	}
	p.id, p.d, p.events, p.err, p.reading = 0, nil, nil, nil, false
}

// load reads an exchange back, on a goroutine of its own.
func (p *detailPage) load(a *App, r *model.Row, state [3]int64) {
	p.id, p.reading, p.read, p.state = r.ID, true, a.now, state
	id, at, conn, archive := r.ID, r.At, a.m.Connection(r), a.o.Archive
	if archive == nil || at == model.NotKept {
		p.reading = false
		p.err = errNotKept
		return
	}
	if p.cancel != nil {
		p.cancel()
	}
	ctx, cancel := context.WithCancel(a.ctx)
	p.cancel = cancel
	a.start(func(context.Context) {
		events, err := archive.Exchange(ctx, id, at)
		d := model.NewDetail(events, conn)
		a.inbox.put(func() {
			if p.id != id || ctx.Err() != nil {
				return
			}
			p.reading = false
			if d.Exchange != nil {
				p.d, p.events = d, events
			}
			p.err = err
		})
	})
}

type detailError string

func (e detailError) Error() string { return string(e) }

const errNotKept = detailError("this call is not recorded, so there is no more to see of it")

// take takes what was read.
func (p *detailPage) take(a *App) bool {
	got := a.inbox.take()
	for _, f := range got {
		f()
	}
	return len(got) > 0
}

// refresh makes the lines of the tab that is shown.
func (p *detailPage) refresh(width int) {
	a := p.a
	made := madeFor{d: p.d, line: p.line, tab: p.tab, width: width, tty: p.asTTY}
	if c := a.m.Command(p.line.Command); p.line.IsCommand && c != nil {
		made.calls = c.Calls<<1 + c.Open
	}
	if p.d != nil {
		made.mark = a.m.Marks.Of(p.d.ID)
		if p.d.State != exchange.Done && p.tab == tabOverview {
			made.now = a.passed().Truncate(time.Second)
		}
	}
	if made == p.made && p.err == nil && p.content != nil {
		return
	}
	atEnd := p.made.line == made.line && p.made.tab == made.tab && p.Cursor > 0 && p.Cursor == len(p.content)-1
	p.made = made
	p.forms, p.formAt = nil, nil
	switch {
	case p.line.IsCommand:
		p.content = a.commandLines(p.line.Command, width)
	case p.d == nil && p.err != nil:
		p.content = widgets.Fixed{cells.Make(cells.Warn, safe.String(p.err.Error()))}
	case p.d == nil:
		p.content = widgets.Fixed{cells.Make(cells.Dim, "reading…")}
	default:
		p.content = p.tabLines(width)
	}
	p.Source = p.content
	if p.toEnd && p.d != nil {
		p.toEnd = false
		atEnd = atEnd || p.tab == tabStream && p.d.State != exchange.Done
	}
	if atEnd { // a stream that grows is followed
		p.Cursor = len(p.content) - 1
	}
}

func (p *detailPage) tabLines(width int) []cells.Line {
	clock := p.a.o.Clock
	switch p.tab {
	case tabRequest:
		return cells.Message(p.d, decode.Request, clock, width, p.folded[p.tab])
	case tabResponse:
		return cells.Message(p.d, decode.Response, clock, width, p.folded[p.tab])
	case tabStream:
		var sizes []model.TerminalSize
		if pos, ok := p.a.m.ByID(p.d.ID); ok && cells.IsTerminal(p.d) {
			sizes = p.a.m.TerminalSizes(pos)
		}
		return cells.Stream(p.d, sizes, clock, width, p.asTTY)
	case tabRaw:
		return cells.Raw(p.d, width)
	case tabCopy:
		return p.copyLines()
	}
	return cells.Overview(p.d, p.a.m.Marks.Of(p.d.ID), clock, p.a.passed(), width)
}

// copyLines shows the forms in which the exchange can be copied.
func (p *detailPage) copyLines() []cells.Line {
	p.forms = copyas.Forms(p.d, p.events, p.a.o.Upstream)
	var lines []cells.Line
	add := func(form int, l cells.Line) { lines = append(lines, l); p.formAt = append(p.formAt, form) }
	for i, f := range p.forms {
		if i > 0 {
			add(i-1, cells.Line{})
		}
		title := cells.Make(cells.Title, f.Name)
		if f.Why == "" {
			title.Add(cells.Dim, "  "+strconv.Itoa(i+1)+" or enter copies it")
		}
		add(i, title)
		if f.Why != "" {
			add(i, cells.Make(cells.Dim, f.Why))
			continue
		}
		for _, l := range cells.PlainText([]byte(f.Text)) {
			add(i, l)
		}
	}
	return lines
}

// toggle opens or closes what can be folded on the cursor's line, and says
// whether there was something.
func (p *detailPage) toggle() bool {
	if p.Cursor >= len(p.content) || p.content[p.Cursor].Node == 0 {
		return false
	}
	node := p.content[p.Cursor].Node
	f := p.folded[p.tab]
	if f == nil {
		f = map[int]bool{}
		p.folded[p.tab] = f
	}
	f[node] = !f[node]
	p.made = madeFor{}
	return true
}

// show turns to a tab.
func (p *detailPage) show(t tab) {
	p.tab = (t + tabs) % tabs
	p.Top, p.Cursor, p.Left, p.toEnd = 0, 0, 0, true
	p.made = madeFor{}
}

// commandLines sums up a command.
func (a *App) commandLines(id model.CommandID, width int) widgets.Fixed {
	c := a.m.Command(id)
	if c == nil {
		return widgets.Fixed{cells.Make(cells.Dim, "no longer kept")}
	}
	return cells.CommandOverview(a.m, c, a.o.Clock, width)
}
