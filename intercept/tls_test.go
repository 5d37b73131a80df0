package intercept

import (
	"crypto/tls"
	"errors"
	"io"
	"net"
	"os"
	"testing"
	"time"
)

func TestNameOfTheClientCertificate(t *testing.T) {
	r := newRig(t, "tls", "unix")
	r.pair()
	c := r.tap.wait(t, 0, "Open", func(*connLog) bool { return true })
	if c.info.Peer.Name != "alice" || c.info.Peer.Address == "" {
		t.Errorf("peer %+v", c.info.Peer)
	}
}

func TestAnyClient(t *testing.T) {
	r := newRig(t, "tls", "unix", func(c *Config) {
		serving := mustPKI().serving()
		serving.ClientAuth = tls.VerifyClientCertIfGiven
		c.ListenTLS = func(*tls.ClientHelloInfo) (*tls.Config, error) { return serving, nil }
	})
	client, err := dialSecure(r.at.Address, mustPKI().showing())
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	if c := r.tap.wait(t, 0, "Open", func(*connLog) bool { return true }); c.info.Peer.Name != "" {
		t.Errorf("peer %+v", c.info.Peer)
	}
}

// TLS is an alternative to loopback, plain TCP is not.
func TestListenBeyondLoopback(t *testing.T) {
	s, err := New(Config{Upstream: Endpoint{Scheme: "unix", Address: "/nowhere"}})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close(t.Context())
	if _, err := s.Listen(Endpoint{Scheme: "tls", Address: "127.0.0.1:0"}, Private); err == nil {
		t.Error("a TLS listener without a certificate")
	}
	if _, err := s.Listen(Endpoint{Scheme: "tcp", Address: "0.0.0.0:0"}, Private); !errors.Is(err, ErrExposed) {
		t.Errorf("plain TCP for everybody: %v", err)
	}
	mustPKI().equip(&s.cfg)
	if _, err := s.Listen(Endpoint{Scheme: "tls", Address: "0.0.0.0:0"}, Private); err != nil {
		t.Error(err)
	}
}

// A half-close waits behind bytes that nobody takes for longer than the five
// seconds that crypto/tls would give it.
func TestHalfCloseBehindUnreadBytes(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	shaken := make(chan *tls.Conn, 1)
	go func() {
		c, err := l.Accept()
		if err != nil {
			return
		}
		s := tls.Server(c, mustPKI().serving())
		_ = s.Handshake()
		shaken <- s
	}()
	cfg := Config{Upstream: Endpoint{Scheme: "tls", Address: l.Addr().String()}}
	mustPKI().equip(&cfg)
	s, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close(t.Context())
	ours, err := s.dial(t.Context(), nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer ours.Close()
	theirs := <-shaken
	defer theirs.Close()

	// Below TLS, so that TLS does not know of the bytes in its way.
	raw := ours.(*upstreamTLS).raw
	stuffed := 0
	for size, more := 64<<10, true; more; size = 1 { // until not even a byte goes
		raw.SetWriteDeadline(time.Now().Add(300 * time.Millisecond))
		more = false
		for err = nil; err == nil; {
			var n int
			n, err = raw.Write(make([]byte, size))
			stuffed += n
			more = more || n > 0
		}
		if !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Fatal(err)
		}
	}
	raw.SetWriteDeadline(time.Time{})
	closed := make(chan error, 1)
	go func() { closed <- ours.CloseWrite() }()
	select {
	case err := <-closed:
		t.Fatalf("it went through the bytes in its way: %v", err)
	case <-time.After(5500 * time.Millisecond):
	}
	if _, err := io.CopyN(io.Discard, theirs.NetConn(), int64(stuffed)); err != nil {
		t.Fatal(err)
	}
	if n, err := theirs.Read(make([]byte, 1)); n != 0 || err != io.EOF {
		t.Errorf("read %d bytes, %v; want the end", n, err)
	}
	if err := <-closed; err != nil {
		t.Error(err)
	}
}
