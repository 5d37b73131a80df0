package load

import (
	"cmp"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"slices"
	"time"

	"github.com/dockwire/dockwire/decode"
)

// loader is what has to be remembered while a recording is read.
type loader struct {
	rec    *Recording
	opt    Options
	open   map[decode.ExchangeID]*pending
	free   []*pending // that are used again
	slab   []Exchange // memory of the next ones
	shared shared
	held   int // bytes of their bodies
	groups groups
	line   Line
	pos    int
	now    time.Duration // of the latest line
	idle   time.Duration // how long nothing had happened before it
}

// pending is an exchange that has not ended.
type pending struct {
	*Exchange
	facts   Facts
	lists   Lists
	pack    packer
	rest    unpacked
	body    []byte // of the request
	long    *long  // body is not all that was kept
	line    int    // position of the latest line of the request
	asked   bool   // the request is complete
	in      hash.Hash
	unknown bool // stream input was redacted or not kept
	inEOF   bool
	inTime  time.Duration // of the latest stream input
	answers int           // gRPC messages of the answer
	frames  [4]int        // by stream: 1 + the step at which a frame began that goes on
}

func newLoader(rec *Recording, o Options) *loader {
	return &loader{rec: rec, opt: o, open: map[decode.ExchangeID]*pending{}, groups: groups{rec: rec, index: map[string]int{}, peers: map[decode.ConnID]peer{}}}
}

func (l *loader) event(e decode.Event, at Line, pos int) {
	if t := e.From().Time; pos != l.pos {
		l.idle = max(t-l.now, 0)
		l.now = max(l.now, t)
	}
	l.line, l.pos = at, pos
	switch e := e.(type) {
	case *decode.ConnOpened:
		l.groups.opened(e)
		return
	case *decode.ConnClosed:
		delete(l.groups.peers, e.Conn)
		return
	case *decode.RequestHead:
		l.request(e)
		return
	case *decode.Mark:
		if e.Exchange == 0 {
			l.rec.Notes = append(l.rec.Notes, e.Text)
		}
		return
	}
	x := l.open[e.From().Exchange]
	if x == nil {
		return // of an exchange whose beginning was not seen
	}
	switch e := e.(type) {
	case *decode.ResponseHead:
		l.response(x, e)
	case *decode.Data:
		l.data(x, e)
	case *decode.Message:
		l.message(x, e)
	case *decode.Omitted:
		l.omitted(x, e)
	case *decode.DirectionEnd:
		l.directionEnd(x, e)
	case *decode.ExchangeEnd:
		x.End = End{By: e.By, How: e.How, Open: e.OpenResponse}
		x.EndPos, x.rest.endIdle = l.pos, l.idle
		l.leave(x)
	case *decode.Gap:
		if e.Dir == decode.Response {
			x.unkept(fmt.Sprintf("%d bytes passed that were not decoded (%s)", e.Bytes, e.Why))
		}
		x.unknown = true
	case *decode.Anomaly:
		if e.Dir == decode.Response {
			x.unkept("it could not be decoded: " + e.Reason)
		}
	}
}

func (l *loader) request(e *decode.RequestHead) {
	if old := l.open[e.Exchange]; old != nil {
		l.leave(old)
	}
	x := l.pending()
	if len(l.slab) == 0 {
		l.slab = make([]Exchange, 256)
	}
	x.Exchange, l.slab = &l.slab[0], l.slab[1:]
	*x.Exchange = Exchange{Asking: l.shared.asking(e), Facts: &x.facts, ID: e.Exchange, Pos: l.pos, Time: e.Time, Group: l.groups.of(e)}
	x.facts = Facts{
		Request: Body{Kept: true, Whole: true, Content: e.Content, Type: OtherThanJSON(&e.Call, decode.FieldValue(e.Fields, "Content-Type"))}, Parent: e.Parent, ByDaemon: e.ByDaemon,
		Lists: &x.lists, rec: l.rec, source: l.line.file,
	}
	x.rest.idle, x.line = l.idle, l.pos
	x.pack.start(l.line, l.pos, e.Time)
	l.rec.Exchanges = append(l.rec.Exchanges, x.Exchange)
	l.open[x.ID] = x
}

// pending is memory for an exchange.
func (l *loader) pending() *pending {
	n := len(l.free)
	if n == 0 {
		return &pending{}
	}
	x := l.free[n-1]
	l.free = l.free[:n-1]
	*x = pending{pack: x.pack}
	return x
}

func (l *loader) response(x *pending, e *decode.ResponseHead) {
	x.Status, x.Framing, x.Content = e.Status, e.Framing, e.Content
	x.Redacted = x.Redacted || len(e.Redacted) > 0
	if x.Hijacked() {
		l.hand(x) // what comes now is the stream
	}
	l.step(x, e.From())
}

// step adds the line to the answer unless it is there already.
func (l *loader) step(x *pending, o *decode.Origin) *Step {
	if x.pack.count > 0 && x.pack.last.Pos == l.pos {
		return &x.pack.last
	}
	s := Step{Line: l.line, Pos: l.pos, Time: o.Time}
	if x.Hijacked() {
		s.In, s.InEOF, s.InTime = x.Input.Bytes, x.inEOF, x.inTime
	}
	return x.pack.step(s)
}

func (l *loader) data(x *pending, e *decode.Data) {
	if e.Dir == decode.Response {
		x.Redacted = x.Redacted || len(e.Redacted) > 0
		x.rest.size += int64(len(e.Bytes))
		if x.Status == 201 && len(x.pack.made) == 0 && len(e.Bytes) <= maxMade {
			x.pack.made = appendMade(x.pack.made, e.Bytes)
		}
		x.frame(l.step(x, &e.Origin), e)
		return
	}
	if x.Hijacked() {
		l.input(x, e)
		return
	}
	b := &x.Request
	b.Size += int64(len(e.Bytes))
	b.Redacted = b.Redacted || len(e.Redacted) > 0
	l.requestLine(x)
	switch {
	case x.long != nil:
		x.long.write(e.Bytes)
	case len(x.body)+len(e.Bytes) > MaxBody || l.held+len(e.Bytes) > maxHeld:
		x.long = newLong(x.Exchange, x.body)
		x.long.write(e.Bytes)
		l.drop(x)
	default:
		x.body = append(x.body, e.Bytes...)
		l.held += len(e.Bytes)
	}
}

// maxMade bounds an answer that says what was made.
const maxMade = 4096

// message notes a gRPC message.
func (l *loader) message(x *pending, e *decode.Message) {
	if e.Dir == decode.Request {
		x.Asked = append(x.Asked, Asked{l.line, l.pos, x.answers})
		return
	}
	x.answers++
	l.step(x, &e.Origin).In = int64(len(x.Asked))
}

func (l *loader) requestLine(x *pending) {
	if x.line != l.pos {
		x.line = l.pos
		x.pack.line(l.line)
	}
}

// frame notes how long a stdcopy frame is that comes in several pieces: its
// header is played with the first.
func (x *pending) frame(s *Step, e *decode.Data) {
	if e.Fd < 0 || e.Fd >= len(x.frames) {
		return
	}
	n := int64(len(e.Bytes))
	switch begun := x.frames[e.Fd]; {
	case begun > 0:
		s.Continues = true
		x.pack.frame(begun-1, n)
		if !e.More {
			x.frames[e.Fd] = 0
		}
	case e.More:
		s.Frame = n
		x.frames[e.Fd] = x.pack.count
	}
}

// input counts what the client sends into a stream.
func (l *loader) input(x *pending, e *decode.Data) {
	if x.in == nil {
		x.in = sha256.New()
	}
	x.in.Write(e.Bytes)
	x.Input.Bytes += int64(len(e.Bytes))
	x.inTime = e.Time
	x.unknown = x.unknown || len(e.Redacted) > 0
	l.sent(x, false)
}

// sent notes the line of stream input, once.
func (l *loader) sent(x *pending, eof bool) {
	if !l.opt.Inputs {
		return
	}
	if n := len(x.Sent); n > 0 && x.Sent[n-1].Pos == l.pos {
		x.Sent[n-1].EOF = eof
		return
	}
	x.Sent = append(x.Sent, Sent{Line: l.line, Pos: l.pos, Idle: l.idle, EOF: eof})
}

func (l *loader) omitted(x *pending, e *decode.Omitted) {
	if e.Dir == decode.Response {
		x.unkept(fmt.Sprintf("%d of %d bytes were not kept (%s)", e.Bytes, e.Total, e.Why))
		return
	}
	if x.Hijacked() {
		x.Input.Bytes += e.Bytes
		x.unknown = true
		return
	}
	b := &x.Request
	b.Kept, b.Whole, b.Size, b.Digest = false, false, e.Total, e.Digest
	if b.Listed = len(e.Tar) > 0; b.Listed || e.TarCut > 0 || e.TarErr != "" {
		b.Tar = &Tar{slices.Clone(e.Tar), e.TarCut, e.TarErr}
	}
	l.requestLine(x)
}

func (l *loader) directionEnd(x *pending, e *decode.DirectionEnd) {
	switch {
	case e.Dir == decode.Response:
		l.step(x, &e.Origin)
	case x.Hijacked():
		x.inEOF, x.inTime = true, e.Time
		l.sent(x, true)
	default:
		l.hand(x)
	}
}

// hand passes the request to the caller that asked for it: once it is complete, or at the
// exchange's end.
func (l *loader) hand(x *pending) {
	if x.asked {
		return
	}
	x.asked = true
	if x.long != nil && x.Request.Whole {
		x.long.describe(&x.Request)
	}
	if l.opt.Request != nil {
		l.opt.Request(x.Exchange, x.body)
	}
	l.drop(x)
}

// maxHeld bounds the bodies of requests that have not ended: in a recording that
// somebody made up, none may ever.
const maxHeld = 2 * MaxBody

func (l *loader) drop(x *pending) {
	l.held -= len(x.body)
	x.body = nil
}

func (l *loader) leave(x *pending) {
	l.hand(x)
	if x.in != nil {
		x.in.Sum(x.Input.SHA256[:0])
	}
	x.Input.Known = !x.unknown
	delete(l.open, x.ID)
	l.rec.pack(x.Exchange, &x.pack, x.rest)
	x.Facts = l.shared.facts(x)
	if len(l.free) < maxFree && cap(x.pack.steps)+cap(x.pack.lines)+cap(x.pack.long) < maxBuf {
		l.free = append(l.free, x)
	}
}

// unkept notes the first reason why an answer cannot be played.
func (x *Exchange) unkept(why string) { x.Unkept = cmp.Or(x.Unkept, why) }

// finish checks what came together.
func (l *loader) finish(exchanges []*Exchange) error {
	for _, x := range l.open {
		l.leave(x)
	}
	if !l.rec.Stopped && !l.opt.Partial {
		return errors.New("the recording is cut off: it has no stop line, so its recorder was killed or is still at work; replay it as far as it goes with --partial")
	}
	if l.opt.Unkept {
		return nil
	}
	return unkept(exchanges)
}
