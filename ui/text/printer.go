package text

import (
	"cmp"
	"io"
	"time"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/exchange"
	"github.com/dockwire/dockwire/decode/filter"
)

// patience is how long an exchange may run before a line says that it does.
const patience = 300 * time.Millisecond

// tickEvery is how often waiting exchanges are looked at, in event time.
const tickEvery = 100 * time.Millisecond

// Printer writes events as lines. It is not safe for concurrent use. Each call
// makes at most one Write, of whole lines.
type Printer struct {
	o      Options
	w      io.Writer
	fold   *exchange.Folder
	shown  map[decode.ExchangeID]*shown
	cmds   *exchange.Commands
	groups groups
	now    time.Duration // latest time heard of
	ticked time.Duration
	day    int    // of the year, of the latest line
	out    []byte // lines that this call will write
	line   line
	cols   columns
	aside  int // calls around builds that were not printed
	failed bool
	err    error
}

// shown is what the printer remembers of an exchange it has printed a line of.
type shown struct {
	heads bool // its heads were printed
	flow  [2]flow
}

// NewPrinter makes a printer on w.
func NewPrinter(w io.Writer, o Options) *Printer {
	o.Location = cmp.Or(o.Location, time.Local)
	p := &Printer{o: o, w: w, shown: map[decode.ExchangeID]*shown{}}
	p.line.color = o.Color
	p.cols = layout(o)
	scan := o.Filter.Scanner()
	p.fold = exchange.NewFolder(o.Keep, func(x *exchange.Exchange, e decode.Event) {
		scan.Event(x, e)
		p.watch(x, e)
	})
	p.fold.WatchBuilds(p.build)
	p.cmds = p.fold.Group(nil)
	p.groups.always = o.FirstCommand
	if !o.Start.IsZero() {
		p.day = o.Start.In(o.Location).YearDay()
	}
	return p
}

// Event takes the next event.
func (p *Printer) Event(e decode.Event) {
	p.now = max(p.now, e.From().Time)
	p.fold.Event(e)
	p.hear(e.From().Time)
	p.flush()
}

// Tick says what time it is since the observation began, so that exchanges
// which wait get a line even when nothing happens; a few times a second will do.
func (p *Printer) Tick(now time.Duration) {
	p.hear(now)
	p.flush()
}

// Idle says that nothing that was printed goes on: it takes a further call that the
// filter lets through, or a remark, until there is a further line.
func (p *Printer) Idle() bool { return len(p.shown) == 0 && len(p.groups.said) == 0 && p.aside == 0 }

// Resize sets the width of the terminal; 0 means lines are not cut.
func (p *Printer) Resize(width int) {
	p.o.Width = width
	p.cols = layout(p.o)
}

// Close prints what is still open, and returns the first error of writing.
func (p *Printer) Close() error {
	for x := range p.fold.Open() {
		if p.o.Filter.Match(x) {
			p.flows(x, p.shown[x.ID])
			p.exchange(x, p.now, "still open")
			p.details(x)
		}
	}
	p.asides()
	p.verdicts(true)
	p.flush()
	return p.err
}

func (p *Printer) flush() {
	if len(p.out) == 0 {
		return
	}
	if p.err == nil {
		_, p.err = p.w.Write(p.out)
	}
	p.out = p.out[:0]
	if cap(p.out) > 1<<20 { // one huge body must not be held for ever
		p.out = nil
	}
}

// hear notes the time and, every now and then, looks at what waits.
func (p *Printer) hear(now time.Duration) {
	p.now = max(p.now, now)
	if p.now-p.ticked < tickEvery {
		return
	}
	p.ticked = p.now
	p.verdicts(false)
	for x := range p.fold.Open() {
		s := p.shown[x.ID]
		if s != nil {
			p.overdue(x, s)
		} else if p.now-x.Start >= patience && p.o.Filter.Match(x) {
			p.announce(x, p.now)
		}
	}
}

// watch gets every event by the folder.
func (p *Printer) watch(x *exchange.Exchange, e decode.Event) {
	if x == nil {
		p.remark(e)
		return
	}
	switch e := e.(type) {
	case *decode.RequestHead:
		delete(p.shown, x.ID) // a damaged recording may use a number twice
	case *decode.ResponseHead:
		if x.Hijack && x.Response.Content != decode.ContentHTTP2 {
			p.announced(x)
		}
	case *decode.Data:
		p.data(x, e)
	case *decode.DirectionEnd:
		p.directionEnd(x, e)
	case *decode.Anomaly:
		if p.within(x) {
			p.notDecoded(e)
		}
	case *decode.Gap:
		if p.within(x) {
			p.notSeen(e)
		}
	case *decode.ExchangeEnd:
		p.end(x)
	}
}

// announced says whether lines of a running exchange may be printed; the
// first time it is preceded by a line of its own.
func (p *Printer) announced(x *exchange.Exchange) *shown {
	if s := p.shown[x.ID]; s != nil {
		return s
	}
	if p.o.Filter.Decide(x) != filter.Yes {
		return nil
	}
	return p.announce(x, x.Last)
}

func (p *Printer) announce(x *exchange.Exchange, at time.Duration) *shown {
	s := &shown{}
	p.shown[x.ID] = s
	p.exchange(x, at, "")
	if x.Status != 0 {
		s.heads = true
		p.heads(x)
	}
	return s
}

func (p *Printer) end(x *exchange.Exchange) {
	s := p.shown[x.ID]
	delete(p.shown, x.ID)
	p.o.Judged.Tell(x)
	// What was announced is also ended, even if the filter no longer matches.
	if s == nil && p.o.Filter.Decide(x) != filter.Yes {
		return
	}
	if s == nil && !p.o.Asides && x.Aside() {
		p.aside++
		return
	}
	p.flows(x, s)
	p.exchange(x, x.End, ending(x))
	if s == nil || !s.heads {
		p.heads(x)
	}
	p.bodies(x)
}
