package replay

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
)

// headOf writes a request head again, for a daemon. Where it can, the
// connection ends with the answer: what comes next may have been recorded.
func headOf(r *http.Request, stream bool) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s %s HTTP/1.1\r\nHost: %s\r\n", r.Method, r.RequestURI, r.Host)
	h := r.Header.Clone()
	if !stream {
		h.Set("Connection", "close")
	}
	h.Del("Expect")
	_ = h.Write(&b) // a buffer takes everything
	return b.Bytes()
}

// forward has a real daemon answer.
func (c *conn) forward(in *incoming) {
	in.last = true
	up, err := c.p.cfg.Forward()
	if err == nil && in.upload != nil && in.upload.lost != nil {
		up.Close()
		err = fmt.Errorf("its body of %d bytes could not be kept for that: %w", in.body.Size, in.upload.lost)
	}
	if err != nil {
		in.decide(false)
		c.send(message(502, in, fmt.Sprintf("replay: forwarding %s %s: %v", in.method, in.target, err), "Connection: close\r\n"))
		return
	}
	defer up.Close()
	over := make(chan struct{})
	defer close(over)
	c.p.work.Add(1)
	go func() { // ends the daemon's connection with the client's, or with the player
		defer c.p.work.Done()
		gone := c.gone
		if in.mayHijack {
			gone = nil // that is a half-close
		}
		select {
		case <-gone:
			up.Close()
		case <-c.p.closed:
			up.Close()
		case <-over:
		}
	}()
	in.stream.to = up
	request := fmt.Appendf(in.head, "Content-Length: %d\r\n\r\n", in.body.Size)
	_, err = io.Copy(up, io.MultiReader(bytes.NewReader(request), in.upload.all()))
	in.decide(err == nil)
	_, err = io.Copy(writerFunc(c.write), up) // a daemon that takes only a part has its reasons to say
	halfClose(c.nc)
	if err == nil && in.mayHijack {
		select {
		case <-c.gone:
		case <-c.p.closed:
		}
	}
}

// writerFunc is a conn's write as an io.Writer.
type writerFunc func([]byte) error

func (f writerFunc) Write(p []byte) (int, error) {
	if err := f(p); err != nil {
		return 0, err
	}
	return len(p), nil
}

// pass hands stream input to a daemon, its end as a half-close.
func pass(to net.Conn, p []byte, end error) {
	if len(p) > 0 {
		_, _ = to.Write(p) // its failure ends the answer
	}
	if end != nil {
		halfClose(to)
	}
}
