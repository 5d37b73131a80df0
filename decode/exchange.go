package decode

import "github.com/dockwire/dockwire/decode/engine"

// exchange is a request whose answer is not complete yet, or the other way
// round.
//
// An exchange with id 0 is a request that could not be read. The daemon answers it
// all the same, and that answer must not be paired with the next request.
type exchange struct {
	id       ExchangeID
	call     engine.Call
	method   string
	sides    [2]side
	asks     bool       // the connection may become a byte stream
	bare     bool       // ... after a 200 without framing, too
	answered bool       // the final response head was seen
	upgraded bool       // the connection has become a byte stream
	expects  bool       // it waits for 100 Continue, and none of its body has come
	inner    layer      // decodes the byte stream that it has become; may be nil
	passesOn bool       // of ContainerExec: its command passes a socket on, see dials
	packing  [2]string  // grpc-encoding of each direction
	closing  [2][]Field // trailers of a byte stream's directions
	tty      tty        // of ExecStart, from the request body
	source   string     // where tty is from
}

// side is one direction of an exchange.
type side uint8

const (
	sideOpen  side = iota
	sideDone       // complete
	sideEnded      // the direction's bytes ended before it was complete
	sideLost       // the bytes could not be followed to its end
)

// begin makes an exchange and gives it an id.
func (c *Conn) begin(method string, call engine.Call) *exchange {
	c.s.last++
	ex := new(exchange)
	ex.id, ex.method, ex.call = c.s.last, method, call
	return ex
}

// end closes the exchange, and before it what was decoded inside it.
func (c *Conn) end(ex *exchange, by Party, how Ending, err string) {
	if ex.inner != nil {
		ex.inner.close(by, how, err)
	}
	if ex.id != 0 {
		e := &c.s.ev.end
		*e = ExchangeEnd{
			Origin: c.origin(ex), By: by, How: how, Err: err,
			OpenRequest:  ex.sides[Request] != sideDone,
			OpenResponse: ex.sides[Response] != sideDone,
		}
		c.s.emit(e)
	}
}
