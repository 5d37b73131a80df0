package tidy

import (
	"slices"
	"strconv"
	"strings"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/recordings"
)

// writer writes what stays.
type writer struct {
	out     *recordings.Writer
	opt     Options
	keep    map[decode.ExchangeID]bool
	lengths map[side]int64
	values  *values
	numbers numbers
	skip    skipping
	opened  map[decode.ConnID]*decode.ConnOpened // connections of which nothing is written yet
}

// skipping knows the directions in whose bytes nothing is replaced: files say
// how long they are, and frames too.
type skipping map[side]bool

func (s skipping) event(e decode.Event) {
	switch e := e.(type) {
	case *decode.RequestHead:
		s.note(side{e.Exchange, decode.Request}, e.Content)
	case *decode.ResponseHead:
		s.note(side{e.Exchange, decode.Response}, e.Content)
	case *decode.ExchangeEnd:
		delete(s, side{e.Exchange, decode.Request})
		delete(s, side{e.Exchange, decode.Response})
	}
}

func (s skipping) note(k side, c decode.Content) {
	switch c {
	case decode.ContentTar, decode.ContentHTTP2, decode.ContentWebSocket, decode.ContentGRPC:
		s[k] = true
	}
}

func (s skipping) holds(e *decode.Data) bool { return s[side{e.Exchange, e.Dir}] }

func (w *writer) event(e decode.Event) error {
	if w.opened == nil {
		w.opened, w.skip = map[decode.ConnID]*decode.ConnOpened{}, skipping{}
		if w.opt.KeepValues {
			w.values = nil
		}
	}
	o := e.From()
	if o.Exchange != 0 && !w.keep[o.Exchange] {
		w.replace(e) // ids are numbered alike, whatever stays
		return nil
	}
	switch e := e.(type) {
	case *decode.ConnOpened:
		c := *e
		w.opened[e.Conn] = &c
		return nil
	case *decode.ConnClosed:
		if w.opened[e.Conn] != nil {
			delete(w.opened, e.Conn)
			return nil // nothing of it stays
		}
	case *decode.ControlFrames:
		return nil // how many pings there were is another number each time
	case *decode.Gap, *decode.Anomaly:
		if o.Exchange == 0 && w.opened[o.Conn] != nil && !w.opt.Filter.Empty() {
			return nil
		}
	}
	if c := w.opened[o.Conn]; o.Conn != 0 && c != nil {
		delete(w.opened, o.Conn)
		if err := w.put(c); err != nil {
			return err
		}
	}
	return w.put(e)
}

// put writes an event with fixed values in it.
func (w *writer) put(e decode.Event) error {
	o := e.From()
	w.replace(e)
	w.number(e, o)
	return w.out.Event(e)
}

// replace gives fixed values to what is another one each time.
func (w *writer) replace(e decode.Event) {
	w.skip.event(e)
	switch e := e.(type) {
	case *decode.RequestHead:
		w.values.request(e)
		e.Length = w.length(&e.Fields, e.Length, side{e.Exchange, decode.Request})
	case *decode.ResponseHead:
		w.values.response(e)
		if e.Framing == decode.FramingLength {
			e.Length = w.length(&e.Fields, e.Length, side{e.Exchange, decode.Response})
		}
	case *decode.Data:
		if !w.skip.holds(e) {
			e.Bytes = w.values.in(e.Bytes, e.Time)
		}
	}
}

// length corrects what a head says of its body.
func (w *writer) length(fields *[]decode.Field, said int64, k side) int64 {
	n, known := w.lengths[k]
	if said < 0 || !known || n == said {
		return said
	}
	*fields = slices.Clone(*fields)
	for i := range *fields {
		if f := &(*fields)[i]; strings.EqualFold(f.Name, "Content-Length") {
			f.Value = strconv.FormatInt(n, 10)
		}
	}
	return n
}

// number numbers exchanges and connections in order, and takes times out.
func (w *writer) number(e decode.Event, o *decode.Origin) {
	if !w.opt.KeepTimes {
		o.Time = 0
	}
	o.Exchange, o.Conn = w.numbers.exchange(o.Exchange), w.numbers.conn(o.Conn)
	switch e := e.(type) {
	case *decode.RequestHead:
		e.Parent = w.numbers.exchange(e.Parent)
	case *decode.ConnOpened:
		w.numbers.peer(&e.Peer)
		if !w.opt.KeepTimes {
			e.Dial, e.Listener = 0, "" // a private socket has another path each time
		}
	case *decode.Data:
		if !w.opt.KeepTimes {
			e.First = 0
		}
	case *decode.Message:
		if !w.opt.KeepTimes {
			e.First = 0
		}
	}
}
