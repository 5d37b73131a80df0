package intercept

import (
	"errors"
	"fmt"
	"io"
	"net"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestForeignHosts(t *testing.T) {
	for head, field := range map[string]string{
		"GET / HTTP/1.1\r\nHost: localhost:2375\r\n\r\n":                                       "",
		"GET / HTTP/1.1\r\nHost: 127.0.0.1:2375\r\n\r\n":                                       "",
		"GET / HTTP/1.1\r\nHost: [::1]:2375\r\n\r\n":                                           "",
		"GET / HTTP/1.1\r\nHost: docker\r\n\r\n":                                               "",
		"GET / HTTP/1.1\r\nHost:\r\n\r\n":                                                      "",
		"GET / HTTP/1.0\r\n\r\n":                                                               "",
		"GET / HTTP/1.1\r\nHost: api.moby.localhost\r\n\r\n":                                   "",
		"GET / HTTP/1.1\r\nHost: host.docker.internal:2375\r\n\r\n":                            "",
		"GET / HTTP/1.1\r\nHost: /var/run/docker.sock\r\n\r\n":                                 "",
		"GET / HTTP/1.1\r\nHost: Build1.Example.com:2375\r\n\r\n":                              "",
		"GET / HTTP/1.1\r\nHost: 127.0.0.1:2375\r\nOrigin: http://127.0.0.1:2375\r\n\r\n":      "",
		"GET / HTTP/1.1\r\nHost: 127.0.0.1:2375\r\nSec-Fetch-Site: none\r\n\r\n":               "",
		"PRI * HTTP/2.0\r\n\r\n":                                                               "",
		"\x16\x03\x01":                                                                         "",
		"GET / HTTP/1.1\r\nHost: evil.example:2375\r\n\r\n":                                    "Host",
		"\r\nGET / HTTP/1.1\nhOST : evil.example\n\n":                                          "",
		"GET / HTTP/1.1\r\nhost:evil.example.\r\n\r\n":                                         "host",
		"GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n":                      "Host",
		"POST / HTTP/1.1\r\nHost: 127.0.0.1:2375\r\nOrigin: http://evil.example\r\n\r\n":       "Origin",
		"POST / HTTP/1.1\r\nOrigin: http://evil.example\r\nHost: 127.0.0.1:2375\r\n\r\n":       "Origin",
		"POST / HTTP/1.1\r\nHost: 127.0.0.1:2375\r\nOrigin: null\r\n\r\n":                      "Origin",
		"POST / HTTP/1.1\r\nHost: localhost:2375\r\nOrigin: http://localhost:3000\r\n\r\n":     "Origin",
		"GET / HTTP/1.1\r\nHost: localhost:2375\r\nSec-Fetch-Site: cross-site\r\nX: 1\r\n\r\n": "Sec-Fetch-Site",
	} {
		end, whole := firstHead([]byte(head))
		if !whole {
			t.Errorf("%q: the head is not found whole", head)
		}
		err := foreign([]byte(head)[:end], "here", []string{"build1.example.com"})
		var f *ForeignError
		switch {
		case field == "" && err != nil:
			t.Errorf("%q: %v", head, err)
		case field != "" && (!errors.As(err, &f) || f.Field != field):
			t.Errorf("%q: %v, want %s", head, err, field)
		}
	}
}

func guardedRig(t *testing.T) *rig {
	return newRig(t, "tcp", "unix", func(c *Config) {
		c.Hosts = nil
		c.Unavailable = func([]byte, error) []byte { return []byte(sorry) }
	})
}

// What was read to look at it goes on as it came.
func TestGuardPassesWhatItRead(t *testing.T) {
	r := guardedRig(t)
	client := r.dial()
	write(t, client, "GET / HTTP/1.1\r\nHo")
	write(t, client, "st: localhost\r\n\r\nmore")
	upstream, err := r.daemon.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer upstream.Close()
	wantRead(t, upstream.(conn), "GET / HTTP/1.1\r\nHost: localhost\r\n\r\nmore")
	write(t, upstream.(conn), "answer")
	wantRead(t, client, "answer")
	client.CloseWrite()
	wantEOF(t, upstream.(conn))
}

func TestGuardRefuses(t *testing.T) {
	r := guardedRig(t)
	client := r.dial()
	write(t, client, "GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n")
	wantRead(t, client, sorry)
	end := r.tap.ending(t, 0)
	var f *ForeignError
	if end.By != Proxy || !errors.As(end.Err, &f) {
		t.Errorf("ended %+v", end)
	}
	if c := r.tap.wait(t, 0, "Open", func(*connLog) bool { return true }); !strings.Contains(c.bytes[Request].String(), "evil.example") {
		t.Errorf("the tap got %q", c.bytes[Request].String())
	}
}

// A handler gets the bytes that the guard read.
func TestGuardBeforeAHandler(t *testing.T) {
	got := make(chan string, 1)
	r := newRig(t, "tcp", "unix", func(c *Config) {
		c.Hosts, c.Tap = nil, nil
		c.Handle = func(c net.Conn) {
			go func() {
				defer c.Close()
				var b strings.Builder
				_, _ = io.Copy(&b, c)
				got <- b.String()
			}()
		}
	})
	client := r.dial()
	write(t, client, "GET / HTTP/1.1\r\nHost: localhost\r\n\r\nbody")
	client.CloseWrite()
	if s := <-got; !strings.HasPrefix(s, "GET / ") || !strings.HasSuffix(s, "\r\n\r\nbody") {
		t.Errorf("the handler read %q", s)
	}
}

// A chain of taps that ends at its own beginning answers, instead of opening
// connections until there are no more.
func TestChainThatEndsAtItsBeginning(t *testing.T) {
	if !abstractSockets {
		t.Skip("needs names of sockets that are no files")
	}
	dir := t.TempDir()
	at := func(name string) Endpoint { return Endpoint{Scheme: "unix", Address: filepath.Join(dir, name)} }
	errs := &errorLog{}
	for _, way := range [][2]string{{"a", "b"}, {"b", "c"}, {"c", "a"}} {
		s, err := New(Config{Upstream: at(way[1]), OnError: errs.add, Unavailable: func([]byte, error) []byte { return []byte(sorry) }})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Listen(at(way[0]), Private); err != nil {
			t.Fatal(err)
		}
		go func() { _ = s.Serve() }()
		t.Cleanup(func() { _ = s.Close(t.Context()) })
	}
	c, err := dialAs(at("a"))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	write(t, c, "GET / HTTP/1.1\r\n\r\n")
	wantRead(t, c, sorry)
	for _, err := range errs.all() {
		if errors.Is(err, ErrLoop) {
			return
		}
	}
	t.Errorf("reported: %v", errs.all())
}

// Over TCP, and over TCP and Unix sockets in turn, no name goes with the
// connection: that all of them wait shows it.
func TestChainOverTCPThatEndsAtItsBeginning(t *testing.T) {
	for _, schemes := range [][]string{{"tcp", "tcp", "tcp"}, {"tcp", "unix"}} {
		errs := &errorLog{}
		var chain []*Server
		var at []Endpoint
		for i, scheme := range schemes {
			s, err := New(Config{Upstream: Endpoint{Scheme: "none"}, OnError: errs.add, Unavailable: func([]byte, error) []byte { return []byte(sorry) }})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = s.Close(t.Context()) })
			ep := Endpoint{Scheme: scheme, Address: "127.0.0.1:0"}
			if scheme == "unix" {
				ep.Address = filepath.Join(t.TempDir(), fmt.Sprint(i))
			}
			if ep, err = s.Listen(ep, Private); err != nil {
				t.Fatal(err)
			}
			chain, at = append(chain, s), append(at, ep)
		}
		for i, s := range chain {
			s.cfg.Upstream = at[(i+1)%len(at)]
			go func() { _ = s.Serve() }()
		}
		c, err := dialAs(at[0])
		if err != nil {
			t.Fatal(err)
		}
		write(t, c, "GET / HTTP/1.1\r\nHost: d\r\n\r\n")
		wantRead(t, c, sorry)
		c.Close()
		if !slices.ContainsFunc(errs.all(), func(err error) bool { return errors.Is(err, ErrUnanswered) }) {
			t.Errorf("%v: reported: %v", schemes, errs.all())
		}
	}
}

func TestAbstractUpstream(t *testing.T) {
	if !abstractSockets {
		t.Skip("Linux only")
	}
	name := "@dockwire-test-" + filepath.Base(t.TempDir())
	l, err := net.Listen("unix", name)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	ep, err := ParseEndpoint("unix://" + name)
	if err != nil {
		t.Fatal(err)
	}
	r := newRig(t, "unix", "unix", func(c *Config) { c.Upstream = ep })
	client := r.dial()
	up, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer up.Close()
	write(t, client, "hello")
	wantRead(t, up.(conn), "hello")
	if _, err := r.server.Listen(ep, Private); err == nil {
		t.Error("it can be listened on")
	}
}
