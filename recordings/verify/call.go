package verify

import (
	"context"
	"errors"
	"io"
	"net"
	"slices"
	"sync"
	"time"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/recordings/flow/compare"
	"github.com/dockwire/dockwire/recordings/flow/load"
	"github.com/dockwire/dockwire/recordings/flow/match"
	"github.com/dockwire/dockwire/recordings/flow/play"
)

// phase is how far the live exchange of a call is.
type phase uint8

const (
	waiting  phase = iota // for the head of the answer
	headed                // the final head has come
	answered              // the whole answer has come
	over                  // ... and the exchange has ended
	broken                // it has ended without a whole answer
	compared
)

// call is a recorded exchange and what becomes of it.
type call struct {
	x        *load.Exchange
	why      string   // it is not made
	notAsked bool     // ... because that was not asked for
	notes    []string // what a person should know
	gives    []string // names, to what it makes
	others   []string // of them: what had that name before

	conn    net.Conn
	decoder *decode.Conn
	steps   []step // of a recorded answer that others may wait for

	// Guarded by run.mu.
	sent     time.Time
	at       time.Time // something came
	phase    phase
	hijacked bool
	came     int64
	late     bool      // it is not waited for any more
	input    int       // what of x.Sent comes next
	putting  time.Time // since when a piece of it is being written; zero: none is
	gaveUp   bool      // no byte for longer than the timeout
	live     *answer
	differ   []match.Difference
	failed   error // of the connection
}

// step is how much of an answer had come by a line of the recording.
type step struct {
	pos  int
	came int64
}

// amount is what a piece of an answer counts: values of a stream of JSON, bytes
// of any other.
func (c *call) amount(d *decode.Data) int64 {
	if op := c.x.Call.Op; op == nil || op.ID != "SystemEvents" && op.ID != "ContainerStats" {
		return int64(len(d.Bytes))
	}
	if d.More {
		return 0
	}
	return 1
}

// cameBefore is how much of the answer was recorded before pos.
func (c *call) cameBefore(pos int) int64 {
	came := int64(0)
	for _, s := range c.steps {
		if s.pos >= pos {
			break
		}
		came = s.came
	}
	return came
}

// watch reads what others may wait for.
func (r *run) watch(c *call) error {
	if !play.Watches(c.x) && !c.leaves() {
		return nil
	}
	came := int64(0)
	for _, s := range c.x.Steps() {
		err := r.rec.Events(s.Line, func(e decode.Event) error {
			if d, ok := e.(*decode.Data); ok && d.Dir == decode.Response {
				came += c.amount(d)
			}
			return nil
		})
		if err != nil {
			return err
		}
		c.steps = append(c.steps, step{s.Pos, came})
	}
	return nil
}

// send connects and writes the head of a request; the rest goes on in
// goroutines that all waits for.
func (r *run) send(ctx context.Context, c *call) error {
	req, err := r.request(c)
	if err != nil {
		return err
	}
	if err := r.watch(c); err != nil {
		return err
	}
	if c.conn, err = r.opt.Connect(ctx, c.x); err != nil {
		return err
	}
	r.mu.Lock()
	c.decoder = r.wire.open(c)
	c.sent = time.Now()
	c.at = c.sent
	r.active[c] = struct{}{}
	r.progress()
	r.mu.Unlock()
	_ = r.say(c, req.head) // whether it came shows in the answer
	r.work.Go(func() { r.call(ctx, c, req) })
	return nil
}

// call reads the answer while it sends the rest of the request, and compares.
func (r *run) call(ctx context.Context, c *call, req *request) {
	defer context.AfterFunc(ctx, func() { c.conn.Close() })()
	whole := ctx
	ctx, stop := context.WithCancel(ctx)
	var rest sync.WaitGroup
	rest.Go(func() { r.rest(ctx, c, req) })
	if c.leaves() {
		rest.Go(func() { r.leave(ctx, c) })
	}
	err := r.read(c)
	stop()
	c.conn.Close()
	rest.Wait()
	r.hangUp(c, err)
	r.conclude(c, whole.Err() != nil)
}

// rest sends the body, then the input of a stream.
func (r *run) rest(ctx context.Context, c *call, req *request) {
	if err := req.send(func(p []byte) error { return r.say(c, p) }); err != nil {
		return
	}
	for i := range c.x.Sent {
		if !r.due(ctx, c.x.Sent[i].Pos, c.x.Sent[i].Idle) {
			return
		}
		r.put(ctx, c, &c.x.Sent[i])
		r.mu.Lock()
		c.input = i + 1
		r.wake()
		r.mu.Unlock()
	}
}

// put sends a piece of stream input, if there is still a stream. Other calls do
// not wait for ever for the head of this one; its input does, or the daemon
// waits for ever for the input.
func (r *run) put(ctx context.Context, c *call, s *load.Sent) {
	r.mu.Lock()
	r.while(ctx, func() (bool, time.Time) { return c.phase == waiting, time.Time{} })
	open := c.hijacked && c.phase == headed
	if !open && c.phase == headed {
		c.notes = append(c.notes, "its input was not sent: the connection became no stream")
	}
	r.mu.Unlock()
	if !open {
		return
	}
	_ = r.rec.Events(s.Line, func(e decode.Event) error { // it was read before
		if d, ok := e.(*decode.Data); ok && d.Dir == decode.Request {
			r.putting(c, time.Now())
			return r.say(c, d.Bytes)
		}
		return nil
	})
	r.putting(c, time.Time{})
	if half, ok := c.conn.(interface{ CloseWrite() error }); ok && s.EOF {
		r.mu.Lock()
		c.decoder.EOF(decode.Request, r.wire.now())
		r.mu.Unlock()
		_ = half.CloseWrite() // fails when the daemon is gone
	}
}

func (r *run) putting(c *call, since time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	c.putting = since
	r.wake()
}

// say writes, and has it decoded before.
func (r *run) say(c *call, p []byte) error {
	if len(p) == 0 {
		return nil
	}
	r.mu.Lock()
	c.decoder.Feed(decode.Request, r.wire.now(), p)
	r.mu.Unlock()
	_, err := c.conn.Write(p)
	return err
}

// leave ends a call where the recorded client did.
func (r *run) leave(ctx context.Context, c *call) {
	if !r.due(ctx, c.endPos(), c.x.EndIdle()) {
		return
	}
	c.conn.Close()
}

// read reads until the exchange is over. A silence that is longer than any
// recorded one, and more, ends it, except for an answer that waits for others and
// that the client left.
func (r *run) read(c *call) error {
	var dog *time.Timer
	patience := r.opt.Timeout + c.took()
	if r.opt.Timeout > 0 && !(c.leaves() && play.Watches(c.x)) {
		dog = time.AfterFunc(patience, func() { r.giveUp(c) })
		defer dog.Stop()
	}
	buf := make([]byte, 32<<10)
	for {
		n, err := c.conn.Read(buf)
		if dog != nil {
			dog.Reset(patience)
		}
		r.mu.Lock()
		c.decoder.Feed(decode.Response, r.wire.now(), buf[:n])
		if err == io.EOF {
			c.decoder.EOF(decode.Response, r.wire.now())
		}
		done := c.phase >= over || c.phase == answered && !c.hijacked
		r.mu.Unlock()
		if err != nil || done {
			return err
		}
	}
}

// took is how long the recorded answer took.
func (c *call) took() time.Duration {
	_, at, _ := c.x.LastStep()
	return at - c.x.Time
}

func (r *run) giveUp(c *call) {
	r.mu.Lock()
	c.gaveUp = true
	r.mu.Unlock()
	c.conn.Close()
}

// hangUp tells the decoder how the connection ended.
func (r *run) hangUp(c *call, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	by, how, text := decode.Client, decode.EndEOF, ""
	if err != nil && !errors.Is(err, net.ErrClosed) {
		by = decode.Server
		if err != io.EOF {
			how, text = decode.EndReset, err.Error()
			c.failed = err
		}
	}
	c.decoder.Close(r.wire.now(), by, how, text)
}

// conclude compares, learns, and lets those go on that waited for it. An answer
// that was on its way when all was stopped is not compared.
func (r *run) conclude(c *call, stopped bool) {
	was, err := r.recorded(c)
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.active, c)
	whole := c.phase == answered || c.phase == over
	c.phase = compared
	r.done++
	defer r.wake()
	defer r.progress()
	if stopped && !whole {
		c.why = "it was stopped before its end"
		return
	}
	if err != nil && r.broken == nil {
		r.broken = err
	}
	if err != nil || was == nil {
		return
	}
	if c.live == nil { // not even the request could be decoded
		c.live = &answer{parts: &compare.Parts{}}
	}
	r.learn(c, was)
	c.differ = r.pairs.Answers(was.parts, c.live.parts, c.leaves())
	// That it was given up says more; and a build may end before its client can
	// leave again.
	if c.gaveUp || whole && c.leaves() && !play.Watches(c.x) {
		c.differ = slices.DeleteFunc(c.differ, func(d match.Difference) bool { return d.Place == "end" })
	}
	if note := compare.Unkept(was.parts, c.live.parts); note != "" {
		c.notes = append(c.notes, note)
	}
	if len(c.differ) > 0 {
		r.differ++
	}
	r.outcome(c, was)
}
