package intercept

import "time"

// watch calls hangup when the peer of that side closes completely while its pump
// is not reading.
func (r *relay) watch(d Direction) {
	id := r.srv.hangups.add(r.sides[d], func() { r.hangup(d) })
	r.mu.Lock()
	r.watches[d] = id
	r.mu.Unlock()
}

func (r *relay) unwatch() {
	r.mu.Lock()
	watches := r.watches
	if r.stuck != nil {
		r.stuck.Stop()
	}
	r.mu.Unlock()
	for _, id := range watches {
		if id != 0 {
			r.srv.hangups.remove(id)
		}
	}
}

// hangup handles a peer that has closed completely. Bytes that it sent before are
// still delivered; its pump finds the end by itself.
func (r *relay) hangup(d Direction) {
	r.mu.Lock()
	r.hup[d] = true
	over, both := r.over[d], r.over[d] && r.over[1-d]
	r.mu.Unlock()
	switch {
	case both: // half-closed from both sides looks the same
	case over:
		r.left(d, HowEOF, nil)
	case d == Request:
		r.expectEnd()
	}
}

// expectEnd gives up on a request whose client is gone and which upstream
// does not take: without it such a connection would last for ever.
func (r *relay) expectEnd() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.over[Request] || r.stuck != nil {
		return
	}
	seen := r.passed[Request].Load()
	r.stuck = time.AfterFunc(r.srv.stuckAfter, func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		if r.over[Request] {
			return
		}
		if now := r.passed[Request].Load(); now != seen {
			seen = now
			r.stuck.Reset(r.srv.stuckAfter)
			return
		}
		if r.end == nil {
			r.end = &Ending{By: Client, How: HowEOF}
		}
		_ = r.sides[Response].SetDeadline(time.Unix(1, 0))
	})
}
