package replay

import (
	"errors"
	"io"
	"math"
	"net"
	"net/http"
	"strings"
	"sync"

	"github.com/dockwire/dockwire/decode/engine"
	"github.com/dockwire/dockwire/recordings/flow/load"
	"github.com/dockwire/dockwire/recordings/flow/match"
)

// incoming is a live request.
type incoming struct {
	method, target string
	userAgent      string
	webSocketKey   string
	session        string // of BuildKit
	head           []byte // to be sent on; only with Config.Forward
	close          bool   // the connection ends with the answer
	last           bool   // likewise, as the answerer found
	waited         bool   // the client has waited where the recorded one left
	body           match.Body
	upload         *upload // that became body; nil: there was none
	err            error   // it is no request

	mayHijack bool
	verdict   chan bool // whether the connection becomes a stream; when mayHijack
	stream    input
}

// read hands over requests until the client is gone.
func (c *conn) read() {
	defer close(c.requests)
	defer close(c.gone)
	for {
		in := c.readRequest()
		if in == nil {
			return
		}
		select {
		case c.requests <- in:
		case <-c.over:
			in.upload.drop()
			c.drain()
			return
		}
		if in.speaksHTTP2() {
			<-c.over // the answerer reads
			return
		}
		if in.err != nil || in.close && !in.mayHijack {
			c.drain()
			return
		}
		if in.mayHijack && c.becomesStream(in) {
			c.readStream(&in.stream)
			return
		}
	}
}

// decide tells the reader whether the connection becomes a stream.
func (in *incoming) decide(stream bool) {
	if in.mayHijack {
		in.verdict <- stream
	}
}

func (c *conn) becomesStream(in *incoming) bool {
	select {
	case v := <-in.verdict:
		return v
	case <-c.over:
		return false
	}
}

// maxHead bounds a request head, as net/http does by default.
const maxHead = 1 << 20

// isGone tells a client that left from one that sends no HTTP.
func isGone(err error) bool {
	var op *net.OpError
	return err == io.ErrUnexpectedEOF || errors.As(err, &op) || errors.Is(err, io.ErrClosedPipe)
}

// drain waits for the client to leave.
func (c *conn) drain() { _, _ = io.Copy(io.Discard, c.br) } // an error is its leaving, too

// readRequest reads a request with its body, nil when there is none.
func (c *conn) readRequest() *incoming {
	// What net/http thinks of a Host does not matter here: a server would
	// refuse "docker" or a socket's path, ReadRequest takes any.
	c.lim.N = maxHead
	r, err := http.ReadRequest(c.br)
	c.lim.N = math.MaxInt64
	if err != nil {
		if err == io.EOF || isGone(err) {
			return nil
		}
		return &incoming{err: err, close: true}
	}
	in := &incoming{
		method: r.Method, target: r.RequestURI, userAgent: r.UserAgent(),
		webSocketKey: r.Header.Get("Sec-Websocket-Key"),
		session:      r.Header.Get("X-Docker-Expose-Session-Uuid"),
		close:        r.Close || r.ProtoMajor == 1 && r.ProtoMinor == 0,
	}
	call := engine.Lookup(in.method, in.target)
	in.mayHijack = r.Header.Get("Upgrade") != "" || asksStream(&call)
	if in.mayHijack {
		in.verdict = make(chan bool, 1)
		in.stream.init()
	}
	if c.p.cfg.Forward != nil {
		in.head = headOf(r, in.mayHijack)
	}
	if strings.EqualFold(r.Header.Get("Expect"), "100-continue") && r.ContentLength != 0 {
		if c.write([]byte("HTTP/1.1 100 Continue\r\n\r\n")) != nil {
			return nil
		}
	}
	if err := in.readBody(r, &call); err != nil {
		return nil // the client left within its request
	}
	return in
}

// asksStream reports whether dockerd may turn the connection into a stream without
// an Upgrade header too (moby api/server/router/container, postContainersAttach).
func asksStream(c *engine.Call) bool {
	return c.Op != nil && (c.Op.Stream == engine.Hijack || c.Op.Stream == engine.WebSocket)
}

// bodies is memory for copying.
var bodies = sync.Pool{New: func() any { return new([32 << 10]byte) }}

func (in *incoming) readBody(r *http.Request, call *engine.Call) error {
	if r.Body == http.NoBody {
		in.body.Whole = true
		return nil
	}
	u := newUpload(call, r.ContentLength, in.head != nil)
	in.upload = u
	buf := bodies.Get().(*[32 << 10]byte)
	defer bodies.Put(buf)
	if _, err := io.CopyBuffer(struct{ io.Writer }{u}, struct{ io.Reader }{r.Body}, buf[:]); err != nil {
		u.drop()
		return err
	}
	in.body = u.body()
	in.body.Type = load.OtherThanJSON(call, r.Header.Get("Content-Type"))
	return nil
}
