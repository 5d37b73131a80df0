package recordings

import (
	"slices"
	"time"

	"github.com/dockwire/dockwire/decode"
	v1 "github.com/dockwire/dockwire/recordings/v1"
)

// unfinished is what a reader remembers of exchanges and connections that are
// open, for what lines say only together.
type unfinished struct {
	exchanges map[decode.ExchangeID]begun
	conns     map[decode.ConnID]bool
	end       decode.ExchangeEnd
	due       []decode.Event // come before the next line's
	delivered int            // how many of due have come
}

// begun is an exchange that has not ended.
type begun struct {
	conn  decode.ConnID
	ended [2]bool
}

// see completes an event and notes what it changes.
func (u *unfinished) see(e decode.Event, says v1.Says) {
	o := e.From()
	x, known := u.exchanges[o.Exchange]
	if known && o.Conn == 0 && o.Exchange != 0 {
		o.Conn = x.conn
	}
	switch e := e.(type) {
	case *decode.ExchangeEnd:
		u.forget(o.Exchange)
	case *decode.ConnOpened:
		u.conns[o.Conn] = true
	case *decode.ConnClosed:
		delete(u.conns, o.Conn)
	case *decode.Gap, *decode.Anomaly, *decode.Mark:
		if says.Resume {
			u.interrupted(o.Time)
		}
	case *decode.DirectionEnd:
		if !known {
			x.conn = o.Conn
		}
		x.ended[e.Dir] = true
		u.exchanges[o.Exchange] = x
		if says.Fin && x.ended[1-e.Dir] {
			u.end = decode.ExchangeEnd{Origin: *o, By: decode.Server, How: decode.EndEOF}
			u.due, u.delivered = append(u.due[:0], &u.end), 0
			u.forget(o.Exchange)
		}
	default:
		if !known {
			u.exchanges[o.Exchange] = begun{conn: o.Conn}
		}
	}
}

// pending reports whether next has an event.
func (u *unfinished) pending() bool { return u.delivered < len(u.due) }

// next returns an event that follows from what was seen, or nil.
func (u *unfinished) next() decode.Event {
	if !u.pending() {
		return nil
	}
	u.delivered++
	return u.due[u.delivered-1]
}

func (u *unfinished) forget(id decode.ExchangeID) { delete(u.exchanges, id) }

// interrupted ends what the run of the recorder before had left open: how it
// went on was not seen.
func (u *unfinished) interrupted(at time.Duration) {
	const why = "the recording was interrupted"
	u.due, u.delivered = nil, 0
	for id, x := range u.exchanges {
		o := decode.Origin{Time: at, Conn: x.conn, Exchange: id}
		u.due = append(u.due, &decode.ExchangeEnd{Origin: o, By: decode.Recorder, How: decode.EndCancel, Err: why,
			OpenRequest: !x.ended[0], OpenResponse: !x.ended[1]})
	}
	slices.SortFunc(u.due, func(a, b decode.Event) int { return int(a.From().Exchange) - int(b.From().Exchange) })
	n := len(u.due)
	for id := range u.conns {
		o := decode.Origin{Time: at, Conn: id}
		u.due = append(u.due, &decode.ConnClosed{Origin: o, By: decode.Recorder, How: decode.EndCancel, Err: why})
	}
	slices.SortFunc(u.due[n:], func(a, b decode.Event) int { return int(a.From().Conn) - int(b.From().Conn) })
	clear(u.exchanges)
	clear(u.conns)
}
