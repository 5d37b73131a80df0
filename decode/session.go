package decode

import "time"

// Session decodes the connections of one observation. It holds what they
// share: exchange ids and what is known about the terminals of containers.
//
// One loop feeds a Session and all its Conns; nothing here may be called
// concurrently, nor from inside the emit callback.
type Session struct {
	emit  func(Event)
	last  ExchangeID
	ttys  ttys
	ev    events
	peek  peeker
	field []Field     // reused by every head
	spare []*exchange // ended, to be used again
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
}

// NewSession makes a session that hands its events to emit, in order.
func NewSession(emit func(Event)) *Session {
	return &Session{emit: emit}
}

// Open begins a connection and emits o. The caller numbers connections: o.Conn
// must be new to this session.
func (s *Session) Open(o ConnOpened) *Conn {
	c := &Conn{s: s, id: o.Conn, now: o.Time}
	c.request = half{c: c, dir: Request}
	c.response = half{c: c, dir: Response}
	s.ev.opened = o
	s.emit(&s.ev.opened)
	s.ev.opened = ConnOpened{}
	return c
}

// Conn decodes one connection.
type Conn struct {
	s        *Session
	id       ConnID
	now      time.Duration
	request  half
	response half
	open     []*exchange // in the order of their requests
	began    bool        // a request head was seen
	closed   bool
}

// Feed decodes bytes that travelled in direction d and were read at time t
// since the observation began. It keeps no reference to p.
func (c *Conn) Feed(d Direction, t time.Duration, p []byte) {
	if h := c.at(d, t); h != nil && len(p) > 0 {
		if h.state == stateLost {
			h.resync(p)
		}
		h.feed(p)
	}
}

// EOF tells that no more bytes come in direction d: a half-close, not
// necessarily the end of the connection.
func (c *Conn) EOF(d Direction, t time.Duration) {
	if h := c.at(d, t); h != nil {
		h.eof()
	}
}

// Gap tells that n bytes passed in direction d which the caller could not
// hand over. Where the framing says what they were (inside a body of known
// length, inside a stream) decoding goes on behind them.
func (c *Conn) Gap(d Direction, t time.Duration, n int64, why string) {
	if h := c.at(d, t); h != nil && n > 0 {
		h.gap(n, why)
	}
}

// Close ends the connection: exchanges that are still open end the same way.
func (c *Conn) Close(t time.Duration, by Party, how Ending, err string) {
	if c.closed {
		return
	}
	c.tick(t)
	c.request.abandon()
	c.response.abandon()
	for len(c.open) > 0 {
		c.cutOff(c.open[0], by, how, err)
	}
	c.closed = true
	c.s.ev.closed = ConnClosed{Origin: c.origin(nil), By: by, How: how, Err: err}
	c.s.emit(&c.s.ev.closed)
}

// at returns the half that may still take bytes, or nil.
func (c *Conn) at(d Direction, t time.Duration) *half {
	if c.closed {
		return nil
	}
	c.tick(t)
	h := &c.request
	if d == Response {
		h = &c.response
	}
	if h.over {
		return nil
	}
	return h
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
