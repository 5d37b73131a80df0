package loadtest

import (
	"net"
	"sync"
)

// loopBuffer is what io.Copy and dockerd's own copying use.
const loopBuffer = 32 << 10

// Loop is a bare copy loop: accept, dial, and per direction a goroutine that
// reads and writes. It looks at nothing and knows the half-close only.
type Loop struct {
	Addr Addr // as bound

	listener net.Listener
	upstream Addr
	work     sync.WaitGroup

	mu    sync.Mutex
	done  bool
	conns map[net.Conn]struct{}
}

// BareLoop starts a loop from one address to another.
func BareLoop(listen, upstream Addr) (*Loop, error) {
	l, addr, err := listen.listen()
	if err != nil {
		return nil, err
	}
	loop := &Loop{Addr: addr, listener: l, upstream: upstream, conns: make(map[net.Conn]struct{})}
	loop.work.Go(loop.accept)
	return loop, nil
}

// Close ends the loop and its connections and waits for them.
func (l *Loop) Close() error {
	err := l.listener.Close()
	l.mu.Lock()
	l.done = true
	for c := range l.conns {
		c.Close()
	}
	l.mu.Unlock()
	l.work.Wait()
	return err
}

func (l *Loop) accept() {
	for {
		c, err := l.listener.Accept()
		if err != nil {
			return
		}
		l.work.Go(func() { l.join(c) })
	}
}

func (l *Loop) join(client net.Conn) {
	defer l.drop(client)
	upstream, err := l.upstream.Dial()
	if err != nil {
		return
	}
	defer l.drop(upstream)
	if !l.track(client) || !l.track(upstream) {
		return
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		pump(client, upstream)
	}()
	pump(upstream, client)
	<-done
}

func (l *Loop) track(c net.Conn) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.done {
		l.conns[c] = struct{}{}
	}
	return !l.done
}

func (l *Loop) drop(c net.Conn) {
	l.mu.Lock()
	delete(l.conns, c)
	l.mu.Unlock()
	c.Close()
}

func pump(to, from net.Conn) {
	buf := make([]byte, loopBuffer)
	for {
		n, err := from.Read(buf)
		if n > 0 {
			if _, err := to.Write(buf[:n]); err != nil {
				return
			}
		}
		if err != nil {
			to.(interface{ CloseWrite() error }).CloseWrite()
			return
		}
	}
}
