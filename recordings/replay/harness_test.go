package replay

import (
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"github.com/dockwire/dockwire/decode/exchange/exchangetest"
	"github.com/dockwire/dockwire/recordings/internal/tape"
)

func TestMain(m *testing.M) {
	if act := os.Getenv(actVariable); act != "" {
		os.Exit(fakeDockwire(act))
	}
	goleak.VerifyTestMain(m)
}

// player opens a script's recording.
func player(t testing.TB, s *exchangetest.Script, c Config) *Player {
	t.Helper()
	p, err := Open(tape.Write(t, s), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Close() })
	return p
}

// bubble runs a test on a clock of its own, which only moves when everybody
// waits.
func bubble(t *testing.T, f func(t *testing.T)) {
	t.Helper()
	synctest.Test(t, f)
}

// client is a connection in a bubble.
type client struct {
	t    *testing.T
	conn *duplex
	mu   sync.Mutex
	got  []byte // not yet expected
	over chan struct{}
}

// dial connects to a player. process tells clients apart.
func dial(t *testing.T, p *Player, process string) *client {
	t.Helper()
	here, there := newDuplex(process)
	c := &client{t: t, conn: here, over: make(chan struct{})}
	chunks := make(chan []byte)
	go func() {
		defer close(c.over)
		for b := range chunks {
			c.mu.Lock()
			c.got = append(c.got, b...)
			c.mu.Unlock()
		}
	}()
	go func() {
		defer close(chunks)
		for {
			b := make([]byte, 4096)
			n, err := here.Read(b)
			if n > 0 {
				chunks <- b[:n]
			}
			if err != nil {
				return
			}
		}
	}()
	p.ServeConn(there)
	t.Cleanup(func() { here.Close() })
	return c
}

func (c *client) send(text string) {
	c.t.Helper()
	if _, err := io.WriteString(c.conn, text); err != nil {
		c.t.Fatalf("sending %q: %v", text, err)
	}
}

// expect wants just this to have come by now.
func (c *client) expect(want string) {
	c.t.Helper()
	time.Sleep(3 * gap) // several connections may wait for each other
	synctest.Wait()
	c.mu.Lock()
	defer c.mu.Unlock()
	if got := string(c.got); got != want {
		c.t.Fatalf("got  %q\nwant %q", got, want)
	}
	c.got = nil
}

// expectStart wants what has come by now to begin so, and forgets it.
func (c *client) expectStart(want string) {
	c.t.Helper()
	time.Sleep(3 * gap)
	synctest.Wait()
	c.mu.Lock()
	defer c.mu.Unlock()
	if !strings.HasPrefix(string(c.got), want) {
		c.t.Fatalf("got %q, want it to begin with %q", c.got, want)
	}
	c.got = nil
}

// expectEnd wants the connection's other half to be closed by now, or not.
func (c *client) expectEnd(want bool) {
	c.t.Helper()
	synctest.Wait()
	select {
	case <-c.over:
		if !want {
			c.t.Fatal("the daemon has closed")
		}
	default:
		if want {
			c.t.Fatal("the daemon has not closed")
		}
	}
}

// duplex is a connection with half-close.
type duplex struct {
	process string
	*io.PipeReader
	*io.PipeWriter
}

func newDuplex(process string) (a, b *duplex) {
	r1, w1 := io.Pipe()
	r2, w2 := io.Pipe()
	return &duplex{process, r1, w2}, &duplex{process, r2, w1}
}

func (d *duplex) CloseWrite() error                { return d.PipeWriter.Close() }
func (d *duplex) Close() error                     { return errors.Join(d.PipeWriter.Close(), d.PipeReader.Close()) }
func (d *duplex) LocalAddr() net.Addr              { return &net.UnixAddr{} }
func (d *duplex) RemoteAddr() net.Addr             { return &net.UnixAddr{} }
func (d *duplex) SetDeadline(time.Time) error      { return os.ErrNoDeadline }
func (d *duplex) SetReadDeadline(time.Time) error  { return os.ErrNoDeadline }
func (d *duplex) SetWriteDeadline(time.Time) error { return os.ErrNoDeadline }

// byProcess tells the clients of a bubble apart.
func byProcess(nc net.Conn) string { return nc.(*duplex).process }

// request is a request without a body.
func request(method, target string, fields ...string) string {
	head := method + " " + target + " HTTP/1.1\r\nHost: docker\r\n"
	for _, f := range fields {
		head += f + "\r\n"
	}
	return head + "\r\n"
}

// warnings are the texts of a report's.
func warnings(p *Player) string {
	var list []string
	for _, w := range p.Report().Warnings {
		list = append(list, w.String())
	}
	return strings.Join(list, "\n")
}
