package decode

import (
	"slices"

	"github.com/dockwire/dockwire/decode/engine"
)

// maxOpen bounds the requests of a connection that wait for an answer. No
// Docker client pipelines; this is for hostile ones.
const maxOpen = 1024

// exchange is a request whose answer is not complete yet, or the other way
// round.
//
// One with id 0 stands for a request that could not be read: the daemon will
// answer it all the same, and that answer must not be taken for the next
// request's.
type exchange struct {
	id       ExchangeID
	call     engine.Call
	method   string
	sides    [2]side
	asks     bool   // the connection may become a byte stream
	bare     bool   // ... after a 200 without framing, too
	answered bool   // the final response head was seen
	upgraded bool   // the connection has become a byte stream
	tty      tty    // of ExecStart, said by the request body
	source   string // what says so
}

// side is one direction of an exchange.
type side uint8

const (
	sideOpen  side = iota
	sideDone       // complete
	sideEnded      // the direction's bytes ended before it was complete
	sideLost       // the bytes could not be followed to its end
)

// begin opens an exchange and gives it an id.
func (c *Conn) begin(method string, call engine.Call) *exchange {
	c.s.last++
	ex := c.s.newExchange()
	ex.id, ex.method, ex.call = c.s.last, method, call
	c.push(ex)
	return ex
}

func (c *Conn) push(ex *exchange) {
	if c.response.over {
		ex.sides[Response] = sideEnded
	}
	c.open = append(c.open, ex)
}

// beginUnread opens an exchange for a request that could not be read.
func (c *Conn) beginUnread() {
	if n := len(c.open); n >= maxOpen || n > 0 && c.open[n-1].id == 0 {
		return
	}
	ex := c.s.newExchange()
	ex.sides[Request] = sideDone
	c.push(ex)
	c.settle(ex)
}

// answering returns the exchange the next response belongs to: responses come
// in the order of their requests (RFC 9112, section 9.3.2).
func (c *Conn) answering() *exchange {
	for _, ex := range c.open {
		if ex.sides[Response] == sideOpen {
			return ex
		}
	}
	return nil
}

// settle ends the exchange if neither direction can bring anything more.
func (c *Conn) settle(ex *exchange) {
	req, resp := ex.sides[Request], ex.sides[Response]
	switch {
	case req == sideOpen || resp == sideOpen:
	case req == sideDone && resp == sideDone:
		c.end(ex, Server, EndEOF, "")
	case req == sideLost || resp == sideLost:
		c.end(ex, Recorder, EndError, "not all of it could be decoded")
	case c.request.over:
		c.end(ex, Client, EndCancel, "")
	default:
		c.end(ex, Server, EndCancel, "")
	}
}

// cutOff ends an exchange with its connection.
func (c *Conn) cutOff(ex *exchange, by Party, how Ending, err string) {
	switch {
	case how != EndEOF:
	case ex.upgraded && ex.sides[Response] == sideDone:
		// The daemon ended its stream; clients that have nothing to say then
		// close without a half-close.
		by = Server
	default:
		how = EndCancel
	}
	c.end(ex, by, how, err)
}

func (c *Conn) end(ex *exchange, by Party, how Ending, err string) {
	if ex.id != 0 {
		e := &c.s.ev.end
		*e = ExchangeEnd{
			Origin: c.origin(ex), By: by, How: how, Err: err,
			OpenRequest:  ex.sides[Request] != sideDone,
			OpenResponse: ex.sides[Response] != sideDone,
		}
		c.s.emit(e)
	}
	if i := slices.Index(c.open, ex); i >= 0 {
		c.open = slices.Delete(c.open, i, i+1)
	}
	for _, h := range [...]*half{&c.request, &c.response} {
		if h.ex == ex {
			h.ex = nil
		}
	}
	c.s.recycle(ex)
}

func (s *Session) newExchange() *exchange {
	if n := len(s.spare); n > 0 {
		ex := s.spare[n-1]
		s.spare = s.spare[:n-1]
		return ex
	}
	return new(exchange)
}

func (s *Session) recycle(ex *exchange) {
	*ex = exchange{}
	if len(s.spare) < 64 {
		s.spare = append(s.spare, ex)
	}
}
