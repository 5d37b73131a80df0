package verify

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"net"
	"sync"
	"time"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/filter"
	"github.com/dockwire/dockwire/decode/redact"
	"github.com/dockwire/dockwire/recordings/flow/compare"
	"github.com/dockwire/dockwire/recordings/flow/load"
	"github.com/dockwire/dockwire/recordings/flow/match"
	"github.com/dockwire/dockwire/recordings/flow/play"
)

// Options say how a recording is verified. Dial is required.
type Options struct {
	Dial        Dial
	Daemon      Daemon // the daemon that answers there, from Ask
	Versions    Versions
	Which       *filter.Filter // calls to make; nil: all
	ReadOnly    bool           // make only calls that change nothing
	Existing    bool           // make also those that change what was there before
	Cleanup     bool           // remove what is left behind
	Ignore      match.Rules    // places that are not compared, as match.ParseCallRules reads them
	Timeout     time.Duration  // how much longer than recorded an answer may be silent; 0: for ever
	Pace        play.Pace      // of the pauses between calls
	PauseBefore time.Duration  // least pause before the calls of another client
	Redact      redact.Options // of what is said live; a recording that is not redacted is compared with what is not
	Start       time.Time      // from which events count their times; zero: now
	// Connect makes the connection of a recorded call; nil: Dial does.
	Connect func(context.Context, *load.Exchange) (net.Conn, error)
	// Events is told what is said live, redacted. It is not called
	// concurrently.
	Events func(decode.Event)
	// Progress is told how far it is, now and then, and must not block. It is
	// not called concurrently.
	Progress func(Progress)
}

// Progress is how far a run is.
type Progress struct {
	Calls, Done int
	Differ      int
	Waiting     string // for the answer to this call, "" for none in particular
}

// run is what is known while a recording is sent.
type run struct {
	rec   *load.Recording
	opt   Options
	calls []*call // by the position of their requests
	probe *asker
	start time.Time
	work  sync.WaitGroup // the calls

	headPatience, streamPatience time.Duration

	toReplay bool // what answers plays the recording: placeholders mean to it what they mean here

	mu      sync.Mutex // guards all below, and the calls
	wire    wire
	next    int // the first call that was neither made nor left out
	active  map[*call]struct{}
	changed chan struct{} // closed when waiting calls have to look again
	waiting int           // how many do
	names   names
	lost    lost
	made    []*Thing
	then    own // by the recorded calls
	now     own // by those that were made
	pairs   compare.Pairs
	done    int
	differ  int
	cut     int // pauses that were shortened
	broken  error
}

// Run makes the calls of a recording, which was loaded with Unkept and Inputs,
// and compares the answers. When ctx ends, or the daemon is gone, what came of
// it up to then is returned with the error.
func Run(ctx context.Context, rec *load.Recording, o Options) (*Result, error) {
	return newRun(rec, o).verify(ctx)
}

// Repeat does as Run, with no other than the recorded calls: what is left
// behind is not looked for, and nothing is left alone for being there.
func Repeat(ctx context.Context, rec *load.Recording, o Options) (*Result, error) {
	o.Existing = true
	r := newRun(rec, o)
	r.toReplay = true
	return r.repeat(ctx)
}

func newRun(rec *load.Recording, o Options) *run {
	r := &run{
		rec: rec, opt: o, start: o.Start, probe: newAsker(o.Dial),
		headPatience: headPatience, streamPatience: streamPatience,
		active: map[*call]struct{}{}, changed: make(chan struct{}), then: own{}, now: own{},
	}
	if r.start.IsZero() {
		r.start = time.Now()
	}
	if r.opt.Connect == nil {
		r.opt.Connect = func(ctx context.Context, _ *load.Exchange) (net.Conn, error) { return o.Dial(ctx) }
	}
	r.pairs.Own(func(name string) bool { return r.now.is(name) || r.then.is(name) })
	r.pairs.Ignore(o.Ignore)
	r.wire.init(r)
	return r
}

func (r *run) verify(ctx context.Context) (*Result, error) {
	result, err := r.repeat(ctx)
	if result != nil {
		result.LeftBehind, result.Removed = r.leftBehind(r.opt.Cleanup)
	}
	return result, err
}

func (r *run) repeat(ctx context.Context) (*Result, error) {
	defer r.probe.close()
	if err := r.plan(); err != nil {
		return nil, err
	}
	err := r.all(ctx)
	return r.result(), err
}

// all makes the calls one after the other and waits for the last answer.
func (r *run) all(ctx context.Context) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	for i, c := range r.calls {
		r.reached(i)
		if c.why != "" {
			r.unsent(c)
			continue
		}
		if !r.due(ctx, c.x.Pos, r.pause(i)) || !r.fit(ctx, c) {
			continue
		}
		if err := r.send(ctx, c); err != nil {
			r.fail(fmt.Errorf("#%d %s: %w", c.x.ID, c.x.Call.Name(c.x.Method), err))
			break
		}
	}
	r.reached(len(r.calls))
	if r.failure() != nil {
		stop() // nobody is there to answer
	}
	r.work.Wait()
	if err := r.failure(); err != nil {
		return err
	}
	return context.Cause(ctx)
}

// pause is how long nothing happens before a call.
func (r *run) pause(i int) time.Duration {
	x := r.calls[i].x
	if i > 0 && r.calls[i-1].x.Group == x.Group {
		return x.Idle()
	}
	return max(x.Idle(), r.opt.PauseBefore)
}

// fit reports whether a call can be made after what became of the others.
func (r *run) fit(ctx context.Context, c *call) bool {
	c.gives = r.gives(c)
	if why := r.needs(c); why != "" {
		c.why = why
	} else if why, err := r.foreign(ctx, c); err != nil {
		r.fail(err)
		return false
	} else {
		c.why = why
	}
	if c.why != "" {
		r.unsent(c)
		return false
	}
	return true
}

// reached says that all calls before the i-th were made or left out.
func (r *run) reached(i int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.next = i
	r.wake()
}

// unsent notes what a call that is not made would have made.
func (r *run) unsent(c *call) {
	made := r.madeNames(c)
	r.mu.Lock()
	defer r.mu.Unlock()
	c.phase = compared
	r.done++
	r.lost.add(made, c)
	r.then.add(made...)
	r.progress()
}

func (r *run) fail(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.broken = cmp.Or(r.broken, err)
}

func (r *run) failure() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.broken
}

// progress says how far it is; r.mu is held.
func (r *run) progress() {
	if r.opt.Progress == nil {
		return
	}
	p := Progress{Calls: len(r.calls), Done: r.done, Differ: r.differ}
	oldest := math.MaxInt
	for c := range r.active {
		if c.x.Pos < oldest && c.endPos() != math.MaxInt {
			oldest, p.Waiting = c.x.Pos, c.x.Call.Name(c.x.Method)
		}
	}
	r.opt.Progress(p)
}
