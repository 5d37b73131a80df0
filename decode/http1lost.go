package decode

import "bytes"

// lose gives up following the direction until bytes look like a message
// again. b is what could not be decoded.
func (h *half) lose(reason string, b []byte) {
	c, ex := h.c, h.ex
	h.body.end()
	refused := false
	if ex == nil && h.dir == Request {
		ex = c.refuse(b, reason, sideLost)
		refused = ex != nil
	}
	h.reportSqueezed()
	h.buf, h.state = nil, stateLost
	h.skipped.begin(nil, 0)
	switch {
	case refused: // reported already
	case ex == nil && h.dir == Request && len(b) > 0:
		h.skipped.add(b, reason) // what follows is the same run
	default:
		h.anomaly(reason, b)
		h.skipped.begin(nil, len(b))
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

// resync leaves the lost state if a read begins like a message. Only the
// start of a read is tried: in the middle, anything may look like a head.
func (h *half) resync(p []byte) {
	if looksLikeHead(h.dir, p) {
		h.skipped.flush()
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
