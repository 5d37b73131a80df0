package intercept

import "time"

// turnedAway is the read error of an upstream that refused the connection after
// it was dialled: it refused the client certificate, or ssh could not connect. No
// byte had come from it before.
type turnedAway struct{ err error }

func (e *turnedAway) Error() string { return e.err.Error() }
func (e *turnedAway) Unwrap() error { return e.err }

// keepOpening keeps the client's first bytes while upstream may still refuse the
// connection.
func (r *relay) keepOpening(b *Buffer) {
	if r.opening == nil && r.mayTurnAway {
		r.opening = beginning(b)
	}
}

// openingSize is enough of a client's first bytes to choose the form of the
// answer.
const openingSize = 64

func beginning(b *Buffer) []byte { return append([]byte{}, b.Bytes()[:min(b.n, openingSize)]...) }

// turnAway answers the client as if upstream could not have been reached: for the
// client there is no difference. Both pumps have ended.
func (r *relay) turnAway() {
	client := r.sides[Request]
	_ = client.SetReadDeadline(time.Time{}) // its pump was stopped
	why := &UpstreamError{r.srv.cfg.Upstream, r.away}
	r.srv.report(why)
	r.srv.refuse(client, r.tap, r.opening, why)
}
