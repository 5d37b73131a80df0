package decode

import "github.com/dockwire/dockwire/decode/engine"

// maxPeek bounds a body that is read for what it says about terminals and
// about execs.
const maxPeek = 1 << 20

// wantsRequest reports whether an operation's request body says something about
// terminals or execs.
func wantsRequest(op *engine.Operation) bool {
	return op != nil && (op.ID == "ContainerCreate" || op.ID == "ContainerExec" || op.ID == "ExecStart")
}

// wantsResponse reports whether its response body does.
func wantsResponse(ex *exchange, status int) bool {
	if ex.call.Op == nil || status/100 != 2 {
		return false
	}
	switch ex.call.Op.ID {
	case "ContainerCreate", "ContainerInspect":
		return true
	case "ContainerExec":
		return ex.passesOn
	}
	return false
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
func (b *body) learn() {
	ex := b.ex
	if !b.peeking {
		return
	}
	b.peeking = false
	s := b.at.s
	switch op := ex.call.Op.ID; {
	case op == "ContainerExec" && b.dir == Request:
		ex.passesOn = passesOn(s.peek.command(b.peek))
	case op == "ContainerExec":
		s.dials.learn(s.peek.members(b.peek, "").id)
	case b.dir == Request:
		if f := s.peek.members(b.peek, ""); f.valid {
			ex.tty, ex.source = ttyOf(f.tty), "Tty of "+op
			if f.detach && op == "ExecStart" {
				ex.asks, ex.bare = false, false
			}
		}
	case op == "ContainerCreate":
		if ex.tty != ttyUnknown {
			f := s.peek.members(b.peek, "")
			s.ttys.learn(f.id, ex.call.Query().Get("name"), ex.tty, ex.source)
		}
	default:
		if f := s.peek.members(b.peek, "Config"); f.config {
			s.ttys.learn(f.id, f.name, ttyOf(f.tty), "Tty of ContainerInspect")
		}
	}
	if b.peek = b.peek[:0]; cap(b.peek) > 64<<10 {
		b.peek = nil
	}
}
