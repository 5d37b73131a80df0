package intercept

import (
	"errors"
	"os"
	"time"
)

// conclude ends a connection whose pumps are done. It reports the end to the tap,
// and closes the remaining side in the way that the other was closed.
func (r *relay) conclude() {
	r.unwatch()
	if r.away != nil {
		r.turnAway()
		return
	}
	end := r.ending()
	r.tap.close(time.Now(), end)
	switch {
	case end.By == Client:
		r.dismiss(Response, end.How)
	case end.By == Upstream:
		r.dismiss(Request, end.How)
	}
}

// ending names the side that ended the connection. When both sides did no more than
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

// dismiss closes the remaining side. Closing a TCP connection over unread
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
			r.srv.linger(c)
		}
		return
	}
	if uploading {
		r.srv.linger(c)
	}
	r.awaitSent(c)
	abortive(c)
}

// linger reads and drops bytes until the peer closes, or has received what was
// written to it and had time to read it.
func (s *Server) linger(c conn) {
	src := newReader(c, s.buffers)
	defer src.close()
	last := time.Now().Add(s.stuckAfter)
	for {
		_ = c.SetReadDeadline(time.Now().Add(s.lingerFor))
		if !errors.Is(exhaust(src), os.ErrDeadlineExceeded) {
			return
		}
		if unsent(c) == 0 || time.Now().After(last) {
			return
		}
	}
}

// exhaust reads to the end and returns what that was.
func exhaust(src reader) error {
	for {
		b, err := src.next()
		if err != nil {
			return err
		}
		b.drop(heldByRelay)
	}
}

// awaitSent lets the last bytes reach the peer's kernel, where a reset does
// not take them back (on Linux). There is no event to wait for.
func (r *relay) awaitSent(c conn) {
	last := time.Now().Add(r.srv.stuckAfter)
	pause := time.Millisecond
	for unsent(c) > 0 && time.Now().Before(last) && sleep(r.srv.ctx, pause) {
		pause = min(2*pause, 50*time.Millisecond)
	}
}
