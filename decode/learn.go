package decode

// maxPeek bounds a body that is read for what it says about terminals.
const maxPeek = 1 << 20

// wantsRequest tells whose request bodies say something about terminals.
func wantsRequest(op string) bool { return op == "ContainerCreate" || op == "ExecStart" }

// wantsResponse tells whose response bodies do.
func wantsResponse(op string, status int) bool {
	return status/100 == 2 && (op == "ContainerCreate" || op == "ContainerInspect")
}

// collect keeps body bytes for learn; too large a body is left unread.
func (b *body) collect(p []byte) {
	if len(b.peek)+len(p) > maxPeek {
		b.peeking, b.peek = false, nil
		return
	}
	b.peek = append(b.peek, p...)
}

// learn reads the body that was collected, at its end.
func (h *half) learn() {
	b, ex := &h.body, h.ex
	if !b.peeking {
		return
	}
	b.peeking = false
	s := h.c.s
	switch op := ex.call.Op.ID; {
	case h.dir == Request:
		if f := s.peek.members(b.peek, "", op == "ExecStart"); f.valid {
			ex.tty, ex.source = ttyOf(f.tty), "Tty of "+op
			if f.detach && op == "ExecStart" {
				ex.asks, ex.bare = false, false
			}
		}
	case op == "ContainerCreate":
		if ex.tty != ttyUnknown {
			f := s.peek.members(b.peek, "", true)
			s.ttys.learn(f.id, ex.call.Query().Get("name"), ex.tty, ex.source)
		}
	default:
		if f := s.peek.members(b.peek, "Config", false); f.config {
			s.ttys.learn(f.id, f.name, ttyOf(f.tty), "Tty of ContainerInspect")
		}
	}
	if b.peek = b.peek[:0]; cap(b.peek) > 64<<10 {
		b.peek = nil
	}
}
