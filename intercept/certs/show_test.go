package certs

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

// text is a report as a caller might print it.
func text(r Report) string {
	var b strings.Builder
	for _, e := range r.Entries {
		rel, _ := filepath.Rel(r.Dir, e.Path)
		b.WriteString(filepath.ToSlash(rel) + ": " + e.Kind + "\n")
		for _, f := range e.Facts {
			b.WriteString("  " + f.Name + ": " + f.Value + "\n")
		}
		for _, p := range e.Problems {
			b.WriteString("  ! " + p.Error() + "\n")
		}
	}
	return b.String()
}

func TestShow(t *testing.T) {
	dir := t.TempDir()
	if _, err := Make(Plan{Dir: dir, Hosts: []string{"daemon.test"}, Clients: []string{"alice"}}); err != nil {
		t.Fatal(err)
	}
	r, err := Show(dir)
	if err != nil || len(r.Problems()) != 0 || len(r.Entries) != 8 {
		t.Fatalf("%v, problems %v\n%s", err, r.Problems(), text(r))
	}
	got := text(r)
	for _, want := range []string{
		"server/server-cert.pem: server certificate\n  subject: daemon.test\n  issuer: CN=dockwire CA ",
		"  names: daemon.test, localhost, 127.0.0.1, ::1\n  usage: serverAuth\n  validity: valid until ",
		", for another 2 years\n",
		"  its key: " + filepath.Join(dir, "server", serverKeyName),
		"clients/alice/cert.pem: client certificate\n  subject: alice\n",
		"ca/ca-key.pem: private key\n  key: ECDSA P-256\n",
		"  issuer: itself\n",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
	later, err := showAt(dir, time.Now().Add(leafLife+3*day))
	if err != nil || !strings.Contains(text(later), "expired since ") || !strings.Contains(text(later), "days ago") {
		t.Errorf("three days after the end: %v\n%s", err, text(later))
	}
}

func TestShowProblems(t *testing.T) {
	server, client := made(t)
	otherServer, _ := made(t)
	for _, tt := range []struct {
		name string
		do   func()
		dir  string
		want string
	}{
		{"key of another", func() { write(t, server.Key, read(t, otherServer.Key)) }, server.CA, "server-key.pem: private key: is not the key of"},
		{"CA of another", func() { write(t, server.CA, read(t, otherServer.CA)) }, server.CA, "is not signed by the CA in"},
		{"garbage", func() { write(t, client.Cert, []byte("hello")) }, client.CA, "cert.pem: is not PEM"},
		{"empty", func() { write(t, client.Cert, nil) }, client.CA, "cert.pem: is empty"},
		{"a certificate as the key", func() { write(t, client.Key, read(t, client.CA)) }, client.CA, "key.pem: CA certificate"},
		{"no key", func() { _ = os.Remove(otherServer.Key) }, otherServer.CA, "server-key.pem: does not exist"},
	} {
		tt.do()
		r, err := Show(filepath.Dir(tt.dir))
		if got := text(r); err != nil || !strings.Contains(got, tt.want) {
			t.Errorf("%s: %v\n%s", tt.name, err, got)
		}
	}
	if _, err := Show(t.TempDir()); err == nil {
		t.Error("an empty folder was shown")
	}
}

func TestShowOpenKey(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("no modes")
	}
	_, client := made(t)
	if err := os.Chmod(client.Key, 0o644); err != nil {
		t.Fatal(err)
	}
	r, err := Show(filepath.Dir(client.Key))
	if err != nil || !strings.Contains(text(r), "mode: -rw-r--r-- lets others at the key (chmod 600 ") {
		t.Errorf("%v\n%s", err, text(r))
	}
}
