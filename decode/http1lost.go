package decode

import "bytes"

// How many bytes that cannot be decoded are emitted: of one run, and of a
// connection. The rest is counted and emitted as gaps.
const (
	maxRun   = 64 << 10
	maxShown = 1 << 20
)

// skipped is a run of bytes that cannot be decoded.
type skipped struct {
	why   string // of what waits
	wait  []byte // not given out yet
	shown int    // given out
	count int64  // not shown and not reported yet
}

// begin begins a run of which some bytes were given out.
func (s *skipped) begin(shown int) { *s = skipped{shown: shown, wait: s.wait[:0]} }

// lose gives up following the direction until bytes look like a message
// again. b is what could not be decoded.
func (h *half) lose(reason string, b []byte) {
	c, ex := h.c, h.ex
	h.endBody()
	refused := false
	if ex == nil && h.dir == Request {
		ex = c.refuse(b, reason, sideLost)
		refused = ex != nil
	}
	h.reportSqueezed()
	h.buf, h.state = nil, stateLost
	h.skipped.begin(0)
	switch {
	case refused: // reported already
	case ex == nil && h.dir == Request && len(b) > 0:
		h.skip(b, reason) // what follows is the same run
	default:
		h.anomaly(reason, b)
		h.skipped.begin(len(b))
	}
	h.ex = nil
	if ex == nil && h.dir == Request {
		c.beginUnread()
		return
	}
	if ex == nil {
		ex = c.answering()
	}
	if ex == nil {
		return
	}
	ex.sides[h.dir] = sideLost
	if h.dir == Response && c.request.ex == ex && c.request.state == stateHeld {
		c.request.release()
		return
	}
	c.endIfOver(ex)
}

// noHead says what bytes are that begin no message.
func (h *half) noHead() string {
	if h.dir == Response && h.c.answered && h.c.answering() == nil {
		return "bytes behind the end of an answer" // one to HEAD, and a 204, have no body
	}
	return "not an HTTP " + h.dir.String()
}

// skip passes over bytes of a lost direction.
func (h *half) skip(p []byte, why string) {
	s := &h.skipped
	room := max(0, min(maxRun-s.shown-len(s.wait), maxShown-h.c.shown-len(s.wait)))
	if len(s.wait) == 0 && s.shown == 0 || s.why == "" {
		s.why = why
	}
	n := min(room, len(p))
	s.wait = append(s.wait, p[:n]...)
	s.count += int64(len(p) - n)
}

// flush gives the run out, as one anomaly.
func (s *skipped) flush(h *half) {
	if len(s.wait) > 0 {
		h.anomaly(s.why, s.wait)
		s.shown += len(s.wait)
		h.c.shown += len(s.wait)
		s.wait, s.why = nil, ""
	}
	if s.count > 0 {
		h.gapEvent(s.count, "not decoded")
		s.count = 0
	}
}

// resync leaves the lost state if a read begins like a message. Only the
// start of a read is tried: in the middle, anything may look like a head.
func (h *half) resync(p []byte) {
	if looksLikeHead(h.dir, p) {
		h.skipped.flush(h)
		h.state = stateHead
	}
}

// looksLikeHead reports whether p begins with a start line of HTTP/1.
func looksLikeHead(d Direction, p []byte) bool {
	line, _, whole := bytes.Cut(p, []byte("\n"))
	if d == Response {
		return len(line) > 9 && bytes.HasPrefix(line, []byte("HTTP/1.")) && line[8] == ' ' && line[9]-'1' < 5
	}
	method, rest, ok := bytes.Cut(line, []byte(" "))
	if !ok || len(rest) == 0 || !isToken(string(method)) {
		return false
	}
	if rest[0] != '/' && rest[0] != '*' && !bytes.Contains(rest, []byte(":/")) {
		return false
	}
	return !whole || bytes.Contains(rest, []byte(" HTTP/1."))
}

func (h *half) anomaly(reason string, b []byte) { h.c.anomaly(h.ex, h.dir, reason, b) }
