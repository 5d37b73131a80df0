package decode

// gap goes on behind n missing bytes where the framing tells what they were.
func (h *half) gap(n int64, why string) {
	switch h.state {
	case stateHeld:
		h.c.request.presume(nil)
	case stateUnsure:
		h.state = h.c.request.refused
		h.feed(h.take())
	}
	switch {
	case h.state == stateClose, h.state == stateStream:
		h.body.gap(n, why)
	case h.state == stateLost:
		h.gapEvent(n, why)
	case h.state == stateLength && n <= h.left:
		h.body.gap(n, why)
		h.pass(n)
	case h.state == stateChunked && h.chunk.phase == chunkData && n <= h.chunk.left:
		h.body.gap(n, why)
		if h.chunk.pass(n) {
			h.body.pause()
		}
	default:
		h.body.end()
		h.gapEvent(n, why)
		h.lose(h.dir.String()+" cannot be followed over the gap", h.take())
	}
}
