package recordings

import (
	"strconv"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/recordings/v1"
)

// data writes a piece of a body or stream, as far as it is kept.
func (w *Writer) data(e *decode.Data) {
	x := w.exchange(&e.Origin)
	s := &x.side[e.Dir]
	h := &w.hold
	if h.takes(x, e, w.keep) {
		s.total += int64(len(e.Bytes))
		s.kept += int64(len(e.Bytes))
		if len(h.body) == 0 {
			h.first = w.micros(e.First)
		}
		h.body = append(h.body, e.Bytes...)
		h.redacted = append(h.redacted, e.Redacted...)
		h.end = max(h.end, w.micros(e.Time))
		return
	}
	if h.of(x, e.Dir) {
		w.release() // its bytes come before these in the digest, too
	}
	closed := s.closed
	n := s.see(e.Bytes, s.streams(), w.keep, w.opt.Digest)
	if n > 0 || len(e.Bytes) == 0 && !closed {
		w.release()
		w.pieces(x, e, n)
	}
	if n < len(e.Bytes) && !closed {
		s.first = w.micros(e.First)
		w.release()
		w.cut(x, e)
	}
}

// pieces writes the first n bytes of e in lines of at most 64 KiB.
func (w *Writer) pieces(x *exchange, e *decode.Data, n int) {
	s := &x.side[e.Dir]
	p := v1.Piece{Dir: e.Dir, First: w.micros(e.First), Fd: e.Fd, Text: e.Text, Redacted: e.Redacted}
	b := e.Bytes[:n]
	for first := true; first || len(b) > 0; first = false {
		p.Bytes = b[:min(len(b), maxInline)]
		b = b[len(p.Bytes):]
		p.More = e.More || len(b) > 0 && s.streams()
		p.JSON = s.json() && !p.More && first
		w.line.Piece(w.at(x, e.Time), &p)
		w.put()
		p.Redacted = nil
	}
}

// cut says, where it happens, that the rest of a direction is not kept: its
// size and digest come at its end, which may be days away.
func (w *Writer) cut(x *exchange, e *decode.Data) {
	w.line.Mark(w.at(x, e.Time), "the "+e.Dir.String()+" is not kept from here on, only its size and digest: it passed "+
		strconv.FormatInt(w.keep, 10)+" bytes (max-body)")
	w.put()
}

// omitted passes on what another recording did not keep.
func (w *Writer) omitted(e *decode.Omitted) {
	w.release()
	w.notKept(w.exchange(&e.Origin), e, w.micros(e.Time))
}

// rest writes what there is to say about bytes that were not kept of a
// direction that ends otherwise than by its own line.
func (w *Writer) rest(x *exchange, dir decode.Direction, at *decode.Origin) {
	s := &x.side[dir]
	if s.ended || !s.omits() {
		return
	}
	o := s.omitted(dir)
	o.Origin = *at
	w.notKept(x, &o, s.first)
}

func (w *Writer) notKept(x *exchange, e *decode.Omitted, first int64) {
	w.line.Omitted(w.at(x, e.Time), e, first)
	w.line.End()
	w.put()
}
