package intercept

import "time"

// turnedAway is a read error of an upstream that was there but would not have
// us: it refused our certificate, or ssh did not get through to it. Nothing
// had come from it before.
type turnedAway struct{ err error }

func (e *turnedAway) Error() string { return e.err.Error() }
func (e *turnedAway) Unwrap() error { return e.err }

// keepOpening remembers the beginning of what a client says, where upstream
// may yet turn us away.
func (r *relay) keepOpening(b *Buffer) {
	if r.opening == nil && r.mayTurnAway {
		r.opening = beginning(b)
	}
}

// openingSize is enough of a client's first bytes to tell how it wants to be
// answered.
const openingSize = 64

func beginning(b *Buffer) []byte {
	return append([]byte{}, b.Bytes()[:min(b.n, openingSize)]...)
}

// turnAway tells the client why upstream would not have us, as if it could not
// have been reached: for the client there is no difference. Both pumps have
// ended.
func (r *relay) turnAway() {
	client := r.sides[Request]
	_ = client.SetReadDeadline(time.Time{}) // its pump was stopped
	why := &UpstreamError{r.srv.cfg.Upstream, r.away}
	r.srv.report(why)
	r.srv.refuse(client, r.tap, r.opening, why)
}
