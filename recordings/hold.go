package recordings

import (
	"time"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/recordings/v1"
)

// hold is the one line that is not written yet: a head that may still get its
// body, or the last line of a direction that may end its exchange too.
type hold struct {
	on    bool
	ended bool // the direction is complete; only fin is open
	x     *exchange
	dir   decode.Direction
	since time.Duration
	t     int64 // µs of the line
	first int64 // µs of the first byte of its body
	end   int64 // µs of the latest event in it

	line     v1.Line // left open, see v1.Line.Rest
	body     []byte
	redacted []decode.Redaction // of the head, then of the body
}

// start holds the line that was begun for that direction.
func (h *hold) start(l *v1.Line, x *exchange, dir decode.Direction, since time.Duration, t int64) {
	h.on, h.ended = true, false
	h.x, h.dir, h.since, h.t, h.end = x, dir, since, t, t
	h.line, *l = *l, h.line[:0]
	h.body, h.redacted = h.body[:0], h.redacted[:0]
}

// takes reports whether a piece may join the line that is held.
func (h *hold) takes(x *exchange, e *decode.Data, keep int64) bool {
	if !h.on || h.ended || h.x != x || h.dir != e.Dir || e.Fd != decode.NoFd || e.More {
		return false
	}
	s := &x.side[e.Dir]
	n := len(h.body) + len(e.Bytes)
	return n <= maxInline && (keep < 0 || int64(n) <= keep) && !s.closed && e.Time-h.since <= holdTime
}

// of reports whether the line held is of that direction and still open.
func (h *hold) of(x *exchange, dir decode.Direction) bool {
	return h.on && !h.ended && h.x == x && h.dir == dir
}

// order is the lines of a recording in their order: one may be held back until it
// is complete, and is written before any other.
type order struct {
	file
	places
	hold hold
}

// put writes the line.
func (o *order) put() {
	if o.err != nil {
		return
	}
	if len(o.line) >= maxRead {
		o.line.TooLong(o.now)
	}
	o.write()
}

// release writes what is held. The exchange goes on.
func (o *order) release() {
	if o.hold.on {
		o.finish(false)
	}
}

// finish writes what is held. With ends, the line also ends the exchange; it
// may say fin only then, or when the other direction is still open.
func (o *order) finish(ends bool) {
	h := &o.hold
	h.on = false
	x, s := h.x, &h.x.side[h.dir]
	fin := h.ended && (ends || !x.side[1-h.dir].ended)
	if !h.ended && len(h.body) > 0 && s.mayPass(o.keep) {
		s.startHash(o.opt.Digest)
		s.digest.Write(h.body)
	}
	o.line, h.line = h.line, o.line
	o.line.Rest(h.t, &v1.Rest{Body: h.body, JSON: s.json(), First: h.first, Redacted: h.redacted, Took: h.end - h.t, Fin: fin})
	o.now = max(o.now, h.end)
	o.put()
	if h.ended && !fin {
		o.line.DirectionEnd(v1.At{Exchange: x.id, Time: h.end}, h.dir, nil)
		o.put()
	}
}
