package certs

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"strings"
	"testing"
	"time"
)

// TestExplainToTheServer lets all kinds of visitors come to a listener.
func TestExplainToTheServer(t *testing.T) {
	server, client := made(t)
	other, stranger := made(t)
	s := serve(t, serverConfig(t, server))
	addr := strings.TrimPrefix(s.host, "tcp://")
	trusting := unwatched(t, client, Client)
	odd := func(change func(*x509.Certificate)) *tls.Config {
		f := *client.copy(t)
		issue(t, authorityOf(t, server), f, change)
		return unwatched(t, f, Client).ClientConfig("localhost")
	}
	speak := func(words string) func() {
		return func() {
			conn, err := net.Dial("tcp", addr)
			if err != nil {
				t.Error(err)
				return
			}
			defer conn.Close()
			_, _ = io.WriteString(conn, words)
			_ = conn.(*net.TCPConn).CloseWrite()
			_, _ = io.Copy(io.Discard, conn)
		}
	}
	knock := func(config *tls.Config) func() {
		return func() {
			if _, err := dial(t, s, config); err == nil {
				t.Error("was let in")
			}
		}
	}
	always := trusting.ClientConfig("localhost")
	pair := unwatched(t, stranger, Client).current.Load().pair
	always.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return pair, nil }
	distrusting := trusting.ClientConfig("localhost")
	distrusting.RootCAs = unwatched(t, Files{CA: other.CA}, Client).cas()

	for _, tt := range []struct {
		name  string
		visit func()
		want  string
	}{
		{"docker without TLS", speak("GET /_ping HTTP/1.1\r\nHost: x\r\n\r\n"), "the client speaks plain HTTP to a TLS port"},
		{"HTTP/2 without TLS", speak("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), "the client speaks plain HTTP to a TLS port"},
		{"garbage", speak("\x00\x01\x02\x03\x04\x05\x06\x07"), "something that is not TLS"},
		{"port scanner", speak(""), "a port scanner or a health check"},
		{"no certificate", knock(unwatched(t, Files{CA: client.CA}, Client).ClientConfig("localhost")), "the client showed no certificate"},
		{"certificate of another CA", knock(always), `the client's certificate "alice" was signed by "CN=dockwire CA `},
		{"expired certificate", knock(odd(func(c *x509.Certificate) { c.NotBefore, c.NotAfter = time.Now().Add(-5*day), time.Now().Add(-3*day) })), `the client's certificate "odd": notAfter: expired since`},
		{"usage of a server", knock(odd(func(c *x509.Certificate) { c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth} })), "extendedKeyUsage: it is for serverAuth and cannot be a client's"},
		{"client with another CA", knock(distrusting), "the client does not accept our certificate (" + server.Cert + ")"},
		{"client with another name", knock(trusting.ClientConfig("elsewhere.test")), "or it does not hold the name that the client dialled"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.visit()
			err := <-s.errs
			if got := explain(err, server, Server); err == nil || !strings.Contains(got, tt.want) {
				t.Errorf("%v is explained as %q", err, got)
			}
		})
	}
	if _, err := dial(t, s, trusting.ClientConfig("localhost")); err != nil {
		t.Errorf("after all that: %v", err)
	}
}

// TestExplainAlerts has every alert sent by a real peer: each explanation must
// name the file that it is about.
func TestExplainAlerts(t *testing.T) {
	files := ClientFiles("dir")
	for alert, want := range map[byte]string{
		alertBadCertificate: "does not accept our certificate (dir", alertUnknownCA: "does not know the CA", alertCertificateUnknown: "does not know the CA",
		alertCertificateExpired: "is not valid now (dir", alertCertificateRevoked: "was revoked (dir", alertUnsupportedCert: "extendedKeyUsage",
		alertCertificateRequired: "wants a certificate", alertProtocolVersion: "no common TLS version", alertHandshakeFailure: "no common TLS version",
		alertNoApplicationProto: "ALPN", 80: "broke the handshake off",
	} {
		s := serveRaw(t, func(c net.Conn) error {
			// A TLS record with a fatal alert, RFC 8446 section 5.1 and 6.
			_, err := c.Write([]byte{21, 3, 3, 0, 2, 2, alert})
			_, _ = io.Copy(io.Discard, c)
			return err
		})
		_, err := tls.Dial("tcp", strings.TrimPrefix(s.host, "tcp://"), &tls.Config{InsecureSkipVerify: true})
		if got := explain(err, files, Client); !strings.Contains(got, want) {
			t.Errorf("alert %d (%v) is explained as %q", alert, err, got)
		}
	}
}

func TestExplainOthers(t *testing.T) {
	if explain(nil, Files{}, Client) != "" {
		t.Error("nothing needs no explanation")
	}
	if got := explain(errors.New("odd"), Files{}, Client); got != "odd" {
		t.Errorf("got %q", got)
	}
}

func FuzzPEM(f *testing.F) {
	f.Add([]byte("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"))
	f.Add([]byte("-----BEGIN EC PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\nAAAA\n-----END EC PRIVATE KEY-----\n"))
	if a, files, err := newAuthority("", time.Now()); err == nil && a != nil {
		f.Add(files[0].pem)
		f.Add(files[1].pem)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if chain, p := parseCerts("x", b); (len(chain) == 0) != (p != nil) {
			t.Errorf("%d certificates, problem %v", len(chain), p)
		}
		if key, p := parseKey("x", b); (key == nil) != (p != nil) {
			t.Errorf("key %v, problem %v", key, p)
		}
	})
}
