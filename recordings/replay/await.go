package replay

import (
	"time"

	"github.com/dockwire/dockwire/decode/engine"
	"github.com/dockwire/dockwire/recordings/flow/load"
	"github.com/dockwire/dockwire/recordings/flow/play"
)

// await waits until a step may be played, and reports whether it may at all.
func (a *answer) await(s *load.Step) bool {
	return a.awaitCauses(s) && a.awaitTime(s)
}

// obstacle is what a step waits for.
type obstacle struct {
	request *load.Exchange // that has not come
	input   bool           // bytes or the half-close of the client's stream
	files   bool           // what a build is made from
	earlier *play.Part     // an answer with something older to say
}

func (o obstacle) none() bool { return o == obstacle{} }

// awaitCauses waits for what came before the step when it was recorded.
func (a *answer) awaitCauses(s *load.Step) bool {
	var timeout <-chan time.Time
	for {
		o, changed := a.look(s)
		if o.none() {
			return true
		}
		if !a.beforePause() {
			a.stopWaiting()
			return false
		}
		if timeout == nil {
			t := time.NewTimer(a.p.cfg.gateTimeout())
			defer t.Stop()
			timeout = t.C
		}
		select {
		case <-changed:
			a.stopWaiting()
		case <-timeout:
			a.stopWaiting()
			a.release(s, o)
			return true
		case <-a.left():
			a.stopWaiting()
			return false
		case <-a.p.closed:
			a.stopWaiting()
			return false
		}
	}
}

// look finds what a step waits for, and what tells when to look again.
func (a *answer) look(s *load.Step) (obstacle, <-chan struct{}) {
	p := a.p
	p.mu.Lock()
	defer p.mu.Unlock()
	var o obstacle
	if a.x.Hijacked() && !a.in.stream.eof && (a.in.stream.n < s.In || s.InEOF) {
		o.input = true
	} else if a.inLive.IsZero() || s.InTime > a.played.Recorded {
		a.inLive = now()
	}
	if !a.x.Again {
		o.request = p.book.Missing(a.x.Exchange, a.part.Now, s.Pos)
	}
	o.files = p.builds.holds(a.x.Exchange, s.Pos)
	waits := o.input || o.files || o.request != nil
	// A client may read a tar as late as it sends it on: nobody waits for that.
	late := a.x.Call.Op != nil && a.x.Call.Op.Stream == engine.TarDownload
	if p.order.Next(a.part, s.Pos, waits || late) {
		p.wake() // not each time: waiting connections would wake each other for ever
	}
	if !waits && !a.x.Again {
		o.earlier = p.order.Earlier(a.part, s.Pos)
	}
	if o.none() {
		return o, nil
	}
	p.waiting++
	return o, p.changed
}

func (a *answer) stopWaiting() {
	a.p.mu.Lock()
	defer a.p.mu.Unlock()
	a.p.waiting--
}

// release plays a step although something is missing, and says so.
func (a *answer) release(s *load.Step, o obstacle) {
	p := a.p
	p.mu.Lock()
	defer p.mu.Unlock()
	waited := p.cfg.gateTimeout()
	switch {
	case o.request != nil:
		p.book.Release(o.request)
		p.wake()
		p.warn(a.x.Exchange, "gate released: waited %v for %s %s (%v)", waited, o.request.Method, o.request.Call.Path, o.request)
	case o.files:
		p.warn(a.x.Exchange, "gate released: waited %v for the files that are built from", waited)
	case o.input:
		p.warn(a.x.Exchange, "gate released: waited %v for stream input: %d bytes had come by then when it was recorded, now %d", waited, s.In, a.in.stream.n)
	default:
		p.order.Pass(o.earlier)
	}
}

// awaitTime waits as long as it took.
func (a *answer) awaitTime(s *load.Step) bool {
	if a.p.pace.Instant() {
		return a.awaitGap()
	}
	a.p.mu.Lock()
	cause := a.p.book.Cause(a.x.Exchange, s.Pos)
	a.p.mu.Unlock()
	wait := time.Until(a.p.pace.Due(s.Time, a.played, cause, play.Moment{Recorded: s.InTime, Live: a.inLive}))
	return wait <= 0 || a.pause(wait)
}

// pause waits, unless the answer ends before.
func (a *answer) pause(wait time.Duration) bool {
	if !a.beforePause() {
		return false
	}
	t := time.NewTimer(wait)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-a.left():
	case <-a.p.closed:
	}
	return false
}

// gap is what lies at least between steps that come to one client on two
// connections: what comes microseconds apart is handled in any order.
const gap = 2 * time.Millisecond

// played is a step that was played.
type played struct {
	conn *conn
	at   time.Time
}

// awaitGap keeps the order in which a client sees what it had asked for on
// several connections.
func (a *answer) awaitGap() bool {
	a.p.mu.Lock()
	last := a.p.lately[a.x.Group]
	a.p.mu.Unlock()
	wait := gap - now().Sub(last.at)
	if last.conn == nil || last.conn == a.c || a.asked.After(last.at) || wait <= 0 {
		return true
	}
	return a.pause(wait)
}

// beforePause writes what was held back for the sake of names cut in two.
func (a *answer) beforePause() bool {
	a.out.begin()
	a.out.release()
	return a.flush()
}

// left is closed when the client is gone. The end of a stream's input is no
// sign of that: it may be a half-close.
func (a *answer) left() <-chan struct{} {
	if a.x.Hijacked() {
		return nil
	}
	return a.c.gone
}
