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
	pump     func(to, from net.Conn)
	work     sync.WaitGroup

	mu    sync.Mutex
	done  bool
	conns map[net.Conn]struct{}
}

// BareLoop starts a loop from one address to another.
func BareLoop(listen, upstream Addr) (*Loop, error) { return startLoop(listen, upstream, pump) }

// WatchedLoop is a BareLoop that hands each chunk to a second goroutine, which
// discards it: the least that any tap costs whose relay does not wait for it.
func WatchedLoop(listen, upstream Addr) (*Loop, error) {
	return startLoop(listen, upstream, watchedPump)
}

func startLoop(listen, upstream Addr, pump func(to, from net.Conn)) (*Loop, error) {
	l, addr, err := listen.listen()
	if err != nil {
		return nil, err
	}
	loop := &Loop{Addr: addr, listener: l, upstream: upstream, pump: pump, conns: make(map[net.Conn]struct{})}
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
		l.pump(client, upstream)
	}()
	l.pump(upstream, client)
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

// watchedPump is pump with a second goroutine that gets each chunk before it is
// written. A buffer may come back before it is written: nothing else reads into it by
// then, since a direction has one pump.
func watchedPump(to, from net.Conn) {
	free := sync.Pool{New: func() any { return new([loopBuffer]byte) }}
	watched := make(chan *[loopBuffer]byte, 64)
	var watcher sync.WaitGroup
	watcher.Go(func() {
		for b := range watched {
			free.Put(b)
		}
	})
	defer watcher.Wait()
	defer close(watched)
	for {
		b := free.Get().(*[loopBuffer]byte)
		n, err := from.Read(b[:])
		if n > 0 {
			watched <- b
			if _, err := to.Write(b[:n]); err != nil {
				return
			}
		}
		if err != nil {
			to.(interface{ CloseWrite() error }).CloseWrite()
			return
		}
	}
}
