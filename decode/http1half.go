package decode

import "time"

// half reads one direction of a connection: message after message, and then
// perhaps a byte stream.
type half struct {
	c     *http1
	dir   Direction
	state state
	over  bool      // EOF was seen
	ex    *exchange // of the message being read

	buf     []byte        // unfinished head or trailer, or held bytes
	scanned int           // how much of buf was searched for the head's end
	first   time.Duration // when buf's first byte was read

	left    int64 // bytes of the Content-Length body or chunk still to come
	size    chunkSize
	body    body
	unread  bool // the body is of no exchange: given out as anomalies
	skipped skipped
	heldEOF bool  // the direction ended while its bytes were held
	refused state // what comes next if the body comes, see refusedExpectation
	counted int   // bytes of buf that are in Session.held

	squeezed int // bytes left out of the head in buf
}

// state says what the next bytes of a half are.
type state uint8

const (
	stateHead    state = iota // a message's head, or the empty lines before it
	stateLength               // a body of known length
	stateChunked              // a chunked body, see half.size
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
			if h.crowded() {
				h.state = stateBacklog
				continue
			}
			p = h.readHead(p)
		case stateBacklog:
			p = h.wait(p)
		case stateLength:
			p = h.readLength(p)
		case stateChunked:
			p = h.readChunked(p)
		case stateClose, stateStream:
			h.deliver(p)
			return
		case stateHeld:
			p = h.hold(p)
		case stateUnsure:
			p = h.bodyOrNot(p)
		case stateLost:
			h.skip(p, "skipped: not the start of a message")
			return
		}
	}
}

// readLength reads from a body of known length.
func (h *half) readLength(p []byte) []byte {
	n := min(int64(len(p)), h.left)
	h.left -= n
	h.deliver(p[:n])
	if h.left == 0 {
		h.complete(nil)
	}
	return p[n:]
}

// startBody prepares for the body that f frames; the empty ones end at once.
func (h *half) startBody(f Framing, length int64) {
	switch {
	case f == FramingChunked:
		h.state, h.left, h.size = stateChunked, 0, chunkSize{}
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
	h.endBody()
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
		h.heldEOF = true
		return
	}
	h.over = true
	switch h.state {
	case stateClose, stateStream:
		h.endUnread()
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

// noMoreAnswers marks what waits for a response that will not come.
func (c *http1) noMoreAnswers(s side) {
	if c.request.state == stateHeld {
		c.request.release()
	}
	for i := 0; i < len(c.open); {
		ex := c.open[i]
		if ex.sides[Response] == sideOpen {
			ex.sides[Response] = s
			c.endIfOver(ex)
		}
		if i < len(c.open) && c.open[i] == ex {
			i++
		}
	}
	c.unblock()
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
		h.skipped.flush(h)
	}
	h.buf = nil
	h.endBody()
}

// deliver passes body bytes on.
func (h *half) deliver(p []byte) {
	if h.unread {
		h.skip(p, "body of a response to a request that was not read")
		return
	}
	h.body.deliver(p)
}

// startContent makes ready for a body, or a stream, of that content.
func (h *half) startContent(c Content) {
	h.unread = false
	h.body.start(&h.c.place, h.ex, h.dir, splitterFor(c))
}

// endBody gives out what is still being put together.
func (h *half) endBody() {
	h.endUnread()
	h.body.end()
}

func (h *half) endUnread() {
	if h.unread {
		h.skipped.flush(h)
		h.unread = false
	}
}
