package certs

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"testing"
	"time"
)

func within(t *testing.T, d time.Duration) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), d)
	t.Cleanup(cancel)
	return ctx
}

// story writes a result as one line a step.
func story(r Result) string {
	var b strings.Builder
	for _, s := range r.Steps {
		fmt.Fprintf(&b, "%s: %s: %s", s.Name, s.State, s.Detail)
		if s.Advice != "" {
			fmt.Fprintf(&b, " -> %s", s.Advice)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// expect finds one step in a result.
func expect(t *testing.T, r Result, name string, state State, want string) {
	t.Helper()
	if len(r.Steps) != len(stepOrder) {
		t.Errorf("%d steps:\n%s", len(r.Steps), story(r))
		return
	}
	for i, s := range r.Steps {
		if s.Name != stepOrder[i] {
			t.Errorf("step %d is %q", i, s.Name)
		}
		if s.Name == name && (s.State != state || !strings.Contains(s.Detail+" -> "+s.Advice, want)) {
			t.Errorf("want %s: %s: …%s… in\n%s", name, state, want, story(r))
		}
	}
}

func TestCheckGood(t *testing.T) {
	server, client := made(t)
	for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		config := serverConfig(t, server)
		inner, _ := config.GetConfigForClient(nil)
		inner = inner.Clone()
		inner.MinVersion, inner.MaxVersion = version, version
		r := Check(within(t, 10*time.Second), serve(t, inner).named("localhost"), client)
		if !r.OK() {
			t.Errorf("\n%s", story(r))
		}
		expect(t, r, "files", OK, `client certificate "alice"`)
		expect(t, r, "handshake", OK, tls.VersionName(version))
		expect(t, r, "server certificate", OK, `verified by "dockwire CA `)
		expect(t, r, "host name", OK, "localhost is one of daemon.test, localhost, 127.0.0.1, ::1")
		expect(t, r, "client certificate", OK, `"alice" was shown and accepted`)
		expect(t, r, "ping", OK, "HTTP/1.1 200 OK")
	}
}

func TestCheckServerCertificate(t *testing.T) {
	server, client := made(t)
	_, stranger := made(t)
	a := authorityOf(t, server)
	good := *server.copy(t)
	for _, tt := range []struct {
		name   string
		change func(*x509.Certificate)
		client Files
		step   string
		want   string
	}{
		{"wrong CA", nil, stranger, "server certificate", "which is not in " + stranger.CA + ` (which holds "dockwire CA `},
		{"expired", func(c *x509.Certificate) { c.NotBefore, c.NotAfter = time.Now().Add(-5*day), time.Now().Add(-3*day) }, client, "server certificate", "notAfter: expired since "},
		{"not yet", func(c *x509.Certificate) { c.NotBefore = time.Now().Add(3 * day) }, client, "server certificate", "notBefore: not valid before "},
		{"usage of a client", func(c *x509.Certificate) { c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth} }, client, "server certificate", "extendedKeyUsage: it is for clientAuth and cannot be a server's"},
		{"host name", func(c *x509.Certificate) { c.IPAddresses = nil; c.DNSNames = []string{"other.test"} }, client, "host name", "is for other.test, not for 127.0.0.1"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			config := serverConfig(t, good)
			if tt.change != nil {
				issue(t, a, server, tt.change)
				chain, _ := readCerts(server.Cert)
				key, _ := readKey(server.Key)
				config = &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{chain[0].Raw}, PrivateKey: key}}}
			}
			r := Check(within(t, 10*time.Second), serve(t, config).host, tt.client)
			if r.OK() {
				t.Errorf("all is well:\n%s", story(r))
			}
			expect(t, r, "handshake", OK, "TLS 1.3")
			expect(t, r, tt.step, Failed, tt.want)
			expect(t, r, "client certificate", Skipped, "")
			expect(t, r, "ping", Skipped, "")
		})
	}
}

// copy puts the files elsewhere, to be there when the first ones are replaced.
func (f Files) copy(t *testing.T) *Files {
	t.Helper()
	to := ServerFiles(t.TempDir())
	replace(t, to, f)
	return &to
}

func TestCheckClientCertificate(t *testing.T) {
	server, client := made(t)
	_, stranger := made(t)
	stranger.CA = client.CA
	odd := func(change func(*x509.Certificate)) Files {
		f := *client.copy(t)
		issue(t, authorityOf(t, server), f, change)
		return f
	}
	expired := odd(func(c *x509.Certificate) { c.NotBefore, c.NotAfter = time.Now().Add(-5*day), time.Now().Add(-3*day) })
	serverOnly := odd(func(c *x509.Certificate) { c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth} })
	for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		inner, err := serverConfig(t, server).GetConfigForClient(nil)
		if err != nil {
			t.Fatal(err)
		}
		config := inner.Clone()
		config.MaxVersion = version
		for _, tt := range []struct {
			name   string
			client Files
			want   string
		}{
			{"none", Files{CA: client.CA}, "the server wants a certificate and none was shown"},
			{"of another CA", stranger, "ours is signed by CN=dockwire CA "},
			{"expired", expired, "the server "},
			{"usage of a server", serverOnly, "the server "},
		} {
			t.Run(tls.VersionName(version)+" "+tt.name, func(t *testing.T) {
				s := serve(t, config)
				r := Check(within(t, 10*time.Second), s.host, tt.client)
				expect(t, r, "server certificate", OK, "")
				expect(t, r, "client certificate", Failed, tt.want)
				if err := <-s.errs; err == nil {
					t.Error("the server took it")
				}
			})
		}
	}
	r := Check(within(t, 10*time.Second), serve(t, serverConfig(t, server)).host, expired)
	expect(t, r, "files", Warned, "expired since")
	if why := explainAlert(alertBadCertificate, expired, Client, nil); !strings.Contains(why, "not valid now") { // as dockerd 20.10 says
		t.Error(why)
	}
}

func TestCheckOpenDoor(t *testing.T) {
	server, client := made(t)
	config, _ := serverConfig(t, server).GetConfigForClient(nil)
	for auth, want := range map[tls.ClientAuthType]string{
		tls.NoClientCert:      "asks for none",
		tls.RequestClientCert: "goes on without",
	} {
		config := config.Clone()
		config.ClientAuth = auth
		r := Check(within(t, 10*time.Second), serve(t, config).host, Files{CA: client.CA})
		if !r.OK() {
			t.Errorf("\n%s", story(r))
		}
		expect(t, r, "client certificate", Warned, want)
		expect(t, r, "client certificate", Warned, "root on that host")
	}
	unverified := client
	unverified.CA, unverified.SkipVerify = "", true
	r := Check(within(t, 10*time.Second), serve(t, config).host, unverified)
	if !r.OK() {
		t.Errorf("\n%s", story(r))
	}
	expect(t, r, "server certificate", Warned, "not verified, as asked")
}

func TestCheckNoTLS(t *testing.T) {
	_, client := made(t)
	for _, tt := range []struct {
		name   string
		handle func(net.Conn) error
		want   string
	}{
		{"plain HTTP", func(c net.Conn) error {
			_, err := io.WriteString(c, "HTTP/1.1 400 Bad Request\r\n\r\n")
			return err
		}, "plain HTTP: TLS is off on that port"},
		{"garbage", func(c net.Conn) error { _, err := io.WriteString(c, "220 mail ready\r\n"); return err }, `something that is not TLS (it begins with "220 m")`},
		{"closed", func(c net.Conn) error { _, err := c.Read(make([]byte, 4096)); return err }, "closed the connection in the middle"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := Check(within(t, 10*time.Second), serveRaw(t, tt.handle).host, client)
			expect(t, r, "connect", OK, "TCP connection to 127.0.0.1:")
			expect(t, r, "handshake", Failed, tt.want)
		})
	}
	t.Run("silence", func(t *testing.T) {
		s := serveRaw(t, func(c net.Conn) error { _, err := io.Copy(io.Discard, c); return err })
		r := Check(within(t, 300*time.Millisecond), s.host, client)
		expect(t, r, "handshake", Failed, "did not answer in time")
	})
	t.Run("silence after the handshake", func(t *testing.T) {
		server, client := made(t)
		config := serverConfig(t, server)
		s := serveRaw(t, func(c net.Conn) error { _, err := io.Copy(io.Discard, tls.Server(c, config)); return err })
		r := Check(within(t, time.Second), s.host, client)
		if r.OK() {
			t.Errorf("\n%s", story(r))
		}
	})
}

func TestCheckNobody(t *testing.T) {
	_, client := made(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_ = l.Close()
	r := Check(within(t, 5*time.Second), "tcp://"+l.Addr().String(), client)
	expect(t, r, "connect", Failed, "nobody listens on that port")
	for _, host := range []string{"unix:///x", "tcp://", "box", "tcp://box"} {
		r := Check(t.Context(), host, client)
		expect(t, r, "connect", Failed, "it should look like tcp://host:2376")
	}
	if err := os.Remove(client.Key); err != nil {
		t.Fatal(err)
	}
	r = Check(t.Context(), "tcp://localhost:1", client)
	expect(t, r, "files", Failed, "key.pem: does not exist")
	expect(t, r, "connect", Skipped, "")
}

// A server that refuses in TLS 1.3 does it after the client's handshake is
// over. What Check reports must be that, not a broken pipe.
func TestCheckLateRefusalIsNoBrokenPipe(t *testing.T) {
	server, client := made(t)
	s := serve(t, serverConfig(t, server))
	for range 20 {
		r := Check(within(t, 10*time.Second), s.host, Files{CA: client.CA})
		expect(t, r, "client certificate", Failed, "wants a certificate and none was shown")
		<-s.errs
	}
}
