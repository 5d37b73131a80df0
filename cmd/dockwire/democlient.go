package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/recordings/replay/load"
)

// demoClient makes the calls of a recording, at the pace they were made.
type demoClient struct {
	rec     *load.Recording
	socket  func(*load.Exchange) string // where a call is made
	maxIdle time.Duration
	breath  time.Duration // before the first call of each command

	mu     sync.Mutex
	failed error // the first that went wrong
}

// run makes all calls and waits for their answers, or for ctx.
func (c *demoClient) run(ctx context.Context) error {
	var finite, leaving sync.WaitGroup
	groups := c.groups(ctx)
	before := time.Duration(0)
	answered := make([]chan struct{}, len(c.rec.Exchanges))
	for i, x := range c.rec.Exchanges {
		answered[i] = make(chan struct{})
		select {
		case <-time.After(c.pause(i, before)):
		case <-ctx.Done():
		}
		if before = x.Time; ctx.Err() != nil {
			break
		}
		c.await(ctx, x, answered[:i])
		g := groups[x.Group]
		who, until := &finite, ctx
		if left(x) {
			who, until = &leaving, g.ctx
		}
		who.Go(func() {
			defer close(answered[i])
			c.note(until, x, c.call(until, x))
			if !left(x) && g.waiting.Add(-1) == 0 {
				g.leave()
			}
		})
	}
	finite.Wait()
	for _, g := range groups {
		g.leave()
	}
	leaving.Wait()
	return c.failed
}

// left tells whether the client did not wait for all of the answer.
func left(x *load.Exchange) bool { return x.End.By == decode.Client && x.End.Open }

// demoGroup is a recorded client. It leaves when all answers that it waits for
// have come.
type demoGroup struct {
	ctx     context.Context
	leave   context.CancelFunc
	waiting atomic.Int64 // calls, those to come included
}

func (c *demoClient) groups(ctx context.Context) []*demoGroup {
	groups := make([]*demoGroup, len(c.rec.Groups))
	for i := range groups {
		g := &demoGroup{}
		g.ctx, g.leave = context.WithCancel(ctx)
		groups[i] = g
	}
	for _, x := range c.rec.Exchanges {
		if !left(x) {
			groups[x.Group].waiting.Add(1)
		}
	}
	return groups
}

// pause is how long to wait before a call that comes after one of that time.
func (c *demoClient) pause(i int, before time.Duration) time.Duration {
	x := c.rec.Exchanges[i]
	p := min(x.Time-before, c.maxIdle)
	if i == 0 || c.rec.Exchanges[i-1].Group != x.Group {
		p = max(p, c.breath)
	}
	return p
}

// await waits for the answers that were there when x was asked: an attach
// comes of the create before it, however slow this machine is.
func (c *demoClient) await(ctx context.Context, x *load.Exchange, answered []chan struct{}) {
	for i, done := range answered {
		steps := c.rec.Exchanges[i].Steps
		if len(steps) == 0 || steps[len(steps)-1].Pos > x.Pos || !c.rec.Exchanges[i].Complete() {
			continue
		}
		select {
		case <-done:
		case <-ctx.Done():
			return
		}
	}
}

// note keeps what went wrong, unless the call was given up.
func (c *demoClient) note(ctx context.Context, x *load.Exchange, err error) {
	if err == nil || ctx.Err() != nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.failed == nil {
		c.failed = fmt.Errorf("%s %s: %w", x.Method, x.Call.Path, err)
	}
}

// call makes one call on a connection of its own and reads its answer to the
// end.
func (c *demoClient) call(ctx context.Context, x *load.Exchange) error {
	body, err := c.rec.RequestBody(x)
	if err != nil {
		return err
	}
	conn, err := (&net.Dialer{}).DialContext(ctx, "unix", c.socket(x))
	if err != nil {
		return err
	}
	defer conn.Close()
	defer context.AfterFunc(ctx, func() { conn.Close() })()
	if _, err := conn.Write(append(demoHead(x, len(body)), body...)); err != nil {
		return err
	}
	in := bufio.NewReader(conn)
	res, err := http.ReadResponse(in, &http.Request{Method: x.Method})
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if res.StatusCode != x.Status {
		return fmt.Errorf("status %d instead of %d", res.StatusCode, x.Status)
	}
	if x.Hijacked() {
		if half, ok := conn.(*net.UnixConn); ok {
			_ = half.CloseWrite() // there is no input; the answer tells if it went wrong
		}
		_, err = io.Copy(io.Discard, in)
		return err
	}
	_, err = io.Copy(io.Discard, res.Body)
	return err
}

// demoHead is the head of a call: what in it matters to the answer.
func demoHead(x *load.Exchange, length int) []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s HTTP/1.1\r\nHost: docker\r\nUser-Agent: dockwire demo\r\n", x.Method, x.Target)
	if length > 0 || x.Method == http.MethodPost {
		kind := "application/json"
		if x.Request.Content == decode.ContentTar {
			kind = "application/x-tar"
		}
		fmt.Fprintf(&b, "Content-Type: %s\r\nContent-Length: %d\r\n", kind, length)
	}
	if x.Hijacked() {
		b.WriteString("Connection: Upgrade\r\nUpgrade: tcp\r\n")
	}
	b.WriteString("\r\n")
	return []byte(b.String())
}
