package decode

import (
	"time"

	"github.com/dockwire/dockwire/decode/digest"
)

// Session decodes the connections of one observation. It holds what they
// share: exchange ids and what is known about the terminals of containers.
//
// One loop feeds a Session and all its Conns; nothing here may be called
// concurrently, nor from inside the emit callback.
type Session struct {
	emit   func(Event)
	digest digest.Kind // of files that builds send
	last   ExchangeID
	ttys   ttys
	dials  dials
	held   int // bytes that all bodies put together
	pack   unpacker
	json   []byte // of the latest gRPC message
	ev     events
	peek   peeker
	field  []Field // reused by every head
	kept   int     // bytes that connections keep until more comes
}

// events are reused, one of each type: an event is valid only during the call
// that delivers it.
type events struct {
	opened   ConnOpened
	closed   ConnClosed
	request  RequestHead
	interim  InterimHead
	response ResponseHead
	data     Data
	dirEnd   DirectionEnd
	end      ExchangeEnd
	gap      Gap
	anomaly  Anomaly
	message  Message
	control  ControlFrames
	mark     Mark
}

// NewSession makes a session that hands its events to emit, in order.
func NewSession(emit func(Event)) *Session { return &Session{emit: emit} }

// Digests says by which hash files that builds send are identified from now on.
func (s *Session) Digests(k digest.Kind) { s.digest = k }

// Open begins a connection and emits o. The caller numbers connections: o.Conn
// must be new to this session.
func (s *Session) Open(o ConnOpened) *Conn {
	c := &Conn{s: s, id: o.Conn, now: o.Time}
	c.top = newOpening(place{Conn: c})
	s.ev.opened = o
	s.emit(&s.ev.opened)
	s.ev.opened = ConnOpened{}
	return c
}

// Conn decodes one connection.
type Conn struct {
	s      *Session
	id     ConnID
	now    time.Duration
	top    layer
	over   [2]bool // the direction has ended
	closed bool
}

// Feed decodes bytes that travelled in direction d and were read at time t
// since the observation began. It keeps no reference to p.
func (c *Conn) Feed(d Direction, t time.Duration, p []byte) {
	if c.open(d, t) && len(p) > 0 {
		c.top.feed(d, p)
	}
}

// EOF ends direction d, from which no more bytes come: a half-close, not
// necessarily the end of the connection.
func (c *Conn) EOF(d Direction, t time.Duration) {
	if c.open(d, t) {
		c.over[d] = true
		c.top.eof(d)
	}
}

// Gap says that n bytes passed in direction d which the caller could not
// hand over. Where the framing says what they were decoding goes on behind
// them.
func (c *Conn) Gap(d Direction, t time.Duration, n int64, why string) {
	if c.open(d, t) && n > 0 {
		c.top.gap(d, n, why)
	}
}

// Close ends the connection: exchanges that are still open end the same way.
func (c *Conn) Close(t time.Duration, by Party, how Ending, err string) {
	if c.closed {
		return
	}
	c.tick(t)
	c.top.close(by, how, err)
	c.closed = true
	c.s.ev.closed = ConnClosed{Origin: c.origin(nil), By: by, How: how, Err: err}
	c.s.emit(&c.s.ev.closed)
}

// open says whether the direction may still bring something.
func (c *Conn) open(d Direction, t time.Duration) bool {
	if c.closed {
		return false
	}
	c.tick(t)
	return !c.over[d]
}

// tick keeps time from running backwards: the two directions are stamped by
// two readers.
func (c *Conn) tick(t time.Duration) { c.now = max(c.now, t) }

func (c *Conn) origin(ex *exchange) Origin {
	o := Origin{Time: c.now, Conn: c.id}
	if ex != nil {
		o.Exchange = ex.id
	}
	return o
}

func (p *place) gapEvent(ex *exchange, d Direction, n int64, why string) {
	e := &p.s.ev.gap
	*e = Gap{Origin: p.origin(ex), Dir: d, Bytes: n, Why: why}
	p.s.emit(e)
}

func (p *place) anomaly(ex *exchange, d Direction, reason string, b []byte) {
	e := &p.s.ev.anomaly
	*e = Anomaly{Origin: p.origin(ex), Dir: d, Reason: reason, Bytes: b}
	p.s.emit(e)
}
