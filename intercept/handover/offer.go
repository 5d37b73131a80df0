//go:build unix

package handover

import (
	"errors"
	"net"
	"os"
	"sync"
)

// Offer waits for the process that comes next.
type Offer struct {
	listener net.Listener
	give     func() ([]Socket, error)
	to       chan int
	done     sync.WaitGroup

	mu     sync.Mutex
	conn   net.Conn // the next process, while it starts
	closed bool
}

// Offering offers, to whoever connects to a listener on a Unix socket, what give
// returns then; the files are closed once they are sent. It owns the listener.
func Offering(l net.Listener, give func() ([]Socket, error)) *Offer {
	o := &Offer{listener: l, give: give, to: make(chan int, 1)}
	o.done.Go(o.run)
	return o
}

// To gets the next process, by its id, when that has taken over.
func (o *Offer) To() <-chan int { return o.to }

// Close ends the offer. It may be called twice.
func (o *Offer) Close() error {
	o.mu.Lock()
	o.closed = true
	err := o.listener.Close()
	if o.conn != nil {
		o.conn.Close()
	}
	o.mu.Unlock()
	o.done.Wait()
	if errors.Is(err, net.ErrClosed) {
		return nil
	}
	return err
}

func (o *Offer) run() {
	for {
		c, err := o.listener.Accept()
		if err != nil {
			return
		}
		if pid, ok := o.meet(c.(*net.UnixConn)); ok {
			o.to <- pid
			return
		}
	}
}

// meet hands over to a process and waits until it has begun.
func (o *Offer) meet(c *net.UnixConn) (pid int, ok bool) {
	defer c.Close()
	o.mu.Lock()
	if o.closed {
		o.mu.Unlock()
		return 0, false
	}
	o.conn = c
	o.mu.Unlock()
	sockets, err := o.give()
	err = errors.Join(err, send(c, sockets, err))
	for _, s := range sockets {
		s.File.Close()
	}
	var b [4]byte
	if err != nil || !readFull(c, b[:]) {
		return 0, false
	}
	// Its own offer takes the place of this one, so this one goes first.
	o.mu.Lock()
	o.listener.Close()
	o.mu.Unlock()
	_, _ = c.Write(taken)
	return int(b[0]) | int(b[1])<<8 | int(b[2])<<16 | int(b[3])<<24, true
}

func readFull(c net.Conn, b []byte) bool {
	for n := 0; n < len(b); {
		m, err := c.Read(b[n:])
		if n += m; err != nil && n < len(b) {
			return false
		}
	}
	return true
}

// pidBytes is a process id as it is sent.
func pidBytes() []byte {
	pid := os.Getpid()
	return []byte{byte(pid), byte(pid >> 8), byte(pid >> 16), byte(pid >> 24)}
}
