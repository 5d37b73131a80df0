package recordings

import (
	"time"

	"github.com/dockwire/dockwire/decode"
)

// v1 turns lines of version 1 into events. A line gives up to four: head,
// bytes, the direction's end, the exchange's end.
type v1 struct {
	f     v1Fields
	body  v1Value
	p     v1Parser
	open  map[decode.ExchangeID]*v1Exchange
	conns map[decode.ConnID]bool
	now   int64
	ended bool // a stop line was the last

	queue [8]decode.Event
	n, i  int
	lost  []decode.Event // what a resume line ends

	// The events that are lent out, one of each kind.
	opened  decode.ConnOpened
	closed  decode.ConnClosed
	req     decode.RequestHead
	interim decode.InterimHead
	res     decode.ResponseHead
	data    decode.Data
	omitted decode.Omitted
	dirEnd  decode.DirectionEnd
	end     decode.ExchangeEnd
	gap     decode.Gap
	anomaly decode.Anomaly
	mark    decode.Mark
	fields  []decode.Field
	trailer []decode.Field
	headRed []decode.Redaction
	bodyRed []decode.Redaction
	tar     []decode.TarEntry
	raw     []byte
	bytes   []byte
	spare   []*v1Exchange
}

// v1Exchange is what has to be remembered of an exchange that has not ended.
type v1Exchange struct {
	conn  decode.ConnID
	ended [2]bool
}

func newV1() *v1 {
	v := &v1{open: make(map[decode.ExchangeID]*v1Exchange), conns: make(map[decode.ConnID]bool)}
	v.p = v1Parser{v: v, names: make(map[string]string)}
	return v
}

func (v *v1) stopped() bool { return v.ended }

func (v *v1) next() decode.Event {
	if v.i < v.n {
		v.i++
		return v.queue[v.i-1]
	}
	if len(v.lost) > 0 {
		e := v.lost[0]
		v.lost = v.lost[1:]
		return e
	}
	return nil
}

func (v *v1) pending() bool { return v.i < v.n || len(v.lost) > 0 }

func (v *v1) warn(text string) decode.Event {
	v.mark = decode.Mark{Origin: decode.Origin{Time: micros(v.now)}, Text: text}
	return &v.mark
}

func (v *v1) emit(e decode.Event) {
	v.queue[v.n] = e
	v.n++
}

func micros(t int64) time.Duration { return time.Duration(t) * time.Microsecond }

func (v *v1) parse(line []byte) error {
	v.n, v.i = 0, 0
	v.p.err = nil
	v.f = v1Fields{}
	f := &v.f
	if err := f.split(line); err != nil {
		return err
	}
	o := v.origin()
	if v.p.err != nil {
		return v.p.err
	}
	v.ended = false
	switch event := f.event(); event {
	case "req":
		v.request(o)
	case "res":
		v.response(o)
	case "in", "out":
		v.piece(o, event)
	case "eof":
		v.eof(o)
	case "end":
		v.exchangeEnd(o)
	case "info":
		v.info(o)
	case "conn":
		v.connOpened(o)
	case "close":
		v.connClosed(o)
	case "drop":
		v.gap = decode.Gap{Origin: o, Dir: v.p.dir(f.dir), Bytes: v.p.count(f.n), Why: v.p.str(f.why)}
		v.emit(&v.gap)
	case "anomaly":
		v.bad(o)
	case "mark":
		v.mark = decode.Mark{Origin: o, Text: v.p.str(f.text)}
		v.emit(&v.mark)
	case "clock":
		v.mark = decode.Mark{Origin: o, Text: "the wall clock was set to " + v.p.str(f.wall)}
		v.emit(&v.mark)
	case "resume":
		v.resume(o)
	case "stop":
		v.ended = true
	}
	if v.p.err != nil {
		v.n = 0
	}
	return v.p.err
}

// origin reads e, x, t and c, and finds the connection of a known exchange.
func (v *v1) origin() decode.Origin {
	f, p := &v.f, &v.p
	if f.e == nil || f.t == nil {
		p.fail("no event: e or t is missing")
	}
	t := p.int(f.t)
	// 2^53 is what other readers of JSON keep exact: 285 years.
	p.check(t < 0 || t > 1<<53, "t is out of range")
	o := decode.Origin{Time: micros(t), Exchange: decode.ExchangeID(p.count(f.x)), Conn: decode.ConnID(p.count(f.c))}
	if o.Conn == 0 && o.Exchange != 0 {
		if x := v.open[o.Exchange]; x != nil {
			o.Conn = x.conn
		}
	}
	v.now = t
	return o
}

func (v *v1) exchange(o decode.Origin) *v1Exchange {
	x := v.open[o.Exchange]
	if x == nil {
		if n := len(v.spare); n > 0 {
			x, v.spare = v.spare[n-1], v.spare[:n-1]
		} else {
			x = new(v1Exchange)
		}
		*x = v1Exchange{conn: o.Conn}
		v.open[o.Exchange] = x
	}
	return x
}

func (v *v1) forget(id decode.ExchangeID) {
	if x := v.open[id]; x != nil {
		delete(v.open, id)
		if len(v.spare) < 64 {
			v.spare = append(v.spare, x)
		}
	}
}
