package replay

import (
	"crypto/sha256"
	"hash"
	"net"

	"github.com/dockwire/dockwire/decode/websocket"
)

// input is what a client sends into a stream.
type input struct {
	n      int64 // these three are guarded by Player.mu
	eof    bool
	hash   hash.Hash
	frames bool     // it comes in WebSocket frames, and what they carry counts
	to     net.Conn // a daemon it goes to; set before the stream is read
}

func (s *input) init() { s.hash = sha256.New() }

// readStream counts a stream's input until it ends.
func (c *conn) readStream(s *input) {
	buf := make([]byte, 32<<10)
	var ws websocket.Splitter
	for {
		n, err := c.br.Read(buf)
		if s.to != nil {
			pass(s.to, buf[:n], err)
		}
		c.p.mu.Lock()
		if s.frames {
			s.take(&ws, buf[:n])
		} else {
			s.n += int64(n)
			s.hash.Write(buf[:n])
		}
		s.eof = s.eof || err != nil
		c.p.wake()
		c.p.mu.Unlock()
		if err != nil {
			return
		}
	}
}

// take counts what WebSocket frames carry.
func (s *input) take(ws *websocket.Splitter, p []byte) {
	for {
		pc, rest, ok := ws.Next(p, 0)
		if p = rest; !ok {
			return
		}
		switch {
		case pc.Kind == websocket.Close:
			s.eof = true
		case !pc.Kind.Control():
			s.n += int64(len(pc.Bytes))
			s.hash.Write(pc.Bytes)
		}
	}
}
