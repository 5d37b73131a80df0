package intercept

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// patience is how long a test waits for what must happen before it fails.
const patience = 20 * time.Second

// kinds are the pairs of transports a relay joins: client side, upstream side.
var kinds = [][2]string{{"unix", "unix"}, {"tcp", "tcp"}, {"unix", "tcp"}, {"tcp", "unix"},
	{"tls", "tls"}, {"tls", "unix"}, {"unix", "tls"}}

func eachKind(t *testing.T, f func(t *testing.T, client, upstream string)) {
	for _, k := range kinds {
		t.Run(k[0]+"-"+k[1], func(t *testing.T) { f(t, k[0], k[1]) })
	}
}

// rig is a server between a client and an upstream that the test plays.
type rig struct {
	t      *testing.T
	server *Server
	at     Endpoint // where clients connect
	daemon net.Listener
	tap    *tapLog
	errs   *errorLog
}

func newRig(t *testing.T, client, upstream string, change ...func(*Config)) *rig {
	t.Helper()
	r := &rig{t: t, tap: newTapLog(), errs: &errorLog{}}
	dir := t.TempDir()
	var err error
	where := "127.0.0.1:0"
	if upstream == "unix" {
		where = filepath.Join(dir, "up.sock")
	}
	if r.daemon, err = listenAs(upstream, where); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.daemon.Close() })
	cfg := Config{
		Upstream: Endpoint{Scheme: upstream, Address: r.daemon.Addr().String()},
		Tap:      r.tap,
		OnError:  r.errs.add,
		Hosts:    []string{anyHost}, // most tests speak no HTTP
	}
	if client == "tls" || upstream == "tls" {
		mustPKI().equip(&cfg)
	}
	for _, f := range change {
		f(&cfg)
	}
	if r.server, err = New(cfg); err != nil {
		t.Fatal(err)
	}
	r.server.lingerFor = 200 * time.Millisecond
	at := Endpoint{Scheme: client, Address: "127.0.0.1:0"}
	if client == "unix" {
		at.Address = filepath.Join(dir, "dw.sock")
	}
	if r.at, err = r.server.Listen(at, Private); err != nil {
		t.Fatal(err)
	}
	served := make(chan error, 1)
	go func() { served <- r.server.Serve() }()
	t.Cleanup(func() {
		r.close()
		if err := <-served; err != nil {
			t.Errorf("Serve: %v", err)
		}
	})
	return r
}

func (r *rig) close() {
	r.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := r.server.Close(ctx); err != nil {
		r.t.Errorf("Close: %v", err)
	}
}

func (r *rig) dial() conn {
	r.t.Helper()
	c, err := dialAs(r.at)
	if err != nil {
		r.t.Fatal(err)
	}
	r.t.Cleanup(func() { c.Close() })
	c.SetDeadline(time.Now().Add(patience))
	return c
}

// dialAs connects as a client of that endpoint does.
func dialAs(ep Endpoint) (conn, error) {
	if ep.Scheme == "tls" {
		return dialSecure(ep.Address, mustPKI().showing(mustPKI().alice))
	}
	c, err := net.Dial(ep.Scheme, ep.Address)
	if err != nil {
		return nil, err
	}
	return c.(conn), nil
}

// listenAs listens as an upstream of that kind does.
func listenAs(kind, address string) (net.Listener, error) {
	if kind != "tls" {
		return net.Listen(kind, address)
	}
	l, err := net.Listen("tcp", address)
	if err != nil {
		return nil, err
	}
	return &tlsDaemon{l, mustPKI().serving()}, nil
}

// pair is both ends of a relayed connection.
func (r *rig) pair() (client, upstream conn) {
	r.t.Helper()
	client = r.dial()
	c, err := r.daemon.Accept()
	if err != nil {
		r.t.Fatal(err)
	}
	r.t.Cleanup(func() { c.Close() })
	c.SetDeadline(time.Now().Add(patience))
	return client, c.(conn)
}

// tapLog remembers what a tap gets of all connections.
type tapLog struct {
	mu    sync.Mutex
	conns []*connLog
	more  chan struct{} // closed and replaced on every news
}

// connLog is what it got of one connection.
type connLog struct {
	log    *tapLog
	info   ConnInfo
	bytes  [2]bytes.Buffer
	chunks [2]int
	sent   [2]int
	eof    [2]bool
	end    *Ending
}

func newTapLog() *tapLog { return &tapLog{more: make(chan struct{})} }

// told records news under the lock.
func (l *tapLog) told(f func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	f()
	close(l.more)
	l.more = make(chan struct{})
}

func (l *tapLog) Open(info ConnInfo) ConnTap {
	c := &connLog{log: l, info: info}
	l.told(func() { l.conns = append(l.conns, c) })
	return c
}

func (c *connLog) Chunk(d Direction, _ time.Time, b *Buffer) {
	c.log.told(func() {
		c.bytes[d].Write(b.Bytes())
		c.chunks[d]++
	})
	b.Release()
}

func (c *connLog) Sent(d Direction)             { c.log.told(func() { c.sent[d]++ }) }
func (c *connLog) EOF(d Direction, _ time.Time) { c.log.told(func() { c.eof[d] = true }) }
func (c *connLog) Close(_ time.Time, e Ending)  { c.log.told(func() { c.end = &e }) }

// wait returns the connection of that number once ready says so; ready runs
// under the lock.
func (l *tapLog) wait(t *testing.T, number int, what string, ready func(*connLog) bool) *connLog {
	t.Helper()
	late := time.After(patience)
	for {
		l.mu.Lock()
		more := l.more
		if number < len(l.conns) && ready(l.conns[number]) {
			c := l.conns[number]
			l.mu.Unlock()
			return c
		}
		l.mu.Unlock()
		select {
		case <-more:
		case <-late:
			t.Fatalf("the tap was never told: %s", what)
		}
	}
}

// ending waits for the end of connection number and returns it.
func (l *tapLog) ending(t *testing.T, number int) Ending {
	t.Helper()
	return *l.wait(t, number, "Close", func(c *connLog) bool { return c.end != nil }).end
}

// errorLog collects what the server reports.
type errorLog struct {
	mu   sync.Mutex
	errs []error
}

func (l *errorLog) add(err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.errs = append(l.errs, err)
}

func (l *errorLog) all() []error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]error(nil), l.errs...)
}

// eventually waits for a condition that nothing signals.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for late := time.Now().Add(patience); !ok(); time.Sleep(time.Millisecond) {
		if time.Now().After(late) {
			t.Fatalf("never happened: %s", what)
		}
	}
}

func write(t *testing.T, c conn, s string) {
	t.Helper()
	if _, err := io.WriteString(c, s); err != nil {
		t.Fatal(err)
	}
}

func wantRead(t *testing.T, c conn, want string) {
	t.Helper()
	got := make([]byte, len(want))
	if n, err := io.ReadFull(c, got); err != nil || string(got) != want {
		t.Fatalf("read %d bytes %.40q, %v; want %d bytes %.40q", n, got[:n], err, len(want), want)
	}
}

func wantEOF(t *testing.T, c conn) {
	t.Helper()
	n, err := c.Read(make([]byte, 1))
	if n != 0 || !errors.Is(err, io.EOF) {
		t.Fatalf("read %d bytes, %v; want the end", n, err)
	}
}
