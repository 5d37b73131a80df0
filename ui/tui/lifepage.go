package tui

import (
	"context"
	"time"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/exchange"
	"github.com/dockwire/dockwire/ui/model"
	"github.com/dockwire/dockwire/ui/tui/cells"
)

// lifePage shows what happened to the things that a call, or the calls of a
// command, are about, with all calls about them. The recording is read for it.
type lifePage struct {
	linesPage
	scan  model.Scan[[]exchange.Life]
	lives []exchange.Life
	state model.SearchState
	stop  context.CancelFunc
}

func (a *App) life() {
	if left[*lifePage](a) {
		return
	}
	if !a.list.has {
		return
	}
	if a.o.Archive == nil {
		a.say(cells.Dim, "nothing is recorded, so there are no lives to read")
		return
	}
	of := []model.Pos{a.list.sel.Pos}
	if a.list.sel.IsCommand {
		of = a.m.Of(a.list.sel.Command)
	}
	ids := a.ids(of)
	p := &lifePage{}
	lives := exchange.NewLives(func(id decode.ExchangeID) bool { return ids[id] })
	p.stop = a.startScan(func(ctx context.Context) { p.scan.Run(ctx, a.o.Archive, lives.Event, lives.All) })
	a.show(p)
}

func (p *lifePage) name() string      { return "life" }
func (p *lifePage) lines() *linesPage { return &p.linesPage }

func (p *lifePage) take() bool {
	lives, fresh, state := p.scan.Take()
	changed := fresh || state != p.state
	if p.state = state; fresh {
		p.lives = lives
	}
	if changed {
		p.made = time.Time{}
	}
	return changed
}

func (p *lifePage) busy() bool { return !p.state.Idle }
func (p *lifePage) leave()     { p.stop() }

func (p *lifePage) refresh(a *App, width int) {
	if !p.due(a, width, time.Hour) {
		return
	}
	reading := ""
	if !p.state.Idle {
		reading = "reading " + percent(p.state.Done, p.state.All)
	}
	lines, ids := cells.Lives(p.lives, reading, a.o.Clock, width)
	rows := make([]model.Pos, len(ids))
	for i, id := range ids {
		rows[i] = noRow
		if pos, ok := a.m.ByID(id); ok && id != 0 {
			rows[i] = pos
		}
	}
	p.set(lines, rows)
	p.Move(0)
}
