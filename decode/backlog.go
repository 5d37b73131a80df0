package decode

// maxOpen is how many requests of a connection may wait for an answer before
// the next ones wait to be decoded. No Docker client pipelines; this is for
// hostile ones.
const maxOpen = 1024

// maxBacklog bounds the bytes that wait. It is more than a daemon's socket
// holds of requests that the daemon has not read.
const maxBacklog = 4 << 20

// crowded reports whether a new request has to wait to be decoded.
func (h *half) crowded() bool {
	return h.dir == Request && len(h.buf) == 0 && len(h.c.open) >= maxOpen && !h.c.response.over
}

// wait keeps requests until earlier ones are answered.
func (h *half) wait(p []byte) []byte {
	if len(h.buf)+len(p) > maxBacklog || !h.affords(len(p)) {
		h.lose("too many requests without an answer", append(h.takeBuf(), p...))
		return nil
	}
	if len(h.buf) == 0 {
		h.first = h.c.now
	}
	h.buf = append(h.buf, p...)
	return nil
}

// unblock decodes requests that waited, when there is room for them.
func (c *http1) unblock() {
	h := &c.request
	for h.state == stateBacklog && (len(c.open) <= maxOpen/2 || c.response.over) {
		h.state = stateHead
		h.feed(h.takeBuf())
		if h.heldEOF && h.state != stateHeld && h.state != stateBacklog {
			h.heldEOF = false
			h.eof()
		}
	}
}

// What all connections of a session may keep of bytes that wait for more: what
// is beyond it is kept only where a connection has little.
const (
	maxHeldInAll = 16 << 20
	littleHeld   = 64 << 10
)

// affords reports whether n more bytes may be kept.
func (h *half) affords(n int) bool {
	return len(h.buf)+n <= littleHeld || h.c.s.kept+n <= maxHeldInAll
}

// count brings the session's count of kept bytes up to date.
func (h *half) count() {
	h.c.s.kept += len(h.buf) - h.counted
	h.counted = len(h.buf)
}
