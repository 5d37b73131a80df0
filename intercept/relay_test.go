package intercept

import (
	"bytes"
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"
)

func TestBytesPassBothWays(t *testing.T) {
	eachKind(t, func(t *testing.T, ck, uk string) {
		r := newRig(t, ck, uk)
		client, upstream := r.pair()
		for range 3 {
			write(t, client, "ping")
			wantRead(t, upstream, "ping")
			write(t, upstream, "pong")
			wantRead(t, client, "pong")
		}
		c := r.tap.wait(t, 0, "six chunks", func(c *connLog) bool { return c.sent[Request] == 3 && c.sent[Response] == 3 })
		if got := c.bytes[Request].String() + c.bytes[Response].String(); got != "pingpingpingpongpongpong" {
			t.Errorf("tap saw %q", got)
		}
		if c.info.Listener != r.at.String() || c.info.Upstream != r.server.cfg.Upstream.String() || c.info.Accepted.IsZero() {
			t.Errorf("tap was told %+v", c.info)
		}
	})
}

// Either side's half-close reaches the other while the opposite direction
// goes on, in either order.
func TestHalfClose(t *testing.T) {
	eachKind(t, func(t *testing.T, ck, uk string) {
		t.Run("client first", func(t *testing.T) {
			r := newRig(t, ck, uk)
			client, upstream := r.pair()
			write(t, client, "stdin")
			client.CloseWrite()
			wantRead(t, upstream, "stdin")
			wantEOF(t, upstream)
			for range 3 {
				write(t, upstream, "stdout")
				wantRead(t, client, "stdout")
			}
			upstream.CloseWrite()
			wantEOF(t, client)
			if end := r.tap.ending(t, 0); end != (Ending{By: Upstream, How: HowEOF}) {
				t.Errorf("ended %+v", end)
			}
		})
		t.Run("upstream first", func(t *testing.T) {
			r := newRig(t, ck, uk)
			client, upstream := r.pair()
			write(t, upstream, "stdout")
			upstream.CloseWrite()
			wantRead(t, client, "stdout")
			wantEOF(t, client)
			for range 3 {
				write(t, client, "stdin")
				wantRead(t, upstream, "stdin")
			}
			client.CloseWrite()
			wantEOF(t, upstream)
			if end := r.tap.ending(t, 0); end != (Ending{By: Upstream, How: HowEOF}) {
				t.Errorf("ended %+v", end)
			}
		})
	})
}

// A half-close is not invented: while one side is silent, the other sees no
// end of it.
func TestNoHalfCloseIsInvented(t *testing.T) {
	r := newRig(t, "unix", "unix")
	client, upstream := r.pair()
	client.CloseWrite()
	wantEOF(t, upstream)
	client.SetReadDeadline(time.Now().Add(50 * time.Millisecond))
	if _, err := client.Read(make([]byte, 1)); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Fatalf("client's read ended with %v", err)
	}
	client.SetReadDeadline(time.Now().Add(patience))
	write(t, upstream, "late")
	wantRead(t, client, "late")
}

// What was sent before a full close arrives, then its receiver learns of it.
func TestClientCloses(t *testing.T) {
	eachKind(t, func(t *testing.T, ck, uk string) {
		r := newRig(t, ck, uk)
		client, upstream := r.pair()
		big := strings.Repeat("x", 100_000)
		go io.WriteString(client, big+"end")
		wantRead(t, upstream, big+"end")
		client.Close()
		wantEOF(t, upstream)
		upstream.Close()
		if end := r.tap.ending(t, 0); end != (Ending{By: Client, How: HowEOF}) {
			t.Errorf("ended %+v", end)
		}
	})
}

func TestUpstreamCloses(t *testing.T) {
	eachKind(t, func(t *testing.T, ck, uk string) {
		r := newRig(t, ck, uk)
		client, upstream := r.pair()
		big := strings.Repeat("x", 100_000)
		go func() {
			io.WriteString(upstream, big)
			upstream.Close()
		}()
		wantRead(t, client, big)
		wantEOF(t, client)
		client.Close()
		if end := r.tap.ending(t, 0); end != (Ending{By: Upstream, How: HowEOF}) {
			t.Errorf("ended %+v", end)
		}
	})
}

// A client that goes away without reading loses none of what it wrote, though
// upstream reads only after it has written more than fits anywhere.
func TestClientClosesWithoutReading(t *testing.T) {
	for _, uk := range []string{"unix", "tcp"} {
		t.Run("unix-"+uk, func(t *testing.T) {
			r := newRig(t, "unix", uk)
			client, upstream := r.pair()
			// It fits the sockets on both sides of the relay, not one of them. How
			// much a TCP socket takes that is not read is the kernel's guess else.
			if tcp, ok := upstream.(*net.TCPConn); ok {
				tcp.SetReadBuffer(200_000)
			}
			want := bytes.Repeat([]byte("0123456789abcdef"), 300_000/16)
			go func() {
				client.Write(want)
				client.Close()
			}()
			upstream.Write(make([]byte, 20<<20)) // fails on a Unix socket
			got := make([]byte, len(want))
			if n, err := io.ReadFull(upstream, got); err != nil || !bytes.Equal(got, want) {
				t.Fatalf("%d of %d bytes came, then %v", n, len(want), err)
			}
			upstream.Close()
			if end := r.tap.ending(t, 0); end.By != Client {
				t.Errorf("ended %+v", end)
			}
		})
	}
}

// A client that only stopped reading is still there; upstream's writes fail
// as they would without the relay.
func TestClientStopsReading(t *testing.T) {
	r := newRig(t, "unix", "unix")
	client, upstream := r.pair()
	client.(*net.UnixConn).CloseRead()
	var err error
	for err == nil {
		_, err = upstream.Write(make([]byte, 10_000))
	}
	if !errors.Is(err, syscall.EPIPE) {
		t.Errorf("upstream's write: %v", err)
	}
	write(t, client, "still here")
	wantRead(t, upstream, "still here")
}

// Upstream is gone, and the client, which is still sending, has not read yet
// what was written to it. Closing over what it sends would reset it.
func TestLastBytesAreNotOvertaken(t *testing.T) {
	const size = 400_000
	t.Run("by the end", func(t *testing.T) {
		r := newRig(t, "tcp", "unix")
		client, upstream := r.pair()
		go func() {
			for {
				if _, err := client.Write(make([]byte, 1000)); err != nil {
					return
				}
			}
		}()
		write(t, upstream, strings.Repeat("x", size))
		upstream.Close()
		r.tap.ending(t, 0)
		got, err := io.Copy(io.Discard, client)
		if got != size || errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("%d of %d bytes came, %v", got, size, err)
		}
	})
	t.Run("by a client that starts to send", func(t *testing.T) {
		r := newRig(t, "tcp", "unix")
		client, upstream := r.pair()
		client.(*net.TCPConn).SetReadBuffer(64 << 10)
		write(t, upstream, strings.Repeat("x", size))
		r.tap.wait(t, 0, "all is read", func(c *connLog) bool { return c.sent[Response] > 0 && c.bytes[Response].Len() == size })
		upstream.Close()
		r.tap.ending(t, 0)
		for range 20 {
			client.Write([]byte("x"))
			time.Sleep(time.Millisecond)
		}
		if got, err := io.Copy(io.Discard, client); got != size || err != nil {
			t.Errorf("%d of %d bytes came, %v", got, size, err)
		}
	})
	t.Run("by a reset", func(t *testing.T) {
		r := newRig(t, "tcp", "tcp")
		client, upstream := r.pair()
		// A small window, so that much of it is still unsent.
		client.(*net.TCPConn).SetReadBuffer(64 << 10)
		write(t, upstream, strings.Repeat("x", size))
		r.tap.wait(t, 0, "all is read", func(c *connLog) bool { return c.bytes[Response].Len() == size })
		upstream.(*net.TCPConn).SetLinger(0)
		upstream.Close()
		r.tap.ending(t, 0)
		if got, err := io.Copy(io.Discard, client); got != size || !errors.Is(err, syscall.ECONNRESET) {
			t.Errorf("%d of %d bytes came, %v", got, size, err)
		}
	})
}

// On TCP a reset comes as a reset, after the bytes before it.
func TestReset(t *testing.T) {
	t.Run("client", func(t *testing.T) {
		r := newRig(t, "tcp", "tcp")
		client, upstream := r.pair()
		write(t, client, "bytes")
		wantRead(t, upstream, "bytes")
		client.(*net.TCPConn).SetLinger(0)
		client.Close()
		if _, err := upstream.Read(make([]byte, 1)); !errors.Is(err, syscall.ECONNRESET) {
			t.Errorf("upstream's read ended with %v", err)
		}
		if end := r.tap.ending(t, 0); end.By != Client || end.How != HowReset || end.Err == nil {
			t.Errorf("ended %+v", end)
		}
	})
	t.Run("upstream", func(t *testing.T) {
		r := newRig(t, "tcp", "tcp")
		client, upstream := r.pair()
		write(t, upstream, "bytes")
		wantRead(t, client, "bytes")
		upstream.(*net.TCPConn).SetLinger(0)
		upstream.Close()
		if _, err := client.Read(make([]byte, 1)); !errors.Is(err, syscall.ECONNRESET) {
			t.Errorf("client's read ended with %v", err)
		}
		if end := r.tap.ending(t, 0); end.By != Upstream || end.How != HowReset || end.Err == nil {
			t.Errorf("ended %+v", end)
		}
	})
	t.Run("half-closed", func(t *testing.T) {
		r := newRig(t, "tcp", "tcp")
		client, upstream := r.pair()
		client.CloseWrite()
		wantEOF(t, upstream)
		upstream.(*net.TCPConn).SetLinger(0)
		upstream.Close()
		if _, err := client.Read(make([]byte, 1)); !errors.Is(err, syscall.ECONNRESET) {
			t.Errorf("client's read ended with %v", err)
		}
	})
}

// Upstream answers before it has read the request, and closes. The client,
// which reads only when its upload has failed, gets the whole answer.
func TestEarlyAnswer(t *testing.T) {
	eachKind(t, func(t *testing.T, ck, uk string) {
		r := newRig(t, ck, uk)
		client, upstream := r.pair()
		answer := strings.Repeat("no such container\r\n", 3000)
		uploaded := make(chan error, 1)
		go func() {
			var err error
			for err == nil {
				_, err = client.Write(make([]byte, 64<<10))
			}
			uploaded <- err
		}()
		wantRead(t, upstream, "\x00\x00\x00\x00")
		write(t, upstream, answer)
		upstream.CloseWrite()
		r.tap.wait(t, 0, "EOF", func(c *connLog) bool { return c.eof[Response] })
		upstream.Close() // over unread bytes

		if err := <-uploaded; errors.Is(err, os.ErrDeadlineExceeded) {
			t.Fatal("the upload never failed")
		}
		wantRead(t, client, answer)
		if end := r.tap.ending(t, 0); end.By != Upstream {
			t.Errorf("ended %+v", end)
		}
	})
}

// The same with an upstream that closes at once: what of the answer reached
// the relay reaches the client.
func TestEarlyAnswerWithoutLinger(t *testing.T) {
	r := newRig(t, "unix", "unix")
	client, upstream := r.pair()
	answer := strings.Repeat("no\r\n", 10_000)
	uploaded := make(chan struct{})
	go func() {
		defer close(uploaded)
		for {
			if _, err := client.Write(make([]byte, 64<<10)); err != nil {
				return
			}
		}
	}()
	wantRead(t, upstream, "\x00")
	write(t, upstream, answer)
	upstream.Close()
	<-uploaded
	wantRead(t, client, answer)
}

// A reader that stops costs no memory: the writer is stopped too.
func TestSlowReader(t *testing.T) {
	eachKind(t, func(t *testing.T, ck, uk string) {
		r := newRig(t, ck, uk)
		client, upstream := r.pair()
		client.SetWriteDeadline(time.Now().Add(500 * time.Millisecond))
		var wrote int
		for {
			n, err := client.Write(make([]byte, 64<<10))
			wrote += n
			if err != nil {
				break // stuck, as it should be
			}
			if wrote > 64<<20 {
				t.Fatal("the relay swallowed 64 MiB that nobody read")
			}
		}
		c := r.tap.wait(t, 0, "a chunk", func(c *connLog) bool { return c.chunks[Request] > 0 })
		c.log.mu.Lock()
		held := c.chunks[Request] - c.sent[Request]
		c.log.mu.Unlock()
		if held > 1 {
			t.Errorf("%d chunks in hand", held)
		}
		if ck == "tls" {
			return // crypto/tls does not go on after a write that timed out
		}
		client.SetWriteDeadline(time.Time{})
		client.CloseWrite()
		got, err := io.Copy(io.Discard, upstream)
		if err != nil || got != int64(wrote) {
			t.Errorf("upstream got %d bytes, %v; client wrote %d", got, err, wrote)
		}
	})
}
