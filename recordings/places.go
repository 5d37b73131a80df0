package recordings

import (
	"time"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/recordings/v1"
)

// places is where lines stand in a recording: of which exchange and connection,
// by their numbers in the file, and when.
type places struct {
	base base
	now  int64 // µs of the latest line
	open map[decode.ExchangeID]*exchange
	last *exchange // the one the latest event was of

	spare []*exchange // that have ended, for reuse
}

// maxSpare is how many of them are kept.
const maxSpare = 64

// base is where a recording that is continued goes on.
type base struct {
	exchange decode.ExchangeID
	conn     decode.ConnID
	time     time.Duration
}

// Numbered is the number that an exchange has in the file, which is another
// than its own when a recording was continued.
func (p *places) Numbered(id decode.ExchangeID) decode.ExchangeID { return id + p.base.exchange }

// exchange returns the state of the exchange an event is of. An exchange
// whose head was never seen gets one too.
func (p *places) exchange(o *decode.Origin) *exchange {
	id := p.Numbered(o.Exchange)
	if p.last != nil && p.last.id == id {
		return p.last
	}
	x := p.open[id]
	if x == nil {
		x = p.enter(id, o.Conn)
	}
	p.last = x
	return x
}

func (p *places) enter(id decode.ExchangeID, c decode.ConnID) *exchange {
	var x *exchange
	if n := len(p.spare); n > 0 {
		x, p.spare = p.spare[n-1], p.spare[:n-1]
	} else {
		x = new(exchange)
	}
	*x = exchange{id: id, conn: p.conn(c)}
	x.side[0].reset()
	x.side[1].reset()
	p.open[id] = x
	return x
}

func (p *places) leave(x *exchange) {
	delete(p.open, x.id)
	p.last = nil
	if len(p.spare) < maxSpare {
		p.spare = append(p.spare, x)
	}
}

func (p *places) conn(c decode.ConnID) decode.ConnID {
	if c == 0 {
		return 0
	}
	return c + p.base.conn
}

// at places the next line of an exchange. The first one says its connection.
func (p *places) at(x *exchange, t time.Duration) v1.At {
	at := v1.At{Exchange: x.id, Time: p.stamp(t)}
	if !x.known {
		at.Conn, x.known = x.conn, true
	}
	return at
}

// place places a line that may be of an exchange, of a connection or of
// neither.
func (p *places) place(o *decode.Origin) v1.At {
	if o.Exchange == 0 {
		return v1.At{Conn: p.conn(o.Conn), Time: p.stamp(o.Time)}
	}
	id := p.Numbered(o.Exchange)
	if x := p.open[id]; x != nil {
		return p.at(x, o.Time)
	}
	return v1.At{Exchange: id, Conn: p.conn(o.Conn), Time: p.stamp(o.Time)}
}

// stamp brings a time of an event to the file's: microseconds that never
// decrease.
func (p *places) stamp(t time.Duration) int64 {
	p.now = max(p.now, p.micros(t))
	return p.now
}

func (p *places) micros(t time.Duration) int64 { return int64((t + p.base.time) / time.Microsecond) }
