package jsonl

import (
	"io"
	"time"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/exchange"
	"github.com/dockwire/dockwire/decode/filter"
)

// Options says what is printed. The zero value prints every exchange, without
// headers and bodies.
type Options struct {
	Filter  *filter.Filter // nil: everything
	Start   time.Time      // wall clock at the observation's beginning; zero: unknown
	Headers bool
	Bodies  bool             // bodies and streams, as far as they are kept
	Judged  *exchange.Judged // what the whole recording says of its calls; nil: not known
	Keep    int              // bytes of a body to keep, as in exchange.NewFolder
	Alone   bool             // one exchange out of its recording: nothing is said of its command
}

// Printer writes exchanges as JSON Lines. It is not safe for concurrent use.
type Printer struct {
	o       Options
	w       io.Writer
	fold    *exchange.Folder
	streams map[decode.ExchangeID]*stream
	kept    int // bytes that all streams keep
	out     []byte
	err     error
}

// NewPrinter makes a printer on w. Each exchange is one Write of one line.
func NewPrinter(w io.Writer, o Options) *Printer {
	p := &Printer{o: o, w: w, streams: map[decode.ExchangeID]*stream{}}
	scan := o.Filter.Scanner()
	p.fold = exchange.NewFolder(o.Keep, func(x *exchange.Exchange, e decode.Event) {
		scan.Event(x, e)
		p.watch(x, e)
	})
	if !o.Alone {
		p.fold.Group(nil)
	}
	return p
}

// Event takes the next event.
func (p *Printer) Event(e decode.Event) { p.fold.Event(e) }

// Close prints what is still open, and returns the first error of writing.
func (p *Printer) Close() error {
	for x := range p.fold.Open() {
		p.print(x)
	}
	return p.err
}

func (p *Printer) watch(x *exchange.Exchange, e decode.Event) {
	if x == nil {
		return
	}
	switch e := e.(type) {
	case *decode.RequestHead:
		p.forget(x.ID) // a damaged recording may use a number twice
	case *decode.Data:
		if p.o.Bodies {
			p.stream(x, e)
		}
	case *decode.ExchangeEnd:
		p.print(x)
		p.forget(x.ID)
	}
}

func (p *Printer) print(x *exchange.Exchange) {
	p.o.Judged.Tell(x)
	if p.err != nil || p.o.Filter.Decide(x) != filter.Yes {
		return
	}
	p.out = p.append(p.out[:0], x)
	p.out = append(p.out, '\n')
	_, p.err = p.w.Write(p.out)
	if cap(p.out) > 1<<20 { // one huge exchange must not be held for ever
		p.out = nil
	}
}
