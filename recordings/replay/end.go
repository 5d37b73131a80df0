package replay

import (
	"net"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/recordings/flow/match"
)

// end does what ended the answer, and reports whether the connection goes on.
func (a *answer) end() bool {
	a.p.mu.Lock()
	a.p.order.Next(a.part, 0, false)
	a.p.wake()
	a.p.mu.Unlock()
	if !a.beforePause() {
		return false
	}
	x := a.x.Exchange
	switch {
	case x.End.By == decode.Server && x.End.Open && x.End.How == decode.EndReset:
		reset(a.c.nc)
		a.c.cut = true
		return false
	case x.End.By == decode.Server && x.End.Open, x.End.By == decode.Proxy:
		a.c.cut = true
		return false
	case x.End.By == "" || x.End.Open:
		// The client left, or recording ended before the answer did: it stays
		// open until this client leaves, for a while where that one wanted it all.
		if wait, _ := a.p.waited(x); !match.GaveUp(x) {
			a.hold()
		} else if a.c.stays(wait + a.p.cfg.gateTimeout()) {
			a.p.warnNow(x, "the recorded client left before the end of the answer to %s %s: it ends there", x.Method, x.Call.Path)
			a.c.cut = true
		}
		return false
	case x.Hijacked():
		a.hold() // both halves are over, or the client goes on sending into nothing
		return false
	}
	return x.Framing != decode.FramingClose && !a.out.close
}

// hold waits for the client to leave.
func (a *answer) hold() {
	select {
	case <-a.c.gone:
	case <-a.p.closed:
	}
}

// reset ends a connection the way a daemon that died did.
func reset(nc net.Conn) {
	if t, ok := nc.(interface{ SetLinger(sec int) error }); ok {
		_ = t.SetLinger(0) // else it is closed, not reset
	}
}

// compareInput notes when a client sent something else into a stream than was
// recorded; p.mu is held.
func (p *Player) compareInput(a *answer) {
	s, want := &a.in.stream, &a.x.Input
	if s.n == want.Bytes && (!want.Known || want.Bytes == 0 || [32]byte(s.hash.Sum(nil)) == want.SHA256) {
		return
	}
	p.differentInput++
	if s.n != want.Bytes {
		p.warn(a.x.Exchange, "stream input differs: %d bytes recorded, %d received", want.Bytes, s.n)
		return
	}
	p.warn(a.x.Exchange, "stream input differs: the same number of bytes, %d, but others", s.n)
}
