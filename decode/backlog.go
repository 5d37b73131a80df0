package decode

// maxOpen is how many requests of a connection may wait for an answer before
// the next ones wait to be decoded. No Docker client pipelines; this is for
// hostile ones.
const maxOpen = 1024

// maxBacklog bounds the bytes that wait. It is more than a daemon's socket
// holds of requests that the daemon has not read.
const maxBacklog = 4 << 20

// requestHalf is the half whose bytes may have to wait for an answer: an answer
// decides whether they are the next request, a body, or the stdin of a stream.
type requestHalf struct {
	half
	heldEOF bool  // the direction ended while its bytes were held
	refused state // what comes next if the body comes, see refusedExpectation
}

// crowded reports whether a new request has to wait to be decoded.
func (h *requestHalf) crowded() bool {
	return len(h.buf) == 0 && len(h.c.open) >= maxOpen && !h.c.response.over
}

// wait keeps requests until earlier ones are answered.
func (h *requestHalf) wait(p []byte) []byte {
	if len(h.buf)+len(p) > maxBacklog || !h.affords(len(p)) {
		h.lose("too many requests without an answer", append(h.take(), p...))
		return nil
	}
	h.keep(p, h.c.now)
	return nil
}

// unblock decodes requests that waited, when there is room for them.
func (c *http1) unblock() {
	h := &c.request
	for h.state == stateBacklog && (len(c.open) <= maxOpen/2 || c.response.over) {
		h.state = stateHead
		h.feed(h.take())
		if h.heldEOF && h.state != stateHeld && h.state != stateBacklog {
			h.heldEOF = false
			h.eof()
		}
	}
}
