package decode

// half reads one direction of a connection: message after message, and then
// perhaps a byte stream.
type half struct {
	kept  // an unfinished head or trailer, or bytes that wait, see requestHalf
	c     *http1
	dir   Direction
	state state
	over  bool      // EOF was seen
	ex    *exchange // of the message being read

	left    int64 // bytes of a body of known length still to come
	chunk   chunked
	body    messageBody
	skipped skipped
}

func newHalf(c *http1, d Direction) half {
	return half{kept: kept{s: c.s}, c: c, dir: d, skipped: skipped{c: c, dir: d}}
}

// state says what the next bytes of a half are.
type state uint8

const (
	stateHead    state = iota // a message's head, or the empty lines before it
	stateLength               // a body of known length
	stateChunked              // a chunked body, see half.chunk
	stateClose                // a body that ends with the connection
	stateStream               // the connection is a byte stream
	stateHeld                 // stdin or the next request: the answer decides
	stateUnsure               // the body, or the next request: its first bytes decide
	stateBacklog              // requests that are decoded when earlier ones are answered
	stateLost                 // anything, until it looks like a message again
)

func (h *half) feed(p []byte) {
	for len(p) > 0 {
		switch h.state {
		case stateHead:
			if h.dir == Request && h.c.request.crowded() {
				h.state = stateBacklog
				continue
			}
			p = h.readHead(p)
		case stateBacklog:
			p = h.c.request.wait(p)
		case stateLength:
			p = h.readLength(p)
		case stateChunked:
			p = h.readChunked(p)
		case stateClose, stateStream:
			h.body.deliver(p)
			return
		case stateHeld:
			p = h.c.request.hold(p)
		case stateUnsure:
			p = h.c.request.bodyOrNot(p)
		case stateLost:
			h.skipped.add(p, "skipped: not the start of a message")
			return
		}
	}
}

// readLength reads from a body of known length.
func (h *half) readLength(p []byte) []byte {
	n := min(int64(len(p)), h.left)
	h.body.deliver(p[:n])
	h.pass(n)
	return p[n:]
}

// pass goes on behind n bytes of a body of known length.
func (h *half) pass(n int64) {
	if h.left -= n; h.left == 0 {
		h.complete(nil)
	}
}

// startBody prepares for the body that f frames; the empty ones end at once.
func (h *half) startBody(f Framing, length int64) {
	switch {
	case f == FramingChunked:
		h.state, h.chunk = stateChunked, chunked{}
	case f == FramingClose:
		h.state = stateClose
	case f == FramingLength && length > 0:
		h.state, h.left = stateLength, length
	default:
		h.complete(nil)
	}
}

// complete ends the message that is being read.
func (h *half) complete(trailer []Field) {
	h.body.learn()
	h.body.end()
	if h.dir == Request {
		h.c.requestComplete(trailer)
	} else {
		h.finish(trailer)
	}
}

// finish marks the direction of the exchange complete and makes ready for the
// next message.
func (h *half) finish(trailer []Field) {
	ex := h.ex
	h.ex, h.state = nil, stateHead
	h.c.answered = h.c.answered || h.dir == Response
	ex.sides[h.dir] = sideDone
	if ex.id != 0 {
		h.c.s.ev.dirEnd = DirectionEnd{Origin: h.c.origin(ex), Dir: h.dir, Trailer: trailer}
		h.c.s.emit(&h.c.s.ev.dirEnd)
	}
	h.c.endIfOver(ex)
}

// eof ends the direction.
func (h *half) eof() {
	if h.state == stateHeld || h.state == stateBacklog {
		h.c.request.heldEOF = true
		return
	}
	h.over = true
	switch h.state {
	case stateClose, stateStream:
		h.body.eof()
		h.finish(h.ex.closing[h.dir])
	default:
		h.abandon()
		if h.ex != nil {
			h.ex.sides[h.dir] = sideEnded
			h.c.endIfOver(h.ex)
		}
	}
	if h.dir == Response {
		h.c.noMoreAnswers(sideEnded)
	}
}

// abandon gives out what is still kept of an unfinished message.
func (h *half) abandon() {
	switch h.state {
	case stateHead, stateUnsure:
		if len(h.buf) > 0 {
			h.anomaly(h.dir.String()+" ended inside a head", h.buf)
			h.reportSqueezed()
		}
	case stateChunked:
		if len(h.buf) > 0 {
			h.anomaly(h.dir.String()+" ended inside a trailer", h.buf)
		}
	case stateHeld, stateBacklog:
		if len(h.buf) > 0 {
			h.anomaly("held for an answer that did not come", h.buf)
		}
	case stateLost:
		h.skipped.flush()
	}
	h.buf = nil
	h.body.end()
}

// startContent makes ready for a body, or a stream, of that content.
func (h *half) startContent(c Content)          { h.body.start(&h.c.place, h.ex, h.dir, splitterFor(c)) }
func (h *half) anomaly(reason string, b []byte) { h.c.anomaly(h.ex, h.dir, reason, b) }
func (h *half) gapEvent(n int64, why string)    { h.c.gapEvent(h.ex, h.dir, n, why) }
