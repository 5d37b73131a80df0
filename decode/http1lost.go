package decode

import "bytes"

// maxShown bounds the bytes of one undecodable stretch that are given out as
// anomalies; what exceeds it is counted and told as gaps.
const maxShown = 1 << 20

// skipped accounts for a stretch of bytes that cannot be decoded.
type skipped struct {
	shown int
	count int64 // not shown and not told yet
}

// lose gives up following the direction until bytes look like a message
// again. b is what could not be decoded.
func (h *half) lose(reason string, b []byte) {
	c, ex := h.c, h.ex
	h.endBody()
	h.anomaly(reason, b)
	h.buf, h.ex, h.state = nil, nil, stateLost
	h.skipped = skipped{shown: len(b)}
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
	c.settle(ex)
}

// skip passes over bytes of a lost direction.
func (h *half) skip(p []byte, why string) {
	if h.skipped.shown+len(p) <= maxShown {
		h.skipped.shown += len(p)
		h.anomaly(why, p)
		return
	}
	h.skipped.count += int64(len(p))
	if h.skipped.count >= maxShown {
		h.skipped.flush(h)
	}
}

func (s *skipped) flush(h *half) {
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

// looksLikeHead tells whether p begins with a start line of HTTP/1.
func looksLikeHead(d Direction, p []byte) bool {
	line, _, whole := bytes.Cut(p, []byte("\n"))
	if d == Response {
		return len(line) > 9 && bytes.HasPrefix(line, []byte("HTTP/1.")) && line[8] == ' ' && line[9]-'1' < 5
	}
	method, rest, ok := bytes.Cut(line, []byte(" "))
	if !ok || len(method) < 3 || len(method) > 12 || len(rest) == 0 {
		return false
	}
	for _, ch := range method {
		if ch < 'A' || ch > 'Z' {
			return false
		}
	}
	if rest[0] != '/' && rest[0] != '*' && !bytes.HasPrefix(rest, []byte("http://")) {
		return false
	}
	return !whole || bytes.Contains(rest, []byte(" HTTP/1."))
}

func (h *half) anomaly(reason string, b []byte) { h.c.anomaly(h.ex, h.dir, reason, b) }
