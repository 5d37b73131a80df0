package decode

import (
	"cmp"

	"github.com/dockwire/dockwire/decode/engine"
)

// A layer decodes what one connection speaks, or one byte stream inside a
// connection: an upgraded connection, an exec that passes a socket on. It gets
// each direction's bytes in the order they were read, and both directions in
// the order of arrival. Time is the connection's.
//
// A new protocol is a layer in a file of its own, with its framing in a
// package of its own, and a line in layerInside.
type layer interface {
	// feed takes bytes of direction d. It keeps no reference to p.
	feed(d Direction, p []byte)
	// eof ends direction d: no more bytes come.
	eof(d Direction)
	// gap reports that n bytes of direction d are missing.
	gap(d Direction, n int64, why string)
	// close ends what is still open; nothing comes after it.
	close(by Party, how Ending, err string)
}

// place says what a layer decodes.
type place struct {
	*Conn
	parent *exchange // whose byte stream it decodes; nil: the connection itself
	// reversed says that the daemon sends the requests.
	reversed bool
}

// parentID is the exchange whose byte stream carries the layer's exchanges.
func (p *place) parentID() ExchangeID {
	if p.parent == nil {
		return 0
	}
	return p.parent.id
}

// origin places an event that is of no exchange of the layer's own.
func (p *place) origin(ex *exchange) Origin {
	ex = cmp.Or(ex, p.parent)
	return p.Conn.origin(ex)
}

// travels turns what a direction of an exchange is into the way its bytes
// travel, and back.
func (p *place) travels(d Direction) Direction {
	if p.reversed {
		return 1 - d
	}
	return d
}

// layerInside chooses the layer of a byte stream that an exchange has become,
// by what its head and its operation say. nil: the stream's bytes are given
// out as they are.
func (c *Conn) layerInside(ex *exchange, content Content) layer {
	at := place{Conn: c, parent: ex}
	op := ex.call.Op
	switch {
	case content == ContentHTTP2:
		at.reversed = op != nil && op.Stream == engine.SessionBack
		return newHTTP2(at)
	case content == ContentWSData:
		return &webSocket{place: at}
	case op != nil && op.ID == "ExecStart" && c.s.dials.ids[ex.call.Param("id")]:
		return newOpening(at)
	}
	return nil
}
