package dockercontext

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// tree reads every file below a folder.
func tree(t *testing.T, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, _ := filepath.Rel(dir, path)
		if d.IsDir() {
			if rel != "." && rel != "contexts" && filepath.Dir(rel) != "contexts" {
				all[rel] = "folder"
			}
			return nil
		}
		b, err := os.ReadFile(path)
		all[rel] = string(b)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func pems(t *testing.T) *TLSFiles {
	dir := writeFiles(t, map[string]string{"ca.pem": "ca", "cert.pem": "cert", "key.pem": "key"})
	return &TLSFiles{CA: filepath.Join(dir, "ca.pem"), Cert: filepath.Join(dir, "cert.pem"), Key: filepath.Join(dir, "key.pem")}
}

func TestCreateAndRemove(t *testing.T) {
	dir := t.TempDir()
	c, err := Create(dir, Spec{Name: "tapped", Host: "tcp://127.0.0.1:2376", Description: "a tap", TLS: pems(t)})
	if err != nil {
		t.Fatal(err)
	}
	ep, err := Resolve(Input{ConfigDir: dir, Flags: Flags{Context: "tapped"}})
	if err != nil || ep.Host != "tcp://127.0.0.1:2376" || ep.TLS == nil {
		t.Fatalf("resolved as %+v, %v", ep, err)
	}
	for path, want := range map[string]string{ep.TLS.CA: "ca", ep.TLS.Cert: "cert", ep.TLS.Key: "key"} {
		b, err := os.ReadFile(path)
		if err != nil || string(b) != want {
			t.Errorf("%s: %q, %v", path, b, err)
		}
		if info, _ := os.Stat(path); runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
			t.Errorf("%s: mode %v", path, info.Mode())
		}
	}
	if err := c.Remove(); err != nil {
		t.Fatal(err)
	}
	if left := tree(t, dir); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
	if err := c.Remove(); err != nil {
		t.Errorf("removing what is gone: %v", err)
	}
}

func TestCreateNeverOverwrites(t *testing.T) {
	for name, files := range map[string]map[string]string{
		"a context":           {metaPath("taken"): `{"Name":"taken","Endpoints":{"docker":{"Host":"tcp://theirs:1"}}}`},
		"a broken context":    {metaPath("taken"): `{`},
		"left-over TLS files": {tlsPath("taken", "key.pem"): "theirs"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := writeFiles(t, files)
			before := tree(t, dir)
			_, err := Create(dir, Spec{Name: "taken", Host: "unix:///x", TLS: pems(t)})
			if !errors.Is(err, ErrExists) {
				t.Errorf("got %v", err)
			}
			after := tree(t, dir)
			if len(before) != len(after) {
				t.Errorf("before %v, after %v", before, after)
			}
			for path, content := range before {
				if after[path] != content {
					t.Errorf("%s changed", path)
				}
			}
		})
	}
}

func TestCreateTakesOverItsOwn(t *testing.T) {
	dir, spec := t.TempDir(), Spec{Name: "tapped", Host: "unix:///x", Description: "a tap"}
	if _, err := Create(dir, spec); err != nil {
		t.Fatal(err)
	}
	c, err := Create(dir, spec) // as after a kill -9
	if err != nil {
		t.Fatal(err)
	}
	other := spec
	other.Host = "unix:///y"
	if _, err := Create(dir, other); !errors.Is(err, ErrExists) || !strings.Contains(err.Error(), "earlier dockwire") {
		t.Errorf("another host: %v", err)
	}
	if err := c.Remove(); err != nil {
		t.Error(err)
	}
}

func TestRemoveLeavesWhatWasChanged(t *testing.T) {
	for name, change := range map[string]func(c *Created) error{
		"metadata": func(c *Created) error {
			path := filepath.Join(c.metaDir(), "meta.json")
			b, _ := os.ReadFile(path)
			return os.WriteFile(path, bytes.Replace(b, []byte("unix:///x"), []byte("unix:///y"), 1), 0o644)
		},
		"key": func(c *Created) error {
			return os.WriteFile(filepath.Join(c.tlsDir(), "docker", "key.pem"), []byte("new"), 0o600)
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			c, err := Create(dir, Spec{Name: "tapped", Host: "unix:///x", TLS: pems(t)})
			if err != nil {
				t.Fatal(err)
			}
			if err := change(c); err != nil {
				t.Fatal(err)
			}
			before := len(tree(t, dir))
			if err := c.Remove(); !errors.Is(err, ErrChanged) {
				t.Errorf("got %v", err)
			}
			if n := len(tree(t, dir)); n != before {
				t.Errorf("%d entries of %d are left", n, before)
			}
		})
	}
}

func TestCreateRefusesNames(t *testing.T) {
	for _, name := range []string{"", "default", "x", "-x", "a b", "a/b", "../x"} {
		if _, err := Create(t.TempDir(), Spec{Name: name, Host: "unix:///x"}); err == nil {
			t.Errorf("%q was taken", name)
		}
	}
}
