package compare

import (
	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/exchange"
	"github.com/dockwire/dockwire/recordings/flow/match"
)

// keepBody is how much of a request body is looked at in one piece.
const keepBody = 8 << 20

// Collector takes exchanges apart as their events come, from a recording or
// from the wire. It is not safe for concurrent use.
type Collector struct {
	// Wanted says which values of a stream of events are compared; nil: all.
	Wanted func(value []byte) bool

	rules match.Rules
	fold  *exchange.Folder
	open  map[decode.ExchangeID]*gathering
	begun func(*exchange.Exchange)
	ended func(*exchange.Exchange, func() *Parts)
}

// NewCollector makes one. begun is called with each request's head, ended at
// each exchange's end with what takes it apart; the exchange and that are
// valid only during the call. Either may be nil.
func NewCollector(begun func(*exchange.Exchange), ended func(*exchange.Exchange, func() *Parts)) *Collector {
	c := &Collector{rules: match.BuiltinRules(), open: map[decode.ExchangeID]*gathering{}, begun: begun, ended: ended}
	c.fold = exchange.NewFolder(keepBody, c.watch)
	return c
}

// Event takes the next event.
func (c *Collector) Event(e decode.Event) { c.fold.Event(e) }

// Finish takes what has not ended as it is.
func (c *Collector) Finish() {
	for x := range c.fold.Open() {
		c.end(x)
	}
}

func (c *Collector) watch(x *exchange.Exchange, e decode.Event) {
	if x == nil {
		return
	}
	switch e := e.(type) {
	case *decode.RequestHead:
		c.open[x.ID] = &gathering{}
		if c.begun != nil {
			c.begun(x)
		}
	case *decode.Data:
		if g := c.open[x.ID]; g != nil {
			g.data(x, e)
		}
	case *decode.ExchangeEnd:
		c.end(x)
	}
}

func (c *Collector) end(x *exchange.Exchange) {
	g := c.open[x.ID]
	delete(c.open, x.ID)
	if g != nil && c.ended != nil {
		c.ended(x, func() *Parts { return newParts(c.rules, x, g, c.Wanted) })
	}
}
