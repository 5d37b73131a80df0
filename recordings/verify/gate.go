package verify

import (
	"context"
	"math"
	"time"

	"github.com/dockwire/dockwire/recordings/flow/play"
)

// What may be different live is not waited for endlessly. A daemon that sends
// the head of a wait with its end (Podman) must be given the start that ends
// it; a stream that says less than it did says so in the comparison.
const (
	headPatience   = 3 * time.Second
	streamPatience = 3 * time.Second
	inputPatience  = 200 * time.Millisecond
)

// due waits until all has come that stood before pos in the recording, and
// then as long as nothing happened there. It is false when ctx ended.
func (r *run) due(ctx context.Context, pos int, idle time.Duration) bool {
	r.mu.Lock()
	began := time.Now()
	r.while(ctx, func() (bool, time.Time) { return r.behind(pos, began) })
	p := r.opt.Pace
	if p.MaxIdle > 0 && idle > p.MaxIdle && !p.Instant() {
		r.cut++
	}
	r.mu.Unlock()
	if idle >= time.Millisecond && !p.Instant() {
		pauseUntil(ctx, p.Due(idle, play.Moment{Live: time.Now()}), nil)
	}
	return ctx.Err() == nil
}

// while waits as long as more is true. It is asked again after each change,
// and at the time that it gives. r.mu is held, but not while it waits.
func (r *run) while(ctx context.Context, more func() (bool, time.Time)) {
	for ctx.Err() == nil {
		wait, until := more()
		if !wait {
			return
		}
		changed := r.changed
		r.waiting++
		r.mu.Unlock()
		pauseUntil(ctx, until, changed)
		r.mu.Lock()
		r.waiting--
	}
}

// pauseUntil waits for a time, for news or for ctx. The zero time never comes.
func pauseUntil(ctx context.Context, until time.Time, news <-chan struct{}) {
	var timer <-chan time.Time
	if !until.IsZero() {
		t := time.NewTimer(time.Until(until))
		defer t.Stop()
		timer = t.C
	}
	select {
	case <-timer:
	case <-news:
	case <-ctx.Done():
	}
}

// behind reports whether something has not come that stood before pos, and when
// that is no longer waited for; zero: its call gives up by itself. r.mu is
// held.
func (r *run) behind(pos int, began time.Time) (bool, time.Time) {
	if r.next < len(r.calls) && r.calls[r.next].x.Pos < pos {
		return true, time.Time{}
	}
	now := time.Now()
	for c := range r.active {
		if c.x.Pos >= pos {
			continue
		}
		behind, until := r.behindOn(c, pos, began)
		if behind && !until.IsZero() && !now.Before(until) {
			c.late = true
			behind, until = r.behindOn(c, pos, began)
		}
		if behind {
			return true, until
		}
	}
	return false, time.Time{}
}

// behindOn says what is missing of one call.
func (r *run) behindOn(c *call, pos int, began time.Time) (bool, time.Time) {
	x := c.x
	if c.phase == compared {
		return false, time.Time{}
	}
	if end := c.endPos(); end < pos {
		return true, time.Time{}
	}
	if c.phase != waiting && c.input < len(x.Sent) && x.Sent[c.input].Pos < pos {
		// A daemon that takes no more of the input may need the next call to
		// take the rest: attach, much input, start.
		blocked := c.putting.Add(inputPatience)
		if c.putting.IsZero() {
			return true, time.Time{}
		} else if time.Now().Before(blocked) {
			return true, blocked
		}
	}
	first := x.FirstStep()
	if c.late || first == 0 || first >= pos {
		return false, time.Time{}
	}
	if c.phase == waiting {
		if !play.Watches(x) {
			return true, time.Time{}
		}
		return true, c.sent.Add(r.headPatience)
	}
	if c.came < c.cameBefore(pos) {
		if !play.Watches(x) {
			return true, time.Time{} // a build, which takes the time that it takes
		}
		since := c.at
		if began.After(since) {
			since = began
		}
		return true, since.Add(r.streamPatience)
	}
	return false, time.Time{}
}

// endPos is where the recording has the end of an answer.
func (c *call) endPos() int {
	last, _, ok := c.x.LastStep()
	switch {
	case c.x.Complete() && ok:
		return last
	case c.x.EndPos > 0:
		return c.x.EndPos
	}
	return math.MaxInt // the recording ends before it
}

// leaves reports whether the recorded client left an answer that went on.
func (c *call) leaves() bool {
	return !c.x.Complete() && c.x.End.By != "server" && c.x.End.By != "proxy"
}

// wake makes all waiting calls look again; r.mu is held.
func (r *run) wake() {
	if r.waiting > 0 {
		close(r.changed)
		r.changed = make(chan struct{})
	}
}
