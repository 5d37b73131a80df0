package intercept

import (
	"fmt"
	"runtime/debug"
	"sync/atomic"
	"time"
)

// guard protects the relay from the tap of one connection. When the tap panics,
// guard reports it once and drops the tap, and the traffic goes on.
type guard struct {
	tap    ConnTap
	off    atomic.Bool
	ended  [2]bool // each written by the reader of that direction
	report func(error)
}

func (s *Server) openTap(info ConnInfo) *guard {
	g := &guard{report: s.report}
	if s.cfg.Tap != nil {
		g.open(s.cfg.Tap, info)
	}
	if g.tap == nil {
		g.off.Store(true)
	}
	return g
}

func (g *guard) open(t Tap, info ConnInfo) {
	defer g.caught()
	g.tap = t.Open(info)
}

func (g *guard) chunk(d Direction, at time.Time, b *Buffer) {
	if g.off.Load() {
		return
	}
	defer g.caught()
	b.holds.Store(heldByRelay | heldByTap)
	g.tap.Chunk(d, at, b)
}

func (g *guard) sent(d Direction) {
	if g.off.Load() {
		return
	}
	defer g.caught()
	g.tap.Sent(d)
}

func (g *guard) eof(d Direction, at time.Time) {
	if g.off.Load() || g.ended[d] {
		return
	}
	g.ended[d] = true
	defer g.caught()
	g.tap.EOF(d, at)
}

func (g *guard) close(at time.Time, end Ending) {
	if g.off.Load() {
		return
	}
	defer g.caught()
	g.tap.Close(at, end)
}

// caught must itself be the deferred call for recover to work. A buffer that
// the tap held goes to the garbage collector.
func (g *guard) caught() {
	p := recover()
	if p == nil {
		return
	}
	if !g.off.Swap(true) {
		g.report(fmt.Errorf("this connection is no longer observed, its traffic goes on: panic: %v\n%s", p, debug.Stack()))
	}
}
