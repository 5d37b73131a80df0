package recordings

import (
	"time"

	"github.com/dockwire/dockwire/decode"
)

// exchange returns the state of the exchange an event is of. An exchange
// whose head was never seen gets one too.
func (w *Writer) exchange(o *decode.Origin) *exchange {
	id := o.Exchange + w.base.exchange
	if w.last != nil && w.last.id == id {
		return w.last
	}
	x := w.open[id]
	if x == nil {
		x = w.enter(id, o.Conn)
	}
	w.last = x
	return x
}

func (w *Writer) enter(id decode.ExchangeID, c decode.ConnID) *exchange {
	var x *exchange
	if n := len(w.spare); n > 0 {
		x, w.spare = w.spare[n-1], w.spare[:n-1]
	} else {
		x = new(exchange)
	}
	x.id, x.conn, x.known = id, w.conn(c), false
	x.side[0].reset()
	x.side[1].reset()
	w.open[id] = x
	return x
}

func (w *Writer) leave(x *exchange) {
	delete(w.open, x.id)
	w.last = nil
	if len(w.spare) < 64 {
		w.spare = append(w.spare, x)
	}
}

func (w *Writer) conn(c decode.ConnID) decode.ConnID {
	if c == 0 {
		return 0
	}
	return c + w.base.conn
}

// begin opens a line of an exchange. The connection is told by the first.
func (w *Writer) begin(event string, x *exchange, t int64) *line {
	l := &w.line
	l.begin(event, x.id, t)
	if !x.known && x.conn != 0 {
		l.int(`,"c":`, int64(x.conn))
	}
	x.known = true
	return l
}

func (w *Writer) request(e *decode.RequestHead) {
	w.release()
	x := w.exchange(&e.Origin)
	x.known = true
	w.exchanges++
	s := &x.side[decode.Request]
	s.begin(e.Content, e.Framing, e.Length)
	t := w.stamp(e.Time)
	w.line.requestHead(e, x.id, x.conn, t)
	if e.Content == decode.ContentTar && !w.opt.TarUploads && e.Framing != decode.FramingNone {
		s.listOnly()
	}
	w.head(x, decode.Request, e.Time, t, e.Redacted)
}

func (w *Writer) response(e *decode.ResponseHead) {
	w.release()
	x := w.exchange(&e.Origin)
	x.known = true
	x.side[decode.Response].begin(e.Content, e.Framing, e.Length)
	if e.Framing == decode.FramingHijack {
		x.side[decode.Request].framing = decode.FramingHijack
	}
	t := w.stamp(e.Time)
	w.line.responseHead(e, x.id, t)
	w.head(x, decode.Response, e.Time, t, e.Redacted)
}

// head holds the head that was begun, or writes it when its body cannot be
// part of the line.
func (w *Writer) head(x *exchange, dir decode.Direction, at time.Duration, t int64, red []decode.Redaction) {
	s := &x.side[dir]
	w.hold.start(&w.line, x, dir, at, t)
	w.hold.head.redactions(red)
	if s.streams() || s.closed || s.length > maxInline {
		w.release()
	}
}

func (w *Writer) interim(e *decode.InterimHead) {
	w.release()
	x := w.exchange(&e.Origin)
	x.known = true
	w.line.interimHead(e, x.id, w.stamp(e.Time))
	w.line.raw("}")
	w.put()
}

func (w *Writer) directionEnd(e *decode.DirectionEnd) {
	x := w.exchange(&e.Origin)
	s := &x.side[e.Dir]
	h := &w.hold
	switch {
	case h.of(x, e.Dir) && len(e.Trailer) == 0:
	case s.omits() && len(e.Trailer) == 0:
		w.release()
		o := s.omitted(e.Dir)
		o.Origin = e.Origin
		w.digest(x, &o, s.first)
		h.start(&w.line, x, e.Dir, e.Time, w.now)
	default:
		w.release()
		w.rest(x, e.Dir, &e.Origin)
		w.eof(x, e.Dir, w.stamp(e.Time), e.Trailer)
		s.ended = true
		return
	}
	h.ended, s.ended = true, true
	h.end = max(h.end, w.micros(e.Time))
	if !x.side[1-e.Dir].ended {
		w.release()
	}
}

// eof writes that a direction has ended.
func (w *Writer) eof(x *exchange, dir decode.Direction, t int64, trailer []decode.Field) {
	l := w.begin("eof", x, t)
	l.str(`,"dir":`, dirName(dir))
	if len(trailer) > 0 {
		l.fields(`,"h":`, trailer)
	}
	l.raw("}")
	w.put()
}

func (w *Writer) exchangeEnd(e *decode.ExchangeEnd) {
	x := w.exchange(&e.Origin)
	orderly := e.By == decode.Server && e.How == decode.EndEOF && e.Err == "" && !e.OpenRequest && !e.OpenResponse
	if h := &w.hold; orderly && h.on && h.ended && h.x == x && h.end >= w.micros(e.Time) {
		w.finish(true)
		w.leave(x)
		return
	}
	w.release()
	w.rest(x, decode.Request, &e.Origin)
	w.rest(x, decode.Response, &e.Origin)
	l := w.begin("end", x, w.stamp(e.Time))
	l.ending(e.By, e.How, e.Err)
	l.openSides(e.OpenRequest, e.OpenResponse)
	l.raw("}")
	w.put()
	w.leave(x)
}

func (l *line) ending(by decode.Party, how decode.Ending, err string) {
	l.str(`,"by":`, string(by))
	l.str(`,"how":`, string(how))
	l.opt(`,"err":`, err)
}

func (l *line) openSides(request, response bool) {
	switch {
	case request && response:
		l.raw(`,"open":["in","out"]`)
	case request:
		l.raw(`,"open":["in"]`)
	case response:
		l.raw(`,"open":["out"]`)
	}
}
