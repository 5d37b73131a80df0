//go:build linux

package realdocker

import (
	"crypto/tls"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestClientsThatAreRefused lets all at a TLS listener that must not get in:
// each is refused and explained on stderr, and leaves nothing behind.
func TestClientsThatAreRefused(t *testing.T) {
	if !ownNetwork(t) {
		return
	}
	certs, stranger := makeCerts(t), makeCerts(t)
	p := startTap(t, "--listen", "tls://0.0.0.0:3376", "--listen-cert-path", certs.server())
	alice := certs.docker(t, "tcp://127.0.0.1:3376", certs.client("alice"))
	alice.must("version")
	waitFor(t, "alice's connections to end", func() bool { return sockets(t, p.cmd.Process.Pid) == 2 })

	bare := t.TempDir()
	copyFiles(t, bare, filepath.Join(certs.client("alice"), "ca.pem"))
	docker := func(host, certPath string) func() {
		return func() {
			d := certs.docker(t, host, certPath)
			if r := d.run("version"); r.code == 0 {
				t.Errorf("got in: %s", r.stdout)
			}
		}
	}
	says := func(s string) func() {
		return func() {
			c, err := net.Dial("tcp", "127.0.0.1:3376")
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			io.WriteString(c, s)
			if s != "" {
				c.SetReadDeadline(time.Now().Add(patience))
				io.Copy(io.Discard, c)
			}
		}
	}
	for _, c := range []struct {
		name string
		act  func()
		told string
	}{
		{"no certificate", docker("tcp://127.0.0.1:3376", bare), "the client showed no certificate"},
		{"another CA's certificate", func() {
			insist(t, filepath.Join(stranger.client("alice"), "cert.pem"), filepath.Join(stranger.client("alice"), "key.pem"))
		}, "wrong ca.pem, or the wrong client"},
		{"a client of another CA", docker("tcp://127.0.0.1:3376", stranger.client("alice")), "127.0.0.1 did not get in by tls://0.0.0.0:3376: the client does not accept our certificate"},
		{"a name that is not in our certificate", docker("tcp://127.0.0.2:3376", certs.client("alice")), "does not hold the name that the client dialled"},
		{"no TLS", func() { certs.docker(t, "tcp://127.0.0.1:3376", "").run("version") }, "the client speaks plain HTTP to a TLS port"},
		{"garbage", says("\x00\x01garbage\r\n\r\n"), "sent something that is not TLS"},
		{"a port scanner", says(""), "left in the middle of the handshake: a port scanner"},
		{"an old TLS version", func() {
			_, err := tls.Dial("tcp", "127.0.0.1:3376", &tls.Config{MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11, InsecureSkipVerify: true})
			if err == nil {
				t.Error("TLS 1.1 got in")
			}
		}, "unsupported versions"},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.act()
			waitFor(t, "an explanation", func() bool { return strings.Contains(p.stderr.String(), c.told) })
			waitFor(t, "the connections to end", func() bool { return sockets(t, p.cmd.Process.Pid) == 2 })
			alice.must("version")
			waitFor(t, "alice's connections to end", func() bool { return sockets(t, p.cmd.Process.Pid) == 2 })
		})
	}
	t.Logf("%s", p.stderr)
	p.stop(t)
	checkRecording(t, p.recording)
}

// insist shows a certificate though the server does not accept its CA; docker
// would show none then.
func insist(t *testing.T, cert, key string) {
	pair, err := tls.LoadX509KeyPair(cert, key)
	if err != nil {
		t.Fatal(err)
	}
	c, err := tls.Dial("tcp", "127.0.0.1:3376", &tls.Config{
		InsecureSkipVerify:   true,
		GetClientCertificate: func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return &pair, nil },
	})
	if err == nil { // TLS 1.3: the refusal comes after
		defer c.Close()
		_, err = c.Read(make([]byte, 1))
	}
	if err == nil || !strings.Contains(err.Error(), "unknown certificate authority") {
		t.Errorf("the client was told: %v", err)
	}
}

// TestClientsAreLockedOutByNewFiles changes the CA on disk while dockwire
// serves.
func TestClientsAreLockedOutByNewFiles(t *testing.T) {
	if !ownNetwork(t) {
		return
	}
	certs, next := makeCerts(t), makeCerts(t)
	p := startTap(t, "--listen", "tls://127.0.0.1:3376", "--listen-cert-path", certs.server())
	old := certs.docker(t, "tcp://127.0.0.1:3376", certs.client("alice"))
	new := next.docker(t, "tcp://127.0.0.1:3376", next.client("alice"))
	old.must("version")
	if r := new.run("version"); r.code == 0 {
		t.Fatalf("the new client got in too early: %s", r.stdout)
	}
	for _, name := range []string{"ca.pem", "server-cert.pem", "server-key.pem"} {
		copyFiles(t, certs.server(), filepath.Join(next.server(), name))
	}
	waitFor(t, "the new files to be taken up", func() bool { return new.run("version").code == 0 })
	if r := old.run("version"); r.code == 0 {
		t.Errorf("the old client still gets in: %s", r.stdout)
	}
	if told := p.stderr.String(); !strings.Contains(told, "certificates changed on disk and are in use now") {
		t.Errorf("nothing said of it:\n%s", told)
	}
	p.stop(t)
}

// TestUpstreamThatRefuses has dockwire dial a daemon that is not what it
// should be: the client is told why, in the daemon's own form.
func TestUpstreamThatRefuses(t *testing.T) {
	if !ownNetwork(t) {
		return
	}
	certs, stranger := makeCerts(t), makeCerts(t)
	startDaemon(t, append(certs.daemonFlags(), "-H", "tcp://0.0.0.0:2376")...)
	ca := filepath.Join(certs.client("tapper"), "ca.pem")
	for _, c := range []struct {
		name  string
		flags []string
		told  string
	}{
		{"no certificate", []string{"-H", "tcp://127.0.0.1:2376", "--tlsverify", "--tlscacert", ca, "--tlscert", "", "--tlskey", ""}, "wants a certificate and none was shown"},
		{"another CA's daemon", append(stranger.clientFlags("tapper"), "-H", "tcp://127.0.0.1:2376"), "wrong ca.pem"},
		{"another name", append(certs.clientFlags("tapper"), "-H", "tcp://127.0.0.2:2376"), "not for 127.0.0.2"},
		{"plain HTTP to TLS", []string{"-H", "tcp://127.0.0.1:2376"}, "HTTP request to an HTTPS server"},
		{"nobody there", append(certs.clientFlags("tapper"), "-H", "tcp://127.0.0.1:2399"), "nobody listens on that port"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := startTapOn(t, c.flags...)
			r := docker{t: t, cli: clients(t)[0], host: p.host, dir: t.TempDir()}.run("ps")
			if r.code == 0 || !strings.Contains(r.stderr, c.told) {
				t.Errorf("docker was told %q, want %q", r.stderr, c.told)
			}
			p.stop(t)
		})
	}
}

// docker is a client of a TLS listener, or without certPath one that does not
// know of TLS.
func (p pki) docker(t *testing.T, host, certPath string) docker {
	d := docker{t: t, cli: clients(t)[0], host: host, dir: t.TempDir()}
	if certPath != "" {
		d.env = []string{"DOCKER_TLS_VERIFY=1", "DOCKER_CERT_PATH=" + certPath}
	}
	return d
}

func copyFiles(t *testing.T, dir string, files ...string) {
	t.Helper()
	for _, from := range files {
		if err := os.WriteFile(filepath.Join(dir, filepath.Base(from)), []byte(file(t, from)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
