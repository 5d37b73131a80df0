package certs

import (
	"crypto/ecdsa"
	"crypto/x509"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestMakeLayout(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "pki")
	got, err := Make(Plan{Dir: dir, Hosts: []string{"daemon.test", "10.0.0.1"}, Clients: []string{"alice", "bob"}})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"ca/ca.pem", "ca/ca-key.pem",
		"server/ca.pem", "server/server-cert.pem", "server/server-key.pem",
		"clients/alice/ca.pem", "clients/alice/cert.pem", "clients/alice/key.pem",
		"clients/bob/ca.pem", "clients/bob/cert.pem", "clients/bob/key.pem",
	}
	var paths []string
	for _, f := range got.Written {
		rel, _ := filepath.Rel(dir, f.Path)
		paths = append(paths, filepath.ToSlash(rel))
		info, err := os.Stat(f.Path)
		if err != nil {
			t.Fatal(err)
		}
		secret := strings.HasSuffix(f.Path, "key.pem")
		if f.Secret != secret || f.What == "" {
			t.Errorf("%s: secret %v, explained as %q", f.Path, f.Secret, f.What)
		}
		if secret && runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
			t.Errorf("%s: mode %v", f.Path, info.Mode())
		}
	}
	if !slices.Equal(paths, want) {
		t.Errorf("wrote %q", paths)
	}
}

func TestMakeCertificates(t *testing.T) {
	dir, now := t.TempDir(), time.Now()
	if _, err := Make(Plan{Dir: dir, Hosts: []string{"daemon.test", "10.0.0.1"}, Clients: []string{"alice"}, Now: now}); err != nil {
		t.Fatal(err)
	}
	one := func(path string) *x509.Certificate {
		chain, p := readCerts(filepath.Join(dir, path))
		if p != nil {
			t.Fatal(p)
		}
		return chain[0]
	}
	ca, server, client := one("ca/ca.pem"), one("server/server-cert.pem"), one("clients/alice/cert.pem")
	if !ca.IsCA || !ca.MaxPathLenZero || ca.KeyUsage&x509.KeyUsageCertSign == 0 {
		t.Errorf("CA: %+v", ca)
	}
	if got := names(server); !slices.Equal(got, []string{"daemon.test", "localhost", "10.0.0.1", "127.0.0.1", "::1"}) {
		t.Errorf("server names: %q", got)
	}
	if !slices.Equal(usages(server), []string{"serverAuth"}) || !slices.Equal(usages(client), []string{"clientAuth"}) {
		t.Errorf("usages: %q, %q", usages(server), usages(client))
	}
	if client.Subject.CommonName != "alice" || server.SerialNumber.Cmp(client.SerialNumber) == 0 {
		t.Errorf("client: %v, serial numbers %v, %v", client.Subject, server.SerialNumber, client.SerialNumber)
	}
	for _, c := range []*x509.Certificate{server, client} {
		if _, ok := c.PublicKey.(*ecdsa.PublicKey); !ok || keyKind(c.PublicKey) != "ECDSA P-256" {
			t.Errorf("%v has a %s key", c.Subject, keyKind(c.PublicKey))
		}
		if life := c.NotAfter.Sub(now).Round(time.Minute); life != leafLife || !c.NotBefore.Before(now) {
			t.Errorf("%v: valid from %v for %v", c.Subject, c.NotBefore, life)
		}
		if err := c.CheckSignatureFrom(ca); err != nil {
			t.Errorf("%v: %v", c.Subject, err)
		}
	}
}

func TestMakeReusesTheCA(t *testing.T) {
	dir := t.TempDir()
	first, err := Make(Plan{Dir: dir, Hosts: []string{}, Clients: []string{"alice"}})
	if err != nil {
		t.Fatal(err)
	}
	second, err := Make(Plan{Dir: dir, Clients: []string{"bob"}})
	if err != nil {
		t.Fatal(err)
	}
	if first.Reused || !second.Reused || first.CA != second.CA || len(second.Written) != 3 {
		t.Errorf("first %q, second %q with %d files", first.CA, second.CA, len(second.Written))
	}
	if err := os.Remove(filepath.Join(dir, "ca", caKeyName)); err != nil {
		t.Fatal(err)
	}
	if _, err := Make(Plan{Dir: dir, Clients: []string{"carol"}}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a CA without its key: %v", err)
	}
}

func TestMakeNeverOverwritesUnasked(t *testing.T) {
	dir := t.TempDir()
	plan := Plan{Dir: dir, Hosts: []string{"a"}, Clients: []string{"alice"}}
	if _, err := Make(plan); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "server", serverCertName)
	before, ca := string(read(t, path)), string(read(t, filepath.Join(dir, "ca", caName)))
	plan.Clients = []string{"new"}
	if _, err := Make(plan); !errors.Is(err, ErrExists) {
		t.Errorf("got %v", err)
	}
	if _, err := os.Stat(filepath.Join(dir, "clients", "new")); !errors.Is(err, fs.ErrNotExist) {
		t.Error("a refused plan was carried out in part")
	}
	if string(read(t, path)) != before {
		t.Error("the server's certificate was replaced")
	}
	plan.Overwrite = true
	if _, err := Make(plan); err != nil {
		t.Fatal(err)
	}
	if string(read(t, path)) == before || string(read(t, filepath.Join(dir, "ca", caName))) != ca {
		t.Error("Overwrite is for the server's files, and never for the CA's")
	}
}

func TestMakeFollowsNoSymlink(t *testing.T) {
	dir := t.TempDir()
	target := filepath.Join(dir, "target")
	link := filepath.Join(dir, "clients", "alice", clientKeyName)
	if err := os.MkdirAll(filepath.Dir(link), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(target, link); err != nil {
		t.Fatal(err)
	}
	plan := Plan{Dir: dir, Clients: []string{"alice"}}
	if _, err := Make(plan); !errors.Is(err, ErrExists) {
		t.Errorf("got %v", err)
	}
	plan.Overwrite = true
	if _, err := Make(plan); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(target); !errors.Is(err, fs.ErrNotExist) {
		t.Error("the key was written through a symbolic link")
	}
}

func TestMakeRefusesNames(t *testing.T) {
	for _, p := range []Plan{
		{Hosts: []string{"tcp://a:1"}}, {Hosts: []string{""}}, {Hosts: []string{"[::1]"}},
		{Clients: []string{""}}, {Clients: []string{"../x"}}, {Clients: []string{"a/b"}}, {Clients: []string{".."}},
	} {
		p.Dir = t.TempDir()
		if _, err := Make(p); err == nil {
			t.Errorf("%+v was taken", p)
		}
	}
	if _, err := Make(Plan{Dir: t.TempDir(), Hosts: []string{"fd00::1"}}); err != nil {
		t.Error(err)
	}
}
