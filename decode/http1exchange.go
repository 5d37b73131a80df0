package decode

import (
	"slices"

	"github.com/dockwire/dockwire/decode/engine"
)

// begin opens an exchange and gives it an id.
func (c *http1) begin(method string, call engine.Call) *exchange {
	ex := c.Conn.begin(method, call)
	c.push(ex)
	return ex
}

func (c *http1) push(ex *exchange) {
	if c.response.over {
		ex.sides[Response] = sideEnded
	}
	c.open = append(c.open, ex)
}

// beginUnread opens an exchange for a request that could not be read.
func (c *http1) beginUnread() {
	if n := len(c.open); n >= 2*maxOpen || n > 0 && c.open[n-1].id == 0 {
		return
	}
	ex := new(exchange)
	ex.sides[Request] = sideDone
	c.push(ex)
	c.endIfOver(ex)
}

// answering returns the exchange the next response belongs to: responses come
// in the order of their requests (RFC 9112, section 9.3.2).
func (c *http1) answering() *exchange {
	for _, ex := range c.open {
		if ex.sides[Response] == sideOpen {
			return ex
		}
	}
	return nil
}

// noMoreAnswers marks what waits for a response that will not come.
func (c *http1) noMoreAnswers(s side) {
	if c.request.state == stateHeld {
		c.request.release()
	}
	for i := 0; i < len(c.open); {
		ex := c.open[i]
		if ex.sides[Response] == sideOpen {
			ex.sides[Response] = s
			c.endIfOver(ex)
		}
		if i < len(c.open) && c.open[i] == ex {
			i++
		}
	}
	c.unblock()
}

// endIfOver ends the exchange if neither direction can bring anything more.
func (c *http1) endIfOver(ex *exchange) {
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
func (c *http1) cutOff(ex *exchange, by Party, how Ending, err string) {
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

func (c *http1) end(ex *exchange, by Party, how Ending, err string) {
	if i := slices.Index(c.open, ex); i >= 0 {
		c.open = slices.Delete(c.open, i, i+1)
	}
	for _, h := range [...]*half{&c.request.half, &c.response} {
		if h.ex == ex {
			h.ex = nil
		}
	}
	c.Conn.end(ex, by, how, err)
}
