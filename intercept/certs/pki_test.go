package certs

import (
	"crypto/x509"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"go.uber.org/goleak"
)

var loopback = []net.IP{net.IPv4(127, 0, 0, 1)}

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// made makes a CA, a server for loopback and one client.
func made(t *testing.T) (server, client Files) {
	t.Helper()
	dir := t.TempDir()
	if _, err := Make(Plan{Dir: dir, Hosts: []string{"daemon.test"}, Clients: []string{"alice"}}); err != nil {
		t.Fatal(err)
	}
	return ServerFiles(filepath.Join(dir, "server")), ClientFiles(filepath.Join(dir, "clients", "alice"))
}

// issue lets a new authority sign what Make would not make, and writes it over
// the files. The authority is returned for more.
func issue(t *testing.T, a *authority, files Files, change func(*x509.Certificate)) {
	t.Helper()
	tmpl := template("odd", time.Now(), leafLife)
	tmpl.DNSNames = []string{"localhost"}
	tmpl.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth}
	tmpl.IPAddresses = loopback
	change(tmpl)
	certPEM, keyPEM, err := a.pair(tmpl)
	if err != nil {
		t.Fatal(err)
	}
	write(t, files.Cert, certPEM)
	write(t, files.Key, keyPEM)
}

// authorityOf is the CA that signed files of made.
func authorityOf(t *testing.T, files Files) *authority {
	t.Helper()
	dir := filepath.Dir(files.CA)
	for filepath.Base(dir) != "server" && filepath.Base(dir) != "clients" {
		dir = filepath.Dir(dir)
	}
	a, err := loadAuthority(filepath.Join(filepath.Dir(dir), "ca"), time.Now())
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// write replaces a file as tools do: aside, then by a rename.
func write(t *testing.T, path string, content []byte) {
	t.Helper()
	if err := os.WriteFile(path+".tmp", content, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(path+".tmp", path); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// replace puts the contents of other files into the place of files.
func replace(t *testing.T, files, by Files) {
	t.Helper()
	write(t, files.CA, read(t, by.CA))
	write(t, files.Cert, read(t, by.Cert))
	write(t, files.Key, read(t, by.Key))
}
