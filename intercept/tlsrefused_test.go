package intercept

import (
	"crypto/tls"
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"
)

// A client that is refused is reported, leaves nothing behind and keeps no other
// out.
func TestClientsThatDoNotGetIn(t *testing.T) {
	p := mustPKI()
	stranger, err := makePKI(t.TempDir(), time.Now())
	if err != nil {
		t.Fatal(err)
	}
	old, err := makePKI(t.TempDir(), time.Now().AddDate(-30, 0, 0))
	if err != nil {
		t.Fatal(err)
	}
	shake := func(c *tls.Config) func(net.Conn) {
		return func(raw net.Conn) {
			shaken := tls.Client(raw, c)
			if shaken.Handshake() == nil { // TLS 1.3: the refusal comes after
				_, err := shaken.Read(make([]byte, 1))
				if !isRemoteAlert(err) {
					t.Errorf("the client was told %v", err)
				}
			}
		}
	}
	says := func(s, answer string) func(net.Conn) {
		return func(c net.Conn) {
			io.WriteString(c, s)
			if got, _ := io.ReadAll(c); !strings.Contains(string(got), answer) {
				t.Errorf("it was answered %q", got)
			}
		}
	}
	ancient := p.showing(p.alice)
	ancient.MinVersion, ancient.MaxVersion = tls.VersionTLS10, tls.VersionTLS11
	for _, c := range []struct {
		name string
		act  func(net.Conn)
		why  string
	}{
		{"no certificate", shake(p.showing()), "didn't provide a certificate"},
		{"another CA's certificate", shake(insisting(p, stranger.alice)), "unknown authority"},
		{"an expired certificate", shake(insisting(p, old.alice)), "expired"},
		{"a server's certificate", shake(insisting(p, p.server)), "incompatible key usage"},
		{"TLS 1.1", shake(ancient), "versions"},
		{"a client that does not trust us", func(c net.Conn) { _ = tls.Client(c, stranger.showing(p.alice)).Handshake() }, "bad certificate"},
		{"plain HTTP", says("GET /_ping HTTP/1.1\r\nHost: d\r\n\r\n", sorry), "first record does not look like a TLS handshake"},
		{"garbage", says(strings.Repeat("\x16\x03\x01\xff\xff garbage", 100), ""), "oversized record"},
		{"a port scanner", func(c net.Conn) { c.Close() }, "EOF"},
		{"half a handshake", func(c net.Conn) { _, _ = io.WriteString(c, "\x16\x03\x01"); c.Close() }, "EOF"},
		{"a reset", func(c net.Conn) { _ = c.(*net.TCPConn).SetLinger(0); c.Close() }, "reset"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newRig(t, "tls", "unix", func(cfg *Config) {
				cfg.Unavailable = func([]byte, error) []byte { return []byte(sorry) }
				serving := p.serving()
				serving.ClientCAs = p.cas.Clone()
				serving.ClientCAs.AddCert(old.ca)
				cfg.ListenTLS = func(*tls.ClientHelloInfo) (*tls.Config, error) { return serving, nil }
			})
			raw, err := net.Dial("tcp", r.at.Address)
			if err != nil {
				t.Fatal(err)
			}
			defer raw.Close()
			raw.SetDeadline(time.Now().Add(patience))
			c.act(raw)
			eventually(t, "it is reported", func() bool { return len(r.errs.all()) == 1 })
			var failed *HandshakeError
			if err := r.errs.all()[0]; !errors.As(err, &failed) || failed.Address != "127.0.0.1" || !strings.Contains(err.Error(), c.why) {
				t.Errorf("reported %v, want %s", err, c.why)
			}
			raw.Close()
			forgotten(t, r)
			client, upstream := r.pair() // the first that the daemon hears of
			write(t, client, "x")
			wantRead(t, upstream, "x")
		})
	}
}

// insisting shows a certificate that the server said it would not accept.
func insisting(p *pki, c tls.Certificate) *tls.Config {
	cfg := p.showing()
	cfg.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return &c, nil }
	return cfg
}

// A client that says nothing is let go of after a while.
func TestSilentHandshake(t *testing.T) {
	errs := &errorLog{}
	cfg := Config{Upstream: Endpoint{Scheme: "unix", Address: "/nowhere"}, OnError: errs.add}
	mustPKI().equip(&cfg)
	s, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	s.handshakeWithin, s.lingerFor = 50*time.Millisecond, 50*time.Millisecond
	at, err := s.Listen(Endpoint{Scheme: "tls", Address: "127.0.0.1:0"}, Private)
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan error, 1)
	go func() { served <- s.Serve() }()
	c, err := net.Dial("tcp", at.Address)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	c.SetDeadline(time.Now().Add(patience))
	if got, err := io.ReadAll(c); len(got) > 0 || err != nil && !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("read %q, %v", got, err)
	}
	eventually(t, "it is reported", func() bool { return len(errs.all()) == 1 })
	if err := errs.all()[0]; !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("reported %v", err)
	}
	if err := s.Close(t.Context()); err != nil {
		t.Error(err)
	}
	<-served
}

func forgotten(t *testing.T, r *rig) {
	t.Helper()
	eventually(t, "it is forgotten", func() bool {
		r.server.mu.Lock()
		defer r.server.mu.Unlock()
		return len(r.server.conns) == 0
	})
}

// The daemon has been asked about application protocols before the client is
// found out; its connection goes with the client.
func TestClientThatOffersProtocolsDoesNotGetIn(t *testing.T) {
	r := newRig(t, "tls", "tls")
	ended := make(chan error, 1)
	go func() {
		c, err := r.daemon.Accept()
		if err == nil {
			_, err = c.Read(make([]byte, 1))
			c.Close()
		}
		ended <- err
	}()
	offering := mustPKI().showing()
	offering.NextProtos = []string{"h2"}
	c, err := dialSecure(r.at.Address, offering)
	if err == nil {
		defer c.Close()
		_, err = c.Read(make([]byte, 1))
	}
	if !isRemoteAlert(err) {
		t.Errorf("the client was told %v", err)
	}
	if err := <-ended; err != io.EOF {
		t.Errorf("upstream's connection ended with %v", err)
	}
	forgotten(t, r)
}

// A daemon that will not have us is explained to the client as one that cannot
// be reached, though with TLS 1.3 the refusal comes after the handshake.
func TestDaemonThatTurnsUsAway(t *testing.T) {
	p := mustPKI()
	stranger, err := makePKI(t.TempDir(), time.Now())
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name   string
		most   uint16 // TLS version that the daemon speaks
		change func(us *tls.Config)
		why    string
	}{
		{"TLS 1.3, no certificate", 0, func(us *tls.Config) { us.Certificates = nil }, "certificate required"},
		{"TLS 1.3, another CA's certificate", 0, func(us *tls.Config) {
			us.GetClientCertificate = insisting(p, stranger.alice).GetClientCertificate
		}, "unknown certificate authority"},
		{"TLS 1.2, no certificate", tls.VersionTLS12, func(us *tls.Config) { us.Certificates = nil }, "remote error"},
		{"the daemon has another CA", 0, func(us *tls.Config) { us.RootCAs = stranger.cas }, "unknown authority"},
		{"the daemon has another name", 0, func(us *tls.Config) { us.ServerName = "other.test" }, "other.test"},
	} {
		for _, early := range []bool{true, false} {
			name := c.name + ", the client asks late"
			if early {
				name = c.name + ", the client asks at once"
			}
			t.Run(name, func(t *testing.T) {
				r := newRig(t, "unix", "tls", apologise, func(cfg *Config) {
					cfg.UpstreamTLS = func(string) *tls.Config {
						us := p.showing(p.tapper)
						c.change(us)
						return us
					}
				})
				r.daemon.(*tlsDaemon).config.MaxVersion = c.most
				refused := make(chan error, 1)
				go func() {
					_, err := r.daemon.Accept()
					refused <- err
				}()
				client := r.dial()
				if early {
					write(t, client, "GET /_ping HTTP/1.1\r\n\r\n")
				}
				if err := <-refused; err == nil {
					t.Error("upstream took us in")
				}
				if !early {
					eventually(t, "it is reported", func() bool { return len(r.errs.all()) == 1 })
					write(t, client, "GET /_ping HTTP/1.1\r\n\r\n")
				}
				wantRead(t, client, sorry)
				wantEOF(t, client)
				client.Close()
				end := r.tap.ending(t, 0)
				var down *UpstreamError
				if end.By != Proxy || end.How != HowError || !errors.As(end.Err, &down) || !strings.Contains(end.Err.Error(), c.why) {
					t.Errorf("ended %+v, want %s", end, c.why)
				}
				told := r.tap.wait(t, 0, "", func(*connLog) bool { return true })
				if got := told.bytes[Request].String(); got != "GET /_ping HTTP/1.1\r\n\r\n" {
					t.Errorf("tap saw %q", got)
				}
				if got := told.bytes[Response].String(); got != sorry {
					t.Errorf("tap saw %q", got)
				}
			})
		}
	}
}
