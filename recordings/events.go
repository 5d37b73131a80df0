package recordings

import (
	"time"

	"github.com/dockwire/dockwire/decode"
)

func (w *Writer) request(e *decode.RequestHead) {
	w.release()
	x := w.exchange(&e.Origin)
	w.exchanges++
	s := &x.side[decode.Request]
	s.begin(e.Content, e.Framing, e.Length)
	at := w.at(x, e.Time)
	at.Conn = x.conn
	x.byDaemon = e.ByDaemon
	head := *e
	if head.Parent != 0 {
		head.Parent = w.Numbered(head.Parent)
	}
	w.line.Request(at, &head)
	if e.Content == decode.ContentTar && !w.opt.TarUploads && e.Framing != decode.FramingNone {
		s.listOnly(w.opt.Digest)
	}
	w.head(x, decode.Request, e.Time, at.Time, e.Redacted)
}

func (w *Writer) response(e *decode.ResponseHead) {
	w.release()
	x := w.exchange(&e.Origin)
	x.side[decode.Response].begin(e.Content, e.Framing, e.Length)
	if e.Framing == decode.FramingHijack {
		x.side[decode.Request].framing = decode.FramingHijack
	}
	at := w.at(x, e.Time)
	w.line.Response(at, e)
	w.head(x, decode.Response, e.Time, at.Time, e.Redacted)
}

// head holds the head that was begun, or writes it when its body cannot be
// part of the line.
func (w *Writer) head(x *exchange, dir decode.Direction, since time.Duration, t int64, red []decode.Redaction) {
	s := &x.side[dir]
	w.hold.start(&w.line, x, dir, since, t)
	w.hold.redacted = append(w.hold.redacted, red...)
	if s.streams() || s.closed || s.length > maxInline {
		w.release()
	}
}

func (w *Writer) interim(e *decode.InterimHead) {
	w.release()
	w.line.Interim(w.at(w.exchange(&e.Origin), e.Time), e)
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
		w.line.Omitted(w.at(x, o.Time), &o, s.first)
		h.start(&w.line, x, e.Dir, e.Time, w.now)
	default:
		w.release()
		w.rest(x, e.Dir, &e.Origin)
		w.line.DirectionEnd(w.at(x, e.Time), e.Dir, e.Trailer)
		w.put()
		s.ended = true
		return
	}
	h.ended, s.ended = true, true
	h.end = max(h.end, w.micros(e.Time))
	if !x.side[1-e.Dir].ended {
		w.release()
	}
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
	w.line.ExchangeEnd(w.at(x, e.Time), e)
	w.put()
	w.leave(x)
}
