package replay

import (
	"crypto/sha256"
	"hash"
	"net"
)

// input is what a client sends into a stream.
type input struct {
	n    int64 // these three are guarded by Player.mu
	eof  bool
	hash hash.Hash
	to   net.Conn // a daemon it goes to; set before the stream is read
}

func (s *input) init() { s.hash = sha256.New() }

// readStream counts a stream's input until it ends.
func (c *conn) readStream(s *input) {
	buf := make([]byte, 32<<10)
	for {
		n, err := c.br.Read(buf)
		if s.to != nil {
			pass(s.to, buf[:n], err)
		}
		c.p.mu.Lock()
		s.n += int64(n)
		s.hash.Write(buf[:n])
		s.eof = err != nil
		c.p.wake()
		c.p.mu.Unlock()
		if err != nil {
			return
		}
	}
}
