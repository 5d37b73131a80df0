package intercept

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

func TestManyConnections(t *testing.T) {
	eachKind(t, func(t *testing.T, ck, uk string) {
		r := newRig(t, ck, uk)
		var echoing sync.WaitGroup
		echoing.Go(func() {
			for {
				c, err := r.daemon.Accept()
				if err != nil {
					return
				}
				echoing.Go(func() {
					defer c.Close()
					io.Copy(c, c)
				})
			}
		})
		var clients sync.WaitGroup
		for i := range 200 {
			clients.Go(func() {
				c, err := dialAs(r.at)
				if err != nil {
					t.Error(err)
					return
				}
				defer c.Close()
				c.SetDeadline(time.Now().Add(patience))
				says := fmt.Sprintf("connection %d", i)
				io.WriteString(c, says)
				c.CloseWrite()
				if got, err := io.ReadAll(c); string(got) != says {
					t.Errorf("heard %q, %v; said %q", got, err, says)
				}
			})
		}
		clients.Wait()
		r.daemon.Close()
		echoing.Wait()
		for i := range 200 {
			r.tap.ending(t, i)
		}
		eventually(t, "all connections are forgotten", func() bool {
			r.server.mu.Lock()
			defer r.server.mu.Unlock()
			return len(r.server.conns) == 0
		})
	})
}

func TestCloseEndsEverything(t *testing.T) {
	eachKind(t, func(t *testing.T, ck, uk string) {
		r := newRig(t, ck, uk)
		var clients []conn
		for range 5 {
			client, upstream := r.pair()
			write(t, client, "x")
			wantRead(t, upstream, "x")
			clients = append(clients, client)
		}
		clients[0].CloseWrite()
		r.close()
		for i, c := range clients {
			if n, err := c.Read(make([]byte, 1)); n != 0 || err == nil || errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("client %d read %d bytes, %v after Close", i, n, err)
			}
		}
		for i := range clients[1:] {
			if end := r.tap.ending(t, i+1); end != (Ending{By: Proxy, How: HowEOF}) {
				t.Errorf("connection %d ended %+v", i+1, end)
			}
		}
		if c, err := net.Dial(r.at.Scheme, r.at.Address); err == nil {
			c.Close()
			t.Error("still listening after Close")
		}
		r.close() // again does no harm
		if _, err := r.server.Listen(r.at, Private); !errors.Is(err, net.ErrClosed) {
			t.Errorf("Listen after Close: %v", err)
		}
	})
}

func TestCloseWithoutServe(t *testing.T) {
	s, err := New(Config{Upstream: Endpoint{Scheme: "unix", Address: "/nowhere"}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Listen(Endpoint{Scheme: "unix", Address: filepath.Join(t.TempDir(), "s")}, Private); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := s.Serve(); err != nil {
		t.Errorf("Serve after Close: %v", err)
	}
}

// stuckTap does not return from Chunk until it is let go.
type stuckTap struct {
	nothing
	entered, release chan struct{}
}

func (s stuckTap) Open(ConnInfo) ConnTap { return s }

func (s stuckTap) Chunk(_ Direction, _ time.Time, b *Buffer) {
	close(s.entered)
	<-s.release
	b.Release()
}

// nothing is a tap that ignores what it is told.
type nothing struct{}

func (nothing) Open(ConnInfo) ConnTap               { return nothing{} }
func (nothing) Chunk(Direction, time.Time, *Buffer) {}
func (nothing) Sent(Direction)                      {}
func (nothing) EOF(Direction, time.Time)            {}
func (nothing) Close(time.Time, Ending)             {}

// The tap knows of bytes before the other side can react to them: over all
// connections it sees causes before their effects.
func TestTapIsToldBeforeTheWrite(t *testing.T) {
	tap := stuckTap{entered: make(chan struct{}), release: make(chan struct{})}
	r := newRig(t, "unix", "unix", func(c *Config) { c.Tap = tap })
	client, upstream := r.pair()
	write(t, client, "x")
	<-tap.entered
	upstream.SetReadDeadline(time.Now().Add(50 * time.Millisecond))
	if n, err := upstream.Read(make([]byte, 1)); n != 0 || !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("upstream read %d bytes, %v while the tap was being told", n, err)
	}
	upstream.SetReadDeadline(time.Now().Add(patience))
	close(tap.release)
	wantRead(t, upstream, "x")
}

func TestCloseGivesUpWithItsContext(t *testing.T) {
	tap := stuckTap{entered: make(chan struct{}), release: make(chan struct{})}
	r := newRig(t, "unix", "unix", func(c *Config) { c.Tap = tap })
	client, _ := r.pair()
	write(t, client, "x")
	<-tap.entered
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := r.server.Close(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("Close: %v", err)
	}
	close(tap.release)
}

func TestSeveralListeners(t *testing.T) {
	r := newRig(t, "unix", "unix")
	second, err := r.server.Listen(Endpoint{Scheme: "tcp", Address: "localhost:0"}, Private)
	if err != nil {
		t.Fatal(err)
	}
	client, upstream := r.pair()
	write(t, client, "first")
	wantRead(t, upstream, "first")
	r.at = second
	client, upstream = r.pair()
	write(t, client, "second")
	wantRead(t, upstream, "second")
	c := r.tap.wait(t, 1, "Open", func(*connLog) bool { return true })
	if c.info.Listener != second.String() || c.info.Peer.Address != client.LocalAddr().String() {
		t.Errorf("tap was told %+v", c.info)
	}
}

func TestListenRefuses(t *testing.T) {
	r := newRig(t, "unix", "unix")
	for _, address := range []string{"0.0.0.0:0", ":0", "192.0.2.1:0", "example.com:0"} {
		if _, err := r.server.Listen(Endpoint{Scheme: "tcp", Address: address}, Private); !errors.Is(err, ErrExposed) {
			t.Errorf("Listen on %s: %v", address, err)
		}
	}
	if _, err := r.server.Listen(r.server.cfg.Upstream, Private); err == nil {
		t.Error("it listens on its own upstream")
	}
	exposed := newRig(t, "tcp", "unix", func(c *Config) { c.Exposed = true })
	if _, err := exposed.server.Listen(Endpoint{Scheme: "tcp", Address: "0.0.0.0:0"}, Private); err != nil {
		t.Errorf("exposed: %v", err)
	}
}

// brokenListener fails for a while, then hands out a connection.
type brokenListener struct {
	net.Listener
	fails atomic.Int32
}

func (l *brokenListener) Accept() (net.Conn, error) {
	if l.fails.Add(-1) >= 0 {
		return nil, &net.OpError{Op: "accept", Err: syscall.EMFILE}
	}
	return l.Listener.Accept()
}

func TestAcceptErrorsAreSurvived(t *testing.T) {
	r := newRig(t, "unix", "unix")
	nl, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	broken := &brokenListener{Listener: nl}
	broken.fails.Store(3)
	r.at = Endpoint{Scheme: "tcp", Address: nl.Addr().String()}
	r.server.mu.Lock()
	l := &listener{Listener: broken, endpoint: r.at}
	r.server.listeners = append(r.server.listeners, l)
	r.server.startAccepting(l)
	r.server.mu.Unlock()

	client, upstream := r.pair()
	write(t, client, "alive")
	wantRead(t, upstream, "alive")
	errs := r.errs.all()
	if len(errs) != 3 {
		t.Fatalf("reported %v; want three errors", errs)
	}
	for _, err := range errs {
		if !errors.Is(err, syscall.EMFILE) {
			t.Errorf("reported %v", err)
		}
	}
}
