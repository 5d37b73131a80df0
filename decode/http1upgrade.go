package decode

import "bytes"

// maxHeld bounds what is kept between a request that asks for a byte stream
// and its answer.
const maxHeld = maxBacklog

// hold keeps bytes that are stdin or the next request: the answer decides. Past
// the bound the bytes themselves decide.
func (h *requestHalf) hold(p []byte) []byte {
	if len(h.buf)+len(p) > maxHeld || !h.affords(len(p)) {
		h.presume(p)
		return p
	}
	h.keep(p, h.c.now)
	return nil
}

// presume decides without the answer what the held bytes are.
func (h *requestHalf) presume(p []byte) {
	if len(h.buf) > 0 {
		p = h.buf
	}
	if beginsRequest(p) {
		h.ex.asks = false
		h.release()
	} else {
		h.stdin()
	}
}

// beginsRequest reports whether net/http's server may take p for a request: it
// skips empty lines, and takes a target of any form.
func beginsRequest(p []byte) bool {
	p = bytes.TrimLeft(p, "\r\n")
	line, _, _ := bytes.Cut(p, []byte("\n"))
	return looksLikeHead(Request, p) || new(head).parseRequestLine(string(bytes.TrimSuffix(line, []byte("\r"))))
}

// release takes held bytes for the next request.
func (h *requestHalf) release() {
	buf, eof := h.take(), h.heldEOF
	h.heldEOF = false
	h.finish(nil)
	h.feed(buf)
	if eof {
		h.eof()
	}
}

// stdin takes held bytes for the beginning of the stream.
func (h *requestHalf) stdin() {
	buf, eof := h.take(), h.heldEOF
	h.heldEOF = false
	h.state = stateStream
	h.startContent(ContentRaw)
	if len(buf) > 0 {
		h.body.give(piece{fd: NoFd, first: h.first, bytes: buf})
	}
	if eof {
		h.eof()
	}
}

// switched makes the request direction a byte stream. Its end is then the client's
// half-close.
func (c *http1) switched(ex *exchange) {
	h := &c.request
	switch {
	case h.ex == ex:
		ex.upgraded = true
		if h.state == stateHeld {
			h.stdin()
		}
	case h.over || ex.id == 0:
	default:
		h.lose("the daemon switched protocols unasked", nil)
	}
}

// notSwitched keeps the request direction HTTP/1.
func (c *http1) notSwitched(ex *exchange) {
	h := &c.request
	ex.asks = false
	if h.ex != ex {
		return
	}
	switch h.state {
	case stateHeld:
		h.release()
	case stateStream:
		h.lose("taken for stdin, but the answer was no upgrade", nil)
	}
}
