package replay

import (
	"bufio"
	"encoding/json"
	"io"
	"net"
	"sync"
	"time"

	"github.com/dockwire/dockwire/decode/engine"
	"github.com/dockwire/dockwire/recordings/flow/load"
)

// conn is one client connection. Its reader (read.go) hands over requests, its
// answerer, serve, answers them in order.
type conn struct {
	p    *Player
	nc   net.Conn
	lim  *io.LimitedReader // bounds heads
	br   *bufio.Reader
	peer string // "": told by address and User-Agent

	requests chan *incoming
	gone     chan struct{} // closed when nothing more comes from the client
	over     chan struct{} // closed when serve has returned
	writing  sync.Mutex    // serve writes, and the reader its 100 Continue
	buf      []byte        // of serve
	cut      bool          // the daemon left in the middle, so the connection ends in no order; of serve
}

func newConn(p *Player, nc net.Conn) *conn {
	lim := &io.LimitedReader{R: nc, N: maxHead}
	return &conn{
		p: p, nc: nc, lim: lim, br: bufio.NewReaderSize(lim, 8<<10), peer: p.peerOf(nc),
		requests: make(chan *incoming), gone: make(chan struct{}), over: make(chan struct{}),
	}
}

// serve reads and answers until the connection is over.
func (c *conn) serve() {
	read := make(chan struct{})
	go func() {
		defer close(read)
		c.read()
	}()
	for in := range c.requests {
		if in.speaksHTTP2() {
			c.http2()
			break
		}
		goesOn := c.answer(in)
		in.upload.drop()
		if !goesOn {
			break
		}
	}
	close(c.over)
	if !c.cut {
		c.part()
	}
	c.nc.Close()
	<-read
}

// lingerFor is how long a client may read its last bytes before its connection
// is closed over bytes it still sends, which resets it. As long as in
// net/http's server (rstAvoidanceDelay).
const lingerFor = 500 * time.Millisecond

// part ends the connection in order: a TLS client takes the end of an answer
// for a cut one when it is not told.
func (c *conn) part() {
	halfClose(c.nc)
	c.stays(lingerFor)
}

// answer answers a request and reports whether the connection goes on.
func (c *conn) answer(in *incoming) bool {
	if in.err != nil {
		c.refuseBad(in)
		return false
	}
	if c.p.control != nil && in.target == ControlPath {
		return c.controlled(in)
	}
	fault := c.p.fault(in)
	if over, goesOn := c.fail(in, fault); over {
		return goesOn
	}
	if c.p.builds != nil && in.mayHijack && upgrades(engine.Lookup(in.method, in.target).Path) {
		c.p.builds.upgraded(c, in)
		return false
	}
	if c.p.builds != nil {
		c.p.builds.arrived(c, in)
	}
	x, part := c.take(in)
	if x == nil {
		return !in.close && !in.last
	}
	if x.Status == 0 && !in.mayHijack {
		if x, part = c.instead(in, x, part); x == nil {
			return !in.close && !in.last
		}
	}
	a := newAnswer(c, in, x, part)
	if fault != nil && fault.cut >= 0 {
		a.room = fault.cut
	}
	return a.play() && !in.close
}

// controlled answers a request about tests. The connection ends with it: the
// next one is of the test that has begun.
func (c *conn) controlled(in *incoming) bool {
	in.decide(false)
	status, text, after := c.p.control(c.nc, in.method, in.body.Bytes)
	defer after()
	if status == 200 {
		body, _ := json.Marshal(map[string]string{"failed": text}) // texts always encode
		c.send(head(status, len(body), in, string(body), "Content-Type: application/json\r\nConnection: close\r\n"))
		return false
	}
	c.send(message(status, in, text, "Connection: close\r\n"))
	return false
}

func (c *conn) write(b []byte) error {
	c.writing.Lock()
	defer c.writing.Unlock()
	_, err := c.nc.Write(b)
	return err
}

// clientKey tells clients apart in the way recorded ones are.
func (c *conn) clientKey(in *incoming) string {
	if c.peer != "" {
		return c.peer
	}
	return load.Host(c.nc.RemoteAddr().String()) + "\x00" + in.userAgent
}
