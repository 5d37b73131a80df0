package tui

import (
	"context"
	"time"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/ui/model"
	"github.com/dockwire/dockwire/ui/tui/cells"
)

// sequencePage draws the calls of a command as arrows.
type sequencePage struct {
	linesPage
	command model.CommandID
	title   string
	paths   bool // methods and paths rather than what calls are about
	scan    *model.Scan[[]model.Said]
	said    []model.Said
	state   model.SearchState
	stop    context.CancelFunc
}

func (a *App) sequence() {
	if left[*sequencePage](a) {
		return
	}
	c := a.m.Command(a.list.sel.Command)
	if !a.list.has || c == nil {
		a.say(cells.Dim, "there is no command to draw")
		return
	}
	p := &sequencePage{command: c.ID, title: c.Title}
	a.show(p)
	ids := a.ids(a.m.Of(c.ID))
	if a.o.Archive != nil && len(ids) > 0 {
		p.scan = &model.Scan[[]model.Said]{}
		saying := model.NewSaying(func(id decode.ExchangeID) bool { return ids[id] })
		p.stop = a.startScan(func(ctx context.Context) { p.scan.Run(ctx, a.o.Archive, saying.Event, saying.Said) })
	}
}

// ids are the exchanges at these positions.
func (a *App) ids(of []model.Pos) map[decode.ExchangeID]bool {
	ids := make(map[decode.ExchangeID]bool, len(of))
	for _, p := range of {
		if r, _ := a.m.Row(p); r != nil {
			ids[r.ID] = true
		}
	}
	return ids
}

// startScan reads the archive for a page, until the page is left.
func (a *App) startScan(read func(context.Context)) context.CancelFunc {
	ctx, cancel := context.WithCancel(a.ctx)
	a.start(func(context.Context) { read(ctx) })
	return cancel
}

func (p *sequencePage) name() string      { return "sequence" }
func (p *sequencePage) lines() *linesPage { return &p.linesPage }

func (p *sequencePage) refresh(a *App, width int) {
	if p.due(a, width, statsEvery) {
		seq := a.m.Sequence(a.m.Of(p.command), p.said)
		lines, rows, heading := cells.Sequence(a.m, seq, p.title, p.paths, a.o.Clock, width)
		p.heading = heading
		p.set(lines, rows)
	}
}

// copySequence copies the sequence as Mermaid, which GitHub and many editors
// draw.
func (a *App) copySequence(p *sequencePage) {
	seq := a.m.Sequence(a.m.Of(p.command), p.said)
	a.toClipboard("Mermaid", cells.Mermaid(a.m, seq, p.title, p.paths))
}

// take draws what was read of streams meanwhile.
func (p *sequencePage) take() bool {
	if p.scan == nil {
		return false
	}
	said, fresh, state := p.scan.Take()
	changed := fresh || state != p.state
	if p.state = state; fresh {
		p.said, p.made = said, time.Time{}
	}
	return changed
}

func (p *sequencePage) busy() bool { return p.scan != nil && !p.state.Idle }

func (p *sequencePage) leave() {
	if p.stop != nil {
		p.stop()
	}
}
