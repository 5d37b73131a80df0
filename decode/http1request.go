package decode

import (
	"strings"

	"github.com/dockwire/dockwire/decode/engine"
)

// requestHead opens the exchange of a request.
func (c *http1) requestHead(raw []byte) {
	h, s := &c.request, c.s
	if c.response.state == stateLost {
		// Clients send one request at a time: those before this one were
		// answered by what could not be read.
		c.noMoreAnswers(sideLost)
	}
	var hd head
	if !hd.parse(Request, raw, s.takeFields()) {
		s.giveFields(hd.fields)
		h.lose(h.noHead(), raw)
		return
	}
	ex := c.begin(hd.method, engine.Lookup(hd.method, hd.target))
	framing, bad := hd.requestFraming()
	h.ex = ex
	ex.asks, ex.bare = hd.asks(ex)
	ex.expects = strings.EqualFold(hd.expect, "100-continue")
	content := requestContent(ex, &hd, framing)
	s.ev.request = RequestHead{
		Origin: c.origin(ex), Parent: c.parentID(), ByDaemon: c.reversed, Method: hd.method, Target: hd.target, Proto: hd.proto,
		Fields: hd.fields, Raw: raw, Call: ex.call,
		Framing: framing, Length: hd.length, Content: content,
	}
	s.emit(&s.ev.request)
	s.giveFields(hd.fields)
	h.reportSqueezed()
	switch {
	case bad != "":
		h.lose(bad, nil)
	default:
		h.startContent(ContentUnknown)
		h.body.peeking = wantsRequest(ex.call.Op)
		h.startBody(framing, hd.length)
	}
}

// requestFraming applies RFC 9112, section 6.3 to a request; bad says why the
// end of the body cannot be found.
func (hd *head) requestFraming() (f Framing, bad string) {
	switch {
	case hd.chunked:
		return FramingChunked, ""
	case hd.coding != "":
		return FramingNone, "Transfer-Encoding of a request does not end in chunked"
	case hd.badFraming != "":
		return FramingNone, hd.badFraming
	case hd.length >= 0:
		return FramingLength, ""
	}
	return FramingNone, ""
}

// asks reports whether the connection may become a byte stream, and whether a
// 200 without framing is enough for that: dockerd hijacks attach and exec
// start with a bare 200 when there is no Upgrade header
// (moby daemon/server/router/container).
func (hd *head) asks(ex *exchange) (asks, bare bool) {
	if op := ex.call.Op; op != nil && op.Stream == engine.Hijack {
		return true, true
	}
	return hd.upgrade != "" || hd.method == "CONNECT", false
}

// requestComplete is called at the end of the body of a request.
func (c *http1) requestComplete(trailer []Field) {
	h, ex := &c.request, c.request.ex
	switch {
	case ex.upgraded:
		h.state = stateStream
		h.startContent(ContentRaw)
	case ex.asks && !ex.answered && ex.sides[Response] == sideOpen:
		h.state = stateHeld
	default:
		h.finish(trailer)
	}
}

// takeFields returns the session's memory for fields. Two heads may use it at
// once: held requests are decoded in the middle of a response head.
func (s *Session) takeFields() []Field {
	f := s.field
	s.field = nil
	return f
}

func (s *Session) giveFields(f []Field) {
	if cap(f) <= 1024 {
		s.field = f[:0]
	}
}
