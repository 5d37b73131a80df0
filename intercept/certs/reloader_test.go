package certs

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// clock is a time that a test moves.
type clock struct{ time.Time }

func (c *clock) now() time.Time { return c.Time }

// heard collects notices.
type heard struct{ list []Notice }

func (h *heard) report(n Notice) { h.list = append(h.list, n) }

// last takes the only notice since the last call.
func (h *heard) last(t *testing.T, kind NoticeKind, want string) {
	t.Helper()
	if len(h.list) != 1 || h.list[0].Kind != kind || !strings.Contains(h.list[0].Text, want) {
		t.Errorf("heard %+v; want %s: …%s…", h.list, kind, want)
	}
	h.list = nil
}

func (h *heard) nothing(t *testing.T) {
	t.Helper()
	if len(h.list) != 0 {
		t.Errorf("heard %+v", h.list)
	}
	h.list = nil
}

// unwatched is a Reloader that looks at its files when a test says so.
func unwatched(t *testing.T, files Files, role Role) *Reloader {
	t.Helper()
	r, err := newReloader(files, role, Options{}, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestReloaderRefusesAtFirst(t *testing.T) {
	for _, tt := range []struct {
		name  string
		spoil func(t *testing.T, server, other Files)
		want  string
	}{
		{"missing", func(t *testing.T, f, _ Files) { _ = os.Remove(f.Cert) }, "server-cert.pem: does not exist"},
		{"garbage certificate", func(t *testing.T, f, _ Files) { write(t, f.Cert, []byte("x")) }, "server-cert.pem: is not PEM"},
		{"broken certificate", func(t *testing.T, f, _ Files) {
			write(t, f.Cert, []byte("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"))
		}, "server-cert.pem: certificate 1: "},
		{"garbage key", func(t *testing.T, f, _ Files) { write(t, f.Key, []byte{0x30, 0x82, 1}) }, "server-key.pem: is not PEM"},
		{"certificate as a key", func(t *testing.T, f, _ Files) { write(t, f.Key, read(t, f.Cert)) }, "server-key.pem: holds no private key, but a CERTIFICATE"},
		{"encrypted key", func(t *testing.T, f, _ Files) {
			write(t, f.Key, []byte("-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n"))
		}, "the key is encrypted"},
		{"key of another", func(t *testing.T, f, o Files) { write(t, f.Key, read(t, o.Key)) }, "server-key.pem: private key: is not the key of"},
		{"garbage CA", func(t *testing.T, f, _ Files) { write(t, f.CA, []byte("x")) }, "ca.pem: is not PEM"},
		{"expired", func(t *testing.T, f, _ Files) {
			issue(t, authorityOf(t, f), f, func(c *x509.Certificate) { c.NotBefore, c.NotAfter = time.Now().Add(-5*day), time.Now().Add(-3*day) })
		}, `server-cert.pem: notAfter: "odd" expired since `},
		{"usage of a client", func(t *testing.T, f, _ Files) {
			issue(t, authorityOf(t, f), f, func(c *x509.Certificate) { c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth} })
		}, "server-cert.pem: extendedKeyUsage: "},
	} {
		t.Run(tt.name, func(t *testing.T) {
			server, _ := made(t)
			other, _ := made(t)
			tt.spoil(t, server, other)
			r, err := NewReloader(server, Server, Options{})
			var p *Problem
			if r != nil || !errors.As(err, &p) || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v", err)
			}
		})
	}
	if _, err := NewReloader(Files{Cert: "x", Key: "y"}, Server, Options{}); err == nil {
		t.Error("a server without a CA")
	}
}

func TestReloaderTakesUpAndRefuses(t *testing.T) {
	server, _ := made(t)
	other, _ := made(t)
	old := *server.copy(t)
	var said heard
	at := &clock{time.Now()}
	r, err := newReloader(server, Server, Options{Report: said.report}, at.now)
	if err != nil {
		t.Fatal(err)
	}
	first := r.current.Load()
	look := func(want bool) {
		t.Helper()
		if r.watch.look() != want {
			t.Errorf("look again: %v", !want)
		}
	}
	look(false)
	said.nothing(t)

	// Half of a new pair: nobody is told until it stays like that.
	write(t, server.Cert, read(t, other.Cert))
	look(true)
	at.Time = at.Add(grace / 2)
	look(true)
	said.nothing(t)
	at.Time = at.Add(grace)
	look(false)
	said.last(t, Kept, "server-key.pem: private key: is not the key of")
	look(false)
	said.nothing(t)
	if r.current.Load() != first {
		t.Error("a wrong pair is in use")
	}

	// The other half.
	write(t, server.Key, read(t, other.Key))
	look(false)
	said.last(t, Reloaded, "server-cert.pem, valid until ")
	if r.current.Load().pair == first.pair {
		t.Error("the old pair is in use")
	}

	// Deleted, then back as it was.
	write(t, server.Key, nil)
	look(true)
	write(t, server.Key, read(t, other.Key))
	look(false)
	said.nothing(t)

	replace(t, server, old)
	look(false)
	said.last(t, Reloaded, "")

	// Time goes by.
	at.Time = at.Add(leafLife - 3*day - time.Hour)
	look(false)
	said.last(t, Doubtful, "for another 3 days")
	at.Time = at.Add(day)
	look(false)
	said.nothing(t)
	at.Time = at.Add(5 * day)
	look(false)
	said.last(t, Doubtful, "expired since")
}

func TestReloaderOfAClientGoesOnWithDoubts(t *testing.T) {
	_, client := made(t)
	issue(t, authorityOf(t, client), client, func(c *x509.Certificate) { c.NotBefore, c.NotAfter = time.Now().Add(-5*day), time.Now().Add(-3*day) })
	var said heard
	if _, err := newReloader(client, Client, Options{Report: said.report}, time.Now); err != nil {
		t.Fatal(err)
	}
	said.last(t, Doubtful, "cert.pem: notAfter: \"odd\" expired since")
	if _, err := newReloader(Files{CA: client.CA}, Client, Options{}, time.Now); err != nil {
		t.Error(err)
	}
}

// dial makes one TLS connection through, as docker does, and asks a ping.
func dial(t *testing.T, s *served, client *tls.Config) (*x509.Certificate, error) {
	t.Helper()
	conn, err := tls.Dial("tcp", strings.TrimPrefix(s.host, "tcp://"), client)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	_, err = ping(t.Context(), conn, "", "x")
	return conn.ConnectionState().PeerCertificates[0], err
}

// TestReloaderRotatesWhileServing changes every file below a running listener,
// and waits for what the watch says of it.
func TestReloaderRotatesWhileServing(t *testing.T) {
	server, client := made(t)
	newServer, newClient := made(t)
	notices := make(chan Notice, 8)
	report := Options{Report: func(n Notice) { notices <- n }}
	rs, err := NewReloader(server, Server, report)
	if err != nil {
		t.Fatal(err)
	}
	defer rs.Close()
	rc, err := NewReloader(client, Client, report)
	if err != nil {
		t.Fatal(err)
	}
	defer rc.Close()
	s := serve(t, &tls.Config{GetConfigForClient: rs.GetConfigForClient})
	before, err := dial(t, s, rc.ClientConfig("localhost"))
	if err != nil {
		t.Fatal(err)
	}
	<-s.errs
	oldClient := rc.ClientConfig("localhost")
	oldPair := rc.current.Load().pair
	oldClient.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return oldPair, nil }

	replace(t, server, newServer)
	replace(t, client, newClient)
	awaitUse(t, notices, rs, newServer)
	awaitUse(t, notices, rc, newClient)
	after, err := dial(t, s, rc.ClientConfig("localhost"))
	if err != nil || after.Equal(before) {
		t.Errorf("after the change: %v, same certificate %v", err, after.Equal(before))
	}
	<-s.errs

	// Whoever still has a certificate of the old CA is out.
	oldClient.RootCAs = rc.cas()
	if _, err := dial(t, s, oldClient); err == nil {
		t.Error("a client of the old CA was let in")
	}
	if text := rs.Explain(<-s.errs); !strings.Contains(text, `the client's certificate "alice" was signed by `) {
		t.Error(text)
	}

	// A key withdrawn on disk: served on, and told.
	if err := os.Remove(server.Key); err != nil {
		t.Fatal(err)
	}
	await(t, notices, Kept, "server-key.pem: does not exist")
	if _, err := dial(t, s, rc.ClientConfig("localhost")); err != nil {
		t.Errorf("with the key gone: %v", err)
	}
	<-s.errs
	if err := errors.Join(rs.Close(), rs.Close()); err != nil {
		t.Error(err)
	}
}

// await waits for a notice. Other ones may come before: files are written one
// after the other, and the watch may look in between.
func await(t *testing.T, notices <-chan Notice, kind NoticeKind, want string) {
	t.Helper()
	end := time.After(30 * time.Second)
	for {
		select {
		case n := <-notices:
			if n.Kind == kind && strings.Contains(n.Text, want) {
				return
			}
			t.Logf("heard %+v", n)
		case <-end:
			t.Fatalf("never heard %s: …%s…", kind, want)
		}
	}
}

// awaitUse waits until a Reloader uses the same certificates as other files have.
func awaitUse(t *testing.T, notices <-chan Notice, r *Reloader, other Files) {
	t.Helper()
	cas, _ := readCerts(other.CA)
	chain, _ := readCerts(other.Cert)
	for {
		if now := r.current.Load(); now.cas[0].Equal(cas[0]) && now.pair.Leaf.Equal(chain[0]) {
			return
		}
		await(t, notices, Reloaded, "in use now")
	}
}

// Kubernetes and certbot replace a symbolic link, not the files.
func TestReloaderFollowsSwappedLinks(t *testing.T) {
	server, _ := made(t)
	newServer, _ := made(t)
	dir := t.TempDir()
	link := filepath.Join(dir, "current")
	if err := os.Symlink(filepath.Dir(server.CA), link); err != nil {
		t.Skip("no symbolic links here")
	}
	files := ServerFiles(dir)
	for _, path := range []string{files.CA, files.Cert, files.Key} {
		if err := os.Symlink(filepath.Join("current", filepath.Base(path)), path); err != nil {
			t.Fatal(err)
		}
	}
	notices := make(chan Notice, 8)
	r, err := NewReloader(files, Server, Options{Report: func(n Notice) { notices <- n }})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if err := os.Symlink(filepath.Dir(newServer.CA), link+".new"); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(link+".new", link); err != nil {
		t.Fatal(err)
	}
	await(t, notices, Reloaded, "in use now")
}

func TestReloaderAnyClient(t *testing.T) {
	server, client := made(t)
	for _, ca := range []string{"", server.CA} {
		files := server
		files.CA = ca
		r, err := NewReloader(files, Server, Options{AnyClient: true})
		if err != nil {
			t.Fatal(err)
		}
		s := serve(t, &tls.Config{GetConfigForClient: r.GetConfigForClient})
		rc := unwatched(t, Files{CA: client.CA}, Client)
		if _, err := dial(t, s, rc.ClientConfig("localhost")); err != nil {
			t.Error(err)
		}
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	}
}
