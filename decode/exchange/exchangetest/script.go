// Package exchangetest writes event sequences for tests of whatever consumes
// them: a Script is told what clients and daemon do, and plays the events of
// it, with memory that is overwritten after each as producers do.
package exchangetest

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/engine"
)

// Script is a sequence of events under construction. Every event comes Step
// after the one before.
type Script struct {
	Step time.Duration
	now  time.Duration
	x    decode.ExchangeID
	c    decode.ConnID
	list []decode.Event
}

// New starts a script with a step of one millisecond.
func New() *Script { return &Script{Step: time.Millisecond} }

// Wait lets time pass.
func (s *Script) Wait(d time.Duration) *Script { s.now += d; return s }

// Now is the time of the latest event.
func (s *Script) Now() time.Duration { return s.now }

// Add appends any event; its time is set.
func (s *Script) Add(e decode.Event) { s.stamp(e, 0, 0) }

func (s *Script) stamp(e decode.Event, c decode.ConnID, x decode.ExchangeID) {
	s.now += s.Step
	*e.From() = decode.Origin{Time: s.now, Conn: c, Exchange: x}
	s.list = append(s.list, e)
}

// Conn is a connection of a script.
type Conn struct {
	s  *Script
	id decode.ConnID
}

// Connect opens a connection of the client with that pid and command line.
func (s *Script) Connect(pid int, command ...string) *Conn {
	return s.ConnectPeer(decode.Peer{PID: pid, UID: 1000, HasUID: pid != 0, User: "ada", Command: command})
}

// ConnectPeer opens a connection of that client.
func (s *Script) ConnectPeer(p decode.Peer) *Conn {
	s.c++
	s.stamp(&decode.ConnOpened{
		Peer: p, Listener: "unix:///tmp/dw.sock", Upstream: "unix:///var/run/docker.sock",
		Dial: 150 * time.Microsecond,
	}, s.c, 0)
	return &Conn{s, s.c}
}

// Close ends the connection in order.
func (c *Conn) Close() { c.Fail(decode.Client, decode.EndEOF, "") }

// Fail ends the connection in any manner.
func (c *Conn) Fail(by decode.Party, how decode.Ending, err string) {
	c.s.stamp(&decode.ConnClosed{By: by, How: how, Err: err}, c.id, 0)
}

// Exchange is an exchange of a script.
type Exchange struct {
	c    *Conn
	id   decode.ExchangeID
	req  *decode.RequestHead
	res  *decode.ResponseHead
	done [2]bool
}

// Request sends a request head; fields are "Name: value" lines.
func (c *Conn) Request(method, target string, fields ...string) *Exchange {
	c.s.x++
	x := &Exchange{c: c, id: c.s.x}
	x.req = &decode.RequestHead{
		Method: method, Target: target, Proto: "HTTP/1.1",
		Fields: parse(append([]string{"Host: docker"}, fields...)),
		Call:   engine.Lookup(method, target),
		Length: -1, Content: decode.ContentNone,
	}
	x.event(x.req)
	return x
}

// Call sends a request with a JSON body, or none, and ends the request.
func (c *Conn) Call(method, target, body string, fields ...string) *Exchange {
	x := c.Request(method, target, fields...)
	if body != "" {
		x.req.Framing, x.req.Length, x.req.Content = decode.FramingLength, int64(len(body)), decode.ContentJSON
		x.Data(decode.Request, body)
	}
	x.EndOf(decode.Request)
	return x
}

// ID is the exchange's number.
func (x *Exchange) ID() decode.ExchangeID { return x.id }

// Head is the request head, to be changed before the script is played.
func (x *Exchange) Head() *decode.RequestHead { return x.req }

// ResponseHead is the response head, likewise.
func (x *Exchange) ResponseHead() *decode.ResponseHead { return x.res }

// Answer sends a response head of that content.
func (x *Exchange) Answer(status int, c decode.Content, fields ...string) *Exchange {
	x.res = &decode.ResponseHead{
		Status: status, Reason: http.StatusText(status), Proto: "HTTP/1.1",
		Fields: parse(fields), Length: -1, Content: c, Framing: decode.FramingChunked,
	}
	if status == http.StatusSwitchingProtocols {
		x.res.Framing = decode.FramingHijack
	}
	if c == decode.ContentNone {
		x.res.Framing = decode.FramingNone
	}
	x.event(x.res)
	return x
}

// Reply answers with a JSON body, or none, and ends the exchange.
func (x *Exchange) Reply(status int, body string, fields ...string) *Exchange {
	c := decode.ContentJSON
	if body == "" {
		c = decode.ContentNone
	}
	x.Answer(status, c, fields...)
	if body != "" {
		x.res.Framing, x.res.Length = decode.FramingLength, int64(len(body))
		x.Data(decode.Response, body)
	}
	return x.End(decode.Server, decode.EndEOF)
}

// Data sends body or stream bytes.
func (x *Exchange) Data(d decode.Direction, b string) *Exchange { return x.Frame(d, decode.NoFd, b) }

// Frame sends a stdcopy frame.
func (x *Exchange) Frame(d decode.Direction, fd int, b string) *Exchange {
	e := &decode.Data{Dir: d, Fd: fd, Bytes: []byte(b)}
	x.event(e)
	e.First = e.Time
	return x
}

// EndOf ends one direction.
func (x *Exchange) EndOf(d decode.Direction) *Exchange {
	if !x.done[d] {
		x.done[d] = true
		x.event(&decode.DirectionEnd{Dir: d})
	}
	return x
}

// End ends the exchange; an orderly end completes both directions first.
func (x *Exchange) End(by decode.Party, how decode.Ending) *Exchange {
	if how == decode.EndEOF {
		x.EndOf(decode.Request)
		x.EndOf(decode.Response)
	}
	return x.Event(&decode.ExchangeEnd{By: by, How: how, OpenRequest: !x.done[0], OpenResponse: !x.done[1]})
}

// Event adds any event of the exchange.
func (x *Exchange) Event(e decode.Event) *Exchange { x.event(e); return x }
func (x *Exchange) event(e decode.Event)           { x.c.s.stamp(e, x.c.id, x.id) }

func parse(lines []string) []decode.Field {
	var fields []decode.Field
	for _, l := range lines {
		name, value, _ := strings.Cut(l, ": ")
		fields = append(fields, decode.Field{Name: name, Value: value})
	}
	return fields
}

// Events returns the events themselves, for benchmarks; not to be modified.
func (s *Script) Events() []decode.Event { return slices.Clone(s.list) }
