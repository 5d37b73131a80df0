package intercept

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

const sorry = "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"

func apologise(c *Config) {
	c.Unavailable = func(first []byte, err error) []byte {
		var down *UpstreamError
		if !errors.As(err, &down) {
			return []byte("wrong error")
		}
		if !strings.HasPrefix(string(first), "GET ") {
			return nil
		}
		return []byte(sorry)
	}
}

func TestUpstreamDownThenBack(t *testing.T) {
	eachKind(t, func(t *testing.T, ck, uk string) {
		r := newRig(t, ck, uk, apologise)
		address := r.daemon.Addr().String()
		r.daemon.Close()

		client := r.dial()
		eventually(t, "the failure is reported", func() bool { return len(r.errs.all()) == 1 })
		var down *UpstreamError
		if !errors.As(r.errs.all()[0], &down) || down.Upstream != r.server.cfg.Upstream {
			t.Errorf("reported %v", r.errs.all())
		}
		// Nothing comes before the client has asked.
		client.SetReadDeadline(time.Now().Add(50 * time.Millisecond))
		if n, err := client.Read(make([]byte, 1)); n != 0 || !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Fatalf("read %d bytes, %v before the request", n, err)
		}
		client.SetReadDeadline(time.Now().Add(patience))
		write(t, client, "GET /_ping HTTP/1.1\r\n\r\n")
		wantRead(t, client, sorry)
		wantEOF(t, client)
		write(t, client, "and more")
		client.CloseWrite()

		end := r.tap.ending(t, 0)
		if end.By != Proxy || end.How != HowError || !errors.As(end.Err, &down) {
			t.Errorf("ended %+v", end)
		}
		c := r.tap.wait(t, 0, "", func(*connLog) bool { return true })
		if c.bytes[Request].String() != "GET /_ping HTTP/1.1\r\n\r\nand more" || c.bytes[Response].String() != sorry {
			t.Errorf("tap saw %q and %q", c.bytes[Request].String(), c.bytes[Response].String())
		}
		if !c.eof[Request] || !c.eof[Response] {
			t.Errorf("the tap got the ends: %v", c.eof)
		}

		var err error
		if r.daemon, err = listenAs(uk, address); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { r.daemon.Close() })
		client, upstream := r.pair()
		write(t, client, "back")
		wantRead(t, upstream, "back")
	})
}

// The client is still sending when the answer comes: it can be read all the
// same.
func TestUpstreamDownDuringAnUpload(t *testing.T) {
	for _, kind := range []string{"unix", "tcp"} {
		r := newRig(t, kind, "unix", apologise)
		r.daemon.Close()
		client := r.dial()
		write(t, client, "GET ")
		for {
			if _, err := client.Write(make([]byte, 64<<10)); err != nil {
				break
			}
		}
		wantRead(t, client, sorry)
		if end := r.tap.ending(t, 0); end.By != Proxy {
			t.Errorf("ended %+v", end)
		}
	}
}

func TestUpstreamDownWithoutAnAnswer(t *testing.T) {
	for _, first := range []string{"PRI * HTTP/2.0\r\n", ""} {
		r := newRig(t, "unix", "unix", apologise)
		r.daemon.Close()
		client := r.dial()
		write(t, client, first)
		client.CloseWrite()
		wantEOF(t, client)
		if end := r.tap.ending(t, 0); end.By != Proxy || end.Err == nil {
			t.Errorf("ended %+v", end)
		}
	}
}

// A client that waits in front of a dead upstream does not keep Close waiting.
func TestCloseWhileUpstreamIsDown(t *testing.T) {
	r := newRig(t, "unix", "unix", func(c *Config) {
		c.Upstream.Address = filepath.Join(t.TempDir(), "nothing")
	})
	client := r.dial()
	r.tap.wait(t, 0, "Open", func(*connLog) bool { return true })
	r.close()
	wantEOF(t, client)
}
