package recordings

import (
	"time"

	"github.com/dockwire/dockwire/decode"
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

	line line // without body, red, fin and the closing brace
	body []byte
	red  line // elements of red that concern the body
	head line // elements of red that concern the head
}

// start holds the line that was begun for that direction.
func (h *hold) start(l *line, x *exchange, dir decode.Direction, since time.Duration, t int64) {
	h.on, h.ended = true, false
	h.x, h.dir, h.since, h.t, h.end = x, dir, since, t, t
	h.line, *l = *l, h.line[:0]
	h.body, h.red, h.head = h.body[:0], h.red[:0], h.head[:0]
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

// release writes what is held. The exchange goes on.
func (w *Writer) release() {
	if w.hold.on {
		w.finish(false)
	}
}

// finish writes what is held. With ends, the line also ends the exchange; it
// may say fin only then, or when the other direction is still open.
func (w *Writer) finish(ends bool) {
	h := &w.hold
	h.on = false
	x, s := h.x, &h.x.side[h.dir]
	fin := h.ended && (ends || !x.side[1-h.dir].ended)
	if !h.ended && len(h.body) > 0 && s.mayPass(w.keep) {
		s.startHash()
		s.digest.Write(h.body)
	}
	w.line, h.line = h.line, w.line
	l := &w.line
	if len(h.body) > 0 {
		l.raw(`,"body":{`)
		if h.first > h.t {
			l.int(`"t0":`, h.first)
			l.raw(",")
		}
		l.value(h.body, isJSON(s.content))
		l.raw("}")
	}
	l.held(h.head, h.red)
	if h.end > h.t {
		l.int(`,"dt":`, h.end-h.t)
	}
	if fin {
		l.raw(`,"fin":true`)
	}
	l.raw("}")
	w.now = max(w.now, h.end)
	w.put()
	if h.ended && !fin {
		w.eof(x, h.dir, h.end, nil)
	}
}

// held writes the redactions that were collected.
func (l *line) held(head, body line) {
	if len(head)+len(body) == 0 {
		return
	}
	l.raw(`,"red":[`)
	*l = append(*l, head...)
	if len(head) > 0 && len(body) > 0 {
		l.raw(",")
	}
	*l = append(*l, body...)
	l.raw("]")
}
