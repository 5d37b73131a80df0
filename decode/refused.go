package decode

import (
	"bytes"
	"strings"

	"github.com/dockwire/dockwire/decode/engine"
)

// refuse opens an exchange for a request that the daemon's server will not
// take, or has answered before its head was whole: as far as a method and a
// target can be read. It returns nil if they cannot.
func (c *http1) refuse(raw []byte, why string, request side) *exchange {
	line, rest := cutLine(string(raw))
	method, target, ok := strings.Cut(line, " ")
	if !ok || !isToken(method) {
		return nil
	}
	target, proto, _ := strings.Cut(target, " ")
	ex := c.begin(method, engine.Lookup(method, target))
	ex.sides[Request] = request
	c.s.ev.request = RequestHead{
		Origin: c.origin(ex), Parent: c.parentID(), ByDaemon: c.reversed, Method: method, Target: target, Proto: proto,
		Fields: appendFields(nil, rest), Raw: raw, Call: ex.call,
		Length: -1, Content: ContentNone,
	}
	c.s.emit(&c.s.ev.request)
	c.s.ev.anomaly = Anomaly{Origin: c.origin(ex), Dir: Request, Reason: why}
	c.s.emit(&c.s.ev.anomaly)
	return ex
}

// early is called when an answer comes to no request: one that has begun may be
// what is answered (408, 414, 431).
func (c *http1) early() *exchange {
	h := &c.request
	if h.state != stateHead || len(h.buf) == 0 {
		return nil
	}
	ex := c.refuse(h.buf, "answered before its head was complete", sideEnded)
	if ex != nil {
		h.reportSqueezed()
		h.buf, h.state = nil, stateLost
		h.skipped.begin(nil, 0)
	}
	return ex
}

// refusedExpectation is called for a final answer to a request that waits for
// 100 Continue with its body: the client may send it all the same, or go on
// with its next request (RFC 9110, section 10.1.1). The bytes decide.
func (c *http1) refusedExpectation(ex *exchange) {
	h := &c.request
	if !ex.expects || h.ex != ex || h.chunk.digits > 0 {
		return
	}
	if h.state == stateLength || h.state == stateChunked {
		h.refused, h.state = h.state, stateUnsure
	}
}

// bodyOrNot decides whether bytes are the body that was announced, and returns
// them. Too few are kept.
func (h *requestHalf) bodyOrNot(p []byte) []byte {
	h.keep(p, h.c.now)
	if mayBecomeHead(h.buf) {
		return nil
	}
	p = h.take()
	if h.state = h.refused; looksLikeHead(Request, p) {
		h.refuseBody()
	}
	return p
}

// refuseBody ends a request whose body does not come.
func (h *requestHalf) refuseBody() {
	ex := h.ex
	h.body.end()
	h.ex, h.state = nil, stateHead
	ex.sides[Request] = sideEnded
	h.c.endIfOver(ex)
}

// mayBecomeHead reports whether b is too short to tell a request from a body.
func mayBecomeHead(b []byte) bool {
	method, rest, _ := bytes.Cut(b, []byte(" "))
	return len(b) < 64 && len(rest) == 0 && isToken(string(method))
}
