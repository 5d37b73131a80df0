package recordings

import (
	"strconv"

	"github.com/dockwire/dockwire/decode"
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
		h.red.redactions(e.Redacted)
		h.end = max(h.end, w.micros(e.Time))
		return
	}
	if h.of(x, e.Dir) {
		w.release() // its bytes come before these in the digest, too
	}
	closed := s.closed
	n := s.see(e.Bytes, s.streams(), w.keep)
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
	t, b := w.stamp(e.Time), e.Bytes[:n]
	whole := x.side[e.Dir].streams()
	for first := true; first || len(b) > 0; first = false {
		piece := b[:min(len(b), maxInline)]
		b = b[len(piece):]
		l := w.begin(dirName(e.Dir), x, t)
		if t0 := w.micros(e.First); t0 < t {
			l.int(`,"t0":`, t0)
		}
		if e.Fd != decode.NoFd {
			l.int(`,"fd":`, int64(e.Fd))
		}
		more := e.More || len(b) > 0 && whole
		if more {
			l.raw(`,"more":true`)
		}
		l.raw(`,`)
		l.value(piece, isJSON(x.side[e.Dir].content) && !more && first)
		if first && len(e.Redacted) > 0 {
			l.raw(`,"red":[`)
			l.redactions(e.Redacted)
			l.raw("]")
		}
		l.raw("}")
		w.put()
	}
}

// cut tells, where it happens, that the rest of a direction is not kept: its
// size and digest come at its end, which may be days away.
func (w *Writer) cut(x *exchange, e *decode.Data) {
	l := w.begin("mark", x, w.stamp(e.Time))
	l.str(`,"text":`, "the "+e.Dir.String()+" is not kept from here on, only its size and digest: it passed "+
		strconv.FormatInt(w.keep, 10)+" bytes (max-body)")
	l.raw("}")
	w.put()
}

// omitted passes on what another recording did not keep.
func (w *Writer) omitted(e *decode.Omitted) {
	w.release()
	x := w.exchange(&e.Origin)
	w.digest(x, e, w.micros(e.Time))
	w.line.raw("}")
	w.put()
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
	w.digest(x, &o, s.first)
	w.line.raw("}")
	w.put()
}

// digest begins the line that stands for bytes that are not in the file.
func (w *Writer) digest(x *exchange, e *decode.Omitted, t0 int64) {
	t := w.stamp(e.Time)
	l := w.begin(dirName(e.Dir), x, t)
	if t0 > 0 && t0 < t {
		l.int(`,"t0":`, t0)
	}
	l.int(`,"n":`, e.Bytes)
	if e.Total != e.Bytes {
		l.int(`,"total":`, e.Total)
	}
	l.opt(`,"sha256":`, e.SHA256)
	l.opt(`,"why":`, e.Why)
	l.tar(e.Tar, e.TarCut)
	l.opt(`,"tarerr":`, e.TarErr)
}
