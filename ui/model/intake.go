package model

import (
	"slices"
	"sync"
	"time"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/exchange"
)

// maxNotes bounds the remarks that wait for the screen.
const maxNotes = 100

// Intake takes events from a live observation or a recording. All calls come
// from one goroutine, which never waits for the screen unless it was made to
// (see IntakeOptions.Wait): exchanges for which there is no room are counted
// and not listed.
type Intake struct {
	queue   queue
	builds  builds
	at      func() int64
	fold    *exchange.Folder
	cmds    *exchange.Commands
	conns   map[decode.ConnID]*client
	listed  map[decode.ExchangeID]told // open ones
	changed []*exchange.Command        // have another verdict, perhaps, than the screen knows

	resumed map[decode.ExchangeID]bool // of those, whose beginning is told again

	showsIndex bool // some of it at least
}

// told is what the screen knows of an exchange.
type told struct {
	last  time.Duration // the latest event it knows of; -1: that it began, no more
	place place
}

// IntakeOptions says how events come.
type IntakeOptions struct {
	// At tells, when a request head is delivered, where the Archive will find
	// its exchange. nil: nowhere.
	At func() int64
	// Wait makes the deliverer wait when the screen is behind. For
	// recordings; never for traffic.
	Wait bool
}

// NewIntake makes an intake. A Model shows what it takes.
func NewIntake(o IntakeOptions) *Intake {
	in := &Intake{at: o.At, conns: map[decode.ConnID]*client{}, listed: map[decode.ExchangeID]told{}}
	if in.at == nil {
		in.at = func() int64 { return NotKept }
	}
	if o.Wait {
		in.queue.room = sync.NewCond(&in.queue.mu)
	}
	in.fold = exchange.NewFolder(0, in.watch)
	in.fold.WatchBuilds(in.watchBuild)
	in.cmds = in.fold.Group(in.judged)
	return in
}

// Event takes an event; it is copied where it is kept.
func (in *Intake) Event(e decode.Event) { in.fold.Event(e) }

// Tick tells the time since the observation began, and sends news of what is
// open.
func (in *Intake) Tick(now time.Duration) {
	in.queue.mu.Lock()
	in.queue.now = max(in.queue.now, now)
	in.queue.mu.Unlock()
	in.Flush()
	if len(in.listed) == 0 || in.queue.busy() {
		return
	}
	in.lookAtBuilds()
	for x := range in.fold.Open() {
		if t, ok := in.listed[x.ID]; ok && x.Last > t.last {
			in.listed[x.ID] = told{x.Last, in.queue.add(in.news(x), t.place)}
		}
	}
}

// Note leaves a remark for the person at the screen. It may be called from
// any goroutine.
func (in *Intake) Note(text string) {
	in.queue.mu.Lock()
	defer in.queue.mu.Unlock()
	if len(in.queue.notes) == maxNotes {
		in.queue.unkept++
		return
	}
	in.queue.notes = append(in.queue.notes, text)
}

// Close releases a waiting Event; there is no screen any more. It may be
// called from any goroutine.
func (in *Intake) Close() {
	in.queue.mu.Lock()
	defer in.queue.mu.Unlock()
	in.queue.closed = true
	if in.queue.room != nil {
		in.queue.room.Broadcast()
	}
}

func (in *Intake) watch(x *exchange.Exchange, e decode.Event) {
	switch e := e.(type) {
	case *decode.RequestHead:
		in.begin(x)
	case *decode.ExchangeEnd: // what comes in between waits for Tick
		in.end(x)
	case *decode.ConnOpened:
		in.conns[e.Conn] = newClient(in.fold.Connection(e.Conn))
		in.countConns(1)
	case *decode.ConnClosed:
		in.countConns(-1)
		delete(in.conns, e.Conn)
	case *decode.Mark:
		in.Note(e.Text)
	}
}

func (in *Intake) countConns(n int) {
	in.queue.mu.Lock()
	in.queue.conns = max(in.queue.conns+n, 0)
	in.queue.mu.Unlock()
}

// begin lists an exchange. It costs a summary to tell more than that it began,
// and most end before anyone looks.
func (in *Intake) begin(x *exchange.Exchange) {
	if in.resumed[x.ID] {
		delete(in.resumed, x.ID)
		return
	}
	u := update{
		begin: true, id: x.ID, start: x.Start, ttfb: -1, conn: x.Conn.ID, at: in.at(), flags: flagsOf(x),
		texts: Texts{Op: x.Call.Op, Method: x.Method, Version: x.Call.Version, Path: x.Call.Path, Query: x.Call.RawQuery},
	}
	if c := in.conns[x.Conn.ID]; c == nil || !c.asked { // the first on its connection has waited for it
		u.dial = x.Conn.Dial
	}
	u.client, u.command = in.client(x), x.Command.ID
	u.client.command = u.command
	u.title = x.Command.Title
	if at, ok := in.queue.begin(u); ok {
		in.listed[x.ID] = told{-1, at}
	}
}

func (in *Intake) end(x *exchange.Exchange) {
	if x == nil {
		return
	}
	if t, ok := in.listed[x.ID]; ok {
		in.queue.add(in.news(x), t.place)
		delete(in.listed, x.ID)
		in.moved(x.Command)
	}
}

// judged passes on that an exchange, which is over, has another outcome.
func (in *Intake) judged(j exchange.Judgement) {
	in.queue.judge(update{
		id: j.Exchange, judged: true, flags: outcomeFlags(j.Outcome.Result),
	})
	in.moved(j.Command)
}

// moved notes that a command's verdict may have changed. It is put in words once
// for all calls that come together.
func (in *Intake) moved(c *exchange.Command) {
	if c != nil && !slices.Contains(in.changed, c) {
		in.changed = append(in.changed, c)
	}
}

// Conclude is called after the last event, so that what waits for more is
// judged.
func (in *Intake) Conclude() {
	in.cmds.Close()
	in.Flush()
}

func outcomeFlags(r exchange.Result) Flags {
	switch {
	case r.Bad():
		return Failed
	case r == exchange.Refused:
		return Refused
	case r == exchange.Probe:
		return Probe
	}
	return 0
}

func (in *Intake) client(x *exchange.Exchange) *client {
	c := in.conns[x.Conn.ID]
	if c == nil {
		c = newClient(x.Conn)
		in.conns[x.Conn.ID] = c
	}
	if !c.asked {
		c.agent, c.asked = x.Request.Header("User-Agent"), true
	}
	return c
}

func newClient(c *exchange.Connection) *client {
	return &client{peer: c.Peer, listener: c.Listener, upstream: c.Upstream}
}

// news is how an exchange stands.
func (in *Intake) news(x *exchange.Exchange) update {
	u := update{
		id: x.ID, start: x.Start, took: x.Took(), ttfb: -1, at: NotKept,
		up: x.Request.Size, down: x.Response.Size,
		status: x.Status, state: x.State, content: x.Response.Content,
		by: x.Ended.By, how: x.Ended.How,
	}
	if d, ok := x.TTFB(); ok {
		u.ttfb = d
	}
	u.texts.Summary = x.Summary()
	u.flags = flagsOf(x)
	if u.flags&(Failed|Refused|Probe) != 0 {
		u.texts.Failure = x.Error()
		if x.Status < 400 && x.Progress != nil && x.Progress.Err != "" {
			u.flags |= streamErr
		}
	}
	return u
}

func flagsOf(x *exchange.Exchange) Flags {
	var f Flags
	set := func(flag Flags, is bool) {
		if is {
			f |= flag
		}
	}
	f |= outcomeFlags(x.Outcome().Result)
	set(Hijack, x.Hijack)
	set(Redacted, x.Redacted > 0)
	set(Gap, x.Gaps > 0)
	set(Anomaly, x.Anomalies > 0)
	set(Aside, x.Aside())
	set(ByDaemon, x.ByDaemon)
	set(Omitted, x.Request.Omitted != nil || x.Response.Omitted != nil)
	return f
}

// Flush is called when all events that have come so far are delivered.
func (in *Intake) Flush() {
	if len(in.changed) == 0 {
		return
	}
	in.queue.mu.Lock()
	defer in.queue.mu.Unlock()
	if in.queue.verdicts == nil {
		in.queue.verdicts = map[CommandID]exchange.Verdict{}
	}
	for _, c := range in.changed {
		if len(in.queue.verdicts) < queueLimit { // the screen may have stopped reading
			in.queue.verdicts[c.ID] = c.Verdict()
		}
	}
	clear(in.changed)
	in.changed = in.changed[:0]
}
