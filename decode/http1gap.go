package decode

// gap goes on behind n missing bytes where the framing tells what they were.
func (h *half) gap(n int64, why string) {
	switch h.state {
	case stateHeld:
		h.presume(nil)
	case stateUnsure:
		h.state = h.refused
		h.feed(h.takeBuf())
	}
	switch {
	case h.state == stateClose, h.state == stateStream:
		h.bodyGap(n, why)
	case h.state == stateLost:
		h.gapEvent(n, why)
	case h.state == stateLength && n <= h.left,
		h.state == stateChunked && h.size.phase == chunkData && n <= h.left:
		h.left -= n
		h.bodyGap(n, why)
		h.chunkGap()
	default:
		h.endBody()
		h.gapEvent(n, why)
		h.lose(h.dir.String()+" cannot be followed over the gap", h.takeBuf())
	}
}

// chunkGap goes on if the gap reached to the end of a body or chunk.
func (h *half) chunkGap() {
	switch {
	case h.left > 0:
	case h.state == stateLength:
		h.complete(nil)
	default:
		h.endChunk()
	}
}

// bodyGap tells the body that n bytes of it are missing.
func (h *half) bodyGap(n int64, why string) {
	if h.unread {
		h.gapEvent(n, why)
		return
	}
	h.body.gap(n, why)
}

func (h *half) gapEvent(n int64, why string) { h.c.gapEvent(h.ex, h.dir, n, why) }
