package dockercontext_test

import (
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dockwire/dockwire/intercept/dockercontext"
)

var update = flag.Bool("update", false, "make testdata again with the docker command line in PATH")

const fixtures = "testdata/dotdocker"

// TestFixtures reads a configuration folder that the real command line filled,
// so that the layout is held where there is no docker. Keys and certificates
// in it are emptied of their bytes.
func TestFixtures(t *testing.T) {
	if *update {
		makeFixtures(t)
	}
	type want struct {
		host, description string
		tls               string // base names of the files, and "skip"
	}
	wants := map[string]want{
		"with-tls":    {"tcp://10.0.0.2:2376", "a remote one", "ca.pem cert.pem key.pem"},
		"ca-only":     {"tcp://10.0.0.3:2376", "", "ca.pem"},
		"skip-verify": {"tcp://10.0.0.4:2376", "", "skip"},
		"plain":       {"unix:///run/other.sock", "a local one", ""},
		"over-ssh":    {"ssh://me@box", "", ""},
	}
	list := dockercontext.List(fixtures)
	if len(list) != len(wants) {
		t.Errorf("%d contexts, want %d", len(list), len(wants))
	}
	for _, s := range list {
		w := wants[s.Name]
		if s.Err != nil || s.Host != w.host || s.Description != w.description || tlsWords(s.TLS) != w.tls {
			t.Errorf("%s: %+v, TLS %q; want %+v", s.Name, s, tlsWords(s.TLS), w)
		}
	}
	ep, err := dockercontext.Resolve(dockercontext.Input{ConfigDir: fixtures})
	if err != nil || ep.Context != "with-tls" || ep.Host != "tcp://10.0.0.2:2376" || ep.Source != dockercontext.FromConfig {
		t.Errorf("the current context: %+v, %v", ep, err)
	}
}

func tlsWords(f *dockercontext.TLSFiles) string {
	if f == nil {
		return ""
	}
	var words []string
	for _, path := range []string{f.CA, f.Cert, f.Key} {
		if path != "" {
			words = append(words, filepath.Base(path))
		}
	}
	if f.SkipVerify {
		words = append(words, "skip")
	}
	return strings.Join(words, " ")
}

func makeFixtures(t *testing.T) {
	t.Helper()
	cli, pems := clis(t)[0], pki(t)
	if err := os.RemoveAll(fixtures); err != nil {
		t.Fatal(err)
	}
	dir, err := filepath.Abs(fixtures)
	if err != nil {
		t.Fatal(err)
	}
	run := func(args ...string) {
		if _, err := docker(t, cli, dir, nil, args...); err != nil {
			t.Fatal(err)
		}
	}
	ca, pair := ",ca="+pems+"/ca.pem", ",cert="+pems+"/cert.pem,key="+pems+"/key.pem"
	run("context", "create", "with-tls", "--description", "a remote one", "--docker", "host=tcp://10.0.0.2:2376"+ca+pair)
	run("context", "create", "ca-only", "--docker", "host=tcp://10.0.0.3:2376"+ca)
	run("context", "create", "skip-verify", "--docker", "host=tcp://10.0.0.4:2376,skip-tls-verify=true")
	run("context", "create", "plain", "--description", "a local one", "--docker", "host=unix:///run/other.sock")
	run("context", "create", "over-ssh", "--docker", "host=ssh://me@box")
	run("context", "use", "with-tls")
	err = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".pem" {
			return err
		}
		return os.WriteFile(path, []byte("emptied\n"), 0o600)
	})
	if err != nil {
		t.Fatal(err)
	}
}
