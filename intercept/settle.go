package intercept

import "time"

// settle ends a connection whose pumps are done: the tap is told, and the
// side that stayed learns of the other's leaving in the manner it left.
func (r *relay) settle() {
	r.unwatch()
	end := r.ending()
	r.tap.close(time.Now(), end)
	switch {
	case end.By == Client:
		r.dismiss(Response, end.How)
	case end.By == Upstream:
		r.dismiss(Request, end.How)
	}
}

// ending names who ended the connection. When both sides did no more than
// half-close, it was the client unless upstream had something to say after
// the client's end: a client that closes an idle TCP connection looks no
// different from one that half-closes.
func (r *relay) ending() Ending {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case r.end != nil:
		return *r.end
	case r.srv.closing():
		return Ending{By: Proxy, How: HowEOF}
	case r.refused[Request] != nil:
		err := r.refused[Request]
		return Ending{By: Upstream, How: howOf(err), Err: orderly(err)}
	case r.first == Request && r.passed[Response].Load() == r.heard:
		return Ending{By: Client, How: HowEOF}
	}
	return Ending{By: Upstream, How: HowEOF}
}

// dismiss tells the side that stayed. Closing a TCP connection over unread
// bytes makes the kernel throw away what was written but not yet sent, so it
// is given time to be read to its end first. Unix sockets keep what was
// written; there it only spares a client that is still uploading.
func (r *relay) dismiss(d Direction, how How) {
	c := r.sides[d]
	r.mu.Lock()
	uploading := d == Request && r.refused[Request] != nil
	r.mu.Unlock()
	if how == HowEOF {
		if uploading || !isUnix(c) {
			_ = c.CloseWrite()
			r.linger(c)
		}
		return
	}
	if uploading {
		r.linger(c)
	}
	r.awaitSent(c)
	abortive(c)
}

// linger reads on, for nobody, until the peer closes or the time is over.
func (r *relay) linger(c conn) {
	_ = c.SetReadDeadline(time.Now().Add(r.srv.lingerFor))
	src := newReader(c, r.srv.buffers)
	defer src.close()
	for {
		b, err := src.next()
		if err != nil {
			return
		}
		b.drop(heldByRelay)
	}
}

// awaitSent lets the last bytes reach the peer's kernel, where a reset does
// not take them back (on Linux). The kernel offers no event to wait for.
func (r *relay) awaitSent(c conn) {
	deadline := time.Now().Add(r.srv.lingerFor)
	for unsent(c) > 0 && time.Now().Before(deadline) {
		if !sleep(r.srv.ctx, time.Millisecond) {
			return
		}
	}
}
