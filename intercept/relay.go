package intercept

import (
	"errors"
	"io"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

// relay joins a client to its upstream connection. Each direction has a pump
// that reads one side and writes the other; a direction that ends by a
// half-close ends alone; a side that closes completely ends both. conclude then
// closes the other side.
type relay struct {
	srv   *Server
	sides [2]conn // by the direction that is read there: client, upstream
	tap   *guard
	read  []*Buffer // of the client's bytes, before the relay

	passed [2]atomic.Uint64 // chunks written, so that a stuck pump shows

	mayTurnAway bool   // upstream's refusal may come after its connection
	opening     []byte // the client's first bytes, if so
	away        error  // why upstream would not have us, set by its pump

	mu      sync.Mutex
	over    [2]bool   // the pump of that direction has ended
	first   Direction // which ended first
	heard   uint64    // response chunks passed by then
	refused [2]error  // why that direction's receiver takes no more
	hup     [2]bool   // that side's peer is gone altogether
	end     *Ending   // set when a side leaves
	stuck   *time.Timer
	watches [2]uint64
}

func newRelay(s *Server, client, upstream conn, tap *guard) *relay {
	r := &relay{srv: s, sides: [2]conn{client, upstream}, tap: tap}
	switch upstream.(type) {
	case *upstreamTLS, *sshConn:
		r.mayTurnAway = true
	}
	return r
}

// run relays until the connection is over.
func (r *relay) run() {
	r.srv.unanswered.Add(1)
	r.watch(Request)
	done := make(chan struct{})
	go func() {
		defer close(done)
		r.pump(Response)
	}()
	r.pump(Request)
	<-done
	if r.passed[Response].Load() == 0 {
		r.srv.unanswered.Add(-1)
	}
	r.conclude()
}

func (r *relay) pump(d Direction) {
	src := newReader(r.sides[d], r.srv.buffers)
	defer src.close()
	if d == Request && len(r.read) > 0 {
		src = &readAgain{src, r.read}
	}
	dst := newWriter(r.sides[1-d])
	for {
		b, err := src.next()
		if err != nil {
			r.readEnded(d, err)
			return
		}
		if d == Request {
			r.keepOpening(b)
		}
		err = r.pass(d, b, dst)
		b.drop(heldByRelay)
		if err != nil {
			r.writeEnded(d, err)
			return
		}
	}
}

// pass hands a chunk to the tap and writes it. The tap queues before the
// write, so that over all connections a cause is queued before its effect.
func (r *relay) pass(d Direction, b *Buffer, dst io.Writer) error {
	r.tap.chunk(d, time.Now(), b)
	_, err := dst.Write(b.Bytes())
	r.tap.sent(d)
	if r.passed[d].Add(1) == 1 && d == Response {
		r.srv.unanswered.Add(-1)
	}
	return err
}

// readEnded ends direction d, after its last byte was read.
func (r *relay) readEnded(d Direction, err error) {
	switch {
	case errors.Is(err, io.EOF):
		r.tap.eof(d, time.Now())
		if !r.isOver(1-d) && hungUp(r.sides[d]) {
			r.left(d, HowEOF, nil)
			r.finish(d)
			return
		}
		r.finish(d)
		_ = r.sides[1-d].CloseWrite() // fails if that side is gone, which its own pump sees
	case stopped(err):
		r.finish(d)
	default:
		var away *turnedAway
		if d == Response && errors.As(err, &away) {
			r.away = away.err
		}
		r.left(d, howOf(err), err)
		r.finish(d)
	}
}

// writeEnded ends direction d, whose receiver accepts no more bytes.
func (r *relay) writeEnded(d Direction, err error) {
	if stopped(err) {
		r.finish(d)
		return
	}
	r.mu.Lock()
	r.refused[d] = err
	r.mu.Unlock()
	if d == Request {
		// Upstream reads no more, but its answer may be on the way. The client
		// is not read until that has been delivered.
		r.finish(d)
		return
	}
	// The client is gone, but what it sent before may not have been read yet:
	// its own pump goes on to its end.
	r.ended(Ending{By: Client, How: howOf(err), Err: orderly(err)})
	r.expectEnd()
	r.finish(d)
	r.discard(r.sides[Response])
}

// stopped reports whether the relay itself ended the direction: the other side
// has closed, or the server closes.
func stopped(err error) bool {
	return errors.Is(err, net.ErrClosed) || errors.Is(err, os.ErrClosed) || errors.Is(err, os.ErrDeadlineExceeded)
}

// discard reads a response that has no receiver any more: upstream might not read
// the client's last bytes before it has written all of its response.
func (r *relay) discard(upstream conn) {
	if u, ok := upstream.(*net.UnixConn); ok {
		_ = u.CloseRead() // its writes now fail as they would without us
	}
	src := newReader(upstream, r.srv.buffers)
	defer src.close()
	_ = exhaust(src)
}

// finish marks a pump as ended, and stops the other one where nothing is left
// for it to do.
func (r *relay) finish(d Direction) {
	r.mu.Lock()
	r.over[d] = true
	both := r.over[1-d]
	if !both {
		r.first, r.heard = d, r.passed[Response].Load()
	}
	discarding := d == Request && r.refused[Response] != nil
	gone := !both && r.hup[d]
	r.mu.Unlock()
	switch {
	case discarding:
		r.stop(Response)
	case gone:
		r.left(d, HowEOF, nil)
	case d == Response && !both:
		r.watch(Response)
	}
}

func (r *relay) isOver(d Direction) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.over[d]
}

// left ends the connection after the side read by direction d has closed
// completely: nothing is to be read from the other side either.
func (r *relay) left(d Direction, how How, err error) {
	by := Client
	if d == Response {
		by = Upstream
	}
	r.ended(Ending{By: by, How: how, Err: err})
	r.stop(1 - d)
}

// stop wakes a pump that waits for bytes.
func (r *relay) stop(d Direction) {
	_ = r.sides[d].SetReadDeadline(time.Unix(1, 0)) // fails on a closed connection, which wakes too
}

func (r *relay) ended(e Ending) {
	r.mu.Lock()
	if r.end == nil {
		r.end = &e
	}
	r.mu.Unlock()
}

// orderly is nil for errors that are a peer's plain close.
func orderly(err error) error {
	if howOf(err) == HowEOF {
		return nil
	}
	return err
}
