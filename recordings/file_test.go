package recordings

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/dockwire/dockwire/decode"
)

func create(t testing.TB, path string, o Options) *Writer {
	t.Helper()
	o.Header = testHeader
	w, err := Create(path, o)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func record(t testing.TB, w *Writer, events ...decode.Event) {
	t.Helper()
	for _, e := range events {
		if err := w.Event(e); err != nil {
			t.Fatal(err)
		}
	}
}

func open(t testing.TB, path string) *Reader {
	t.Helper()
	r, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	return r
}

func TestCreate(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.jsonl")
	w := create(t, path, Options{})
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode() != 0o600 {
		t.Fatalf("mode %v, %v", info.Mode(), err)
	}

	_, err := Create(path, Options{})
	if !errors.Is(err, fs.ErrExist) || !strings.Contains(err.Error(), "choose another name") {
		t.Fatalf("an existing file: %v", err)
	}

	link := filepath.Join(dir, "link.jsonl")
	for _, target := range []string{path, filepath.Join(dir, "nothing")} {
		if err := os.Symlink(target, link); err != nil {
			t.Fatal(err)
		}
		for _, o := range []Options{{}, {Overwrite: true}, {Append: true}} {
			if _, err := Create(link, o); err == nil || !strings.Contains(err.Error(), "symbolic link") {
				t.Fatalf("a symbolic link, %+v: %v", o, err)
			}
		}
		if err := os.Remove(link); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "nothing")); !errors.Is(err, fs.ErrNotExist) {
		t.Fatal("written through a symbolic link")
	}
	for _, p := range []string{dir, os.DevNull} {
		if _, err := Create(p, Options{Overwrite: true}); err == nil || !strings.Contains(err.Error(), "not a regular file") {
			t.Fatalf("%s: %v", p, err)
		}
	}
	if _, err := Create(filepath.Join(dir, "no", "a.jsonl"), Options{}); !errors.Is(err, fs.ErrNotExist) {
		t.Fatalf("no folder: %v", err)
	}
}

// Overwriting leaves the old file to programs that have it open, and does not
// take over its mode.
func TestOverwrite(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.jsonl")
	if err := os.WriteFile(path, []byte("old"), 0o644); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := create(t, path, Options{Overwrite: true}).Close(); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode() != 0o600 {
		t.Fatalf("mode %v, %v", info.Mode(), err)
	}
	b := make([]byte, 10)
	if n, _ := f.Read(b); string(b[:n]) != "old" {
		t.Fatalf("the old file has %q", b[:n])
	}
}

// What is to be replaced stays until something has begun, and for good if nothing
// does.
func TestOverwriteLate(t *testing.T) {
	for name, c := range map[string]struct {
		do   func(w *Writer) error
		want string // "old", "new" or "" for no file, while the recording is open
		ends string // and when it is closed
	}{
		"nothing":   {func(w *Writer) error { w.Tick(ms); return nil }, "old", "new"},
		"settled":   {func(w *Writer) error { w.Settle(); w.Tick(ms); return nil }, "new", "new"},
		"an event":  {func(w *Writer) error { record(t, w, get(ms, 1, 1, "/info", "{}")...); w.Tick(ms); return nil }, "new", "new"},
		"discarded": {(*Writer).Discard, "old", "old"},
	} {
		dir := t.TempDir()
		path := filepath.Join(dir, "a.jsonl")
		if err := os.WriteFile(path, []byte("old"), 0o600); err != nil {
			t.Fatal(err)
		}
		is := func() string {
			b, err := os.ReadFile(path)
			if err != nil {
				return ""
			}
			if string(b) != "old" {
				return "new"
			}
			return "old"
		}
		w := create(t, path, Options{Overwrite: true})
		if err := c.do(w); err != nil {
			t.Fatal(err)
		}
		if got := is(); got != c.want {
			t.Errorf("%s: the file is the %q one", name, got)
		}
		if name != "discarded" {
			if _, err := Create(path, Options{Overwrite: true}); err == nil || !strings.Contains(err.Error(), "another dockwire") {
				t.Errorf("%s: a second one: %v", name, err)
			}
			if err := w.Close(); err != nil {
				t.Fatal(err)
			}
		}
		if got := is(); got != c.ends {
			t.Errorf("%s: at the end the file is the %q one", name, got)
		}
		if left, _ := os.ReadDir(dir); len(left) != 1 {
			t.Errorf("%s: %v are left", name, left)
		}
	}
}

// A file that is to be whole has no name before.
func TestWhenWhole(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.jsonl")
	w := create(t, path, Options{WhenWhole: true})
	record(t, w, get(ms, 1, 1, "/info", "{}")...)
	w.Tick(ms)
	if _, err := os.Stat(path); err == nil {
		t.Error("it has its name already")
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if got := heads(events(t, path)); len(got) != 1 {
		t.Errorf("it has %v", got)
	}
	if err := create(t, filepath.Join(dir, "b.jsonl"), Options{WhenWhole: true}).Discard(); err != nil {
		t.Error(err)
	}
	w = create(t, filepath.Join(dir, "c.jsonl"), Options{WhenWhole: true})
	if err := os.WriteFile(filepath.Join(dir, "c.jsonl"), []byte("another"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err == nil || !strings.Contains(err.Error(), "exists") {
		t.Errorf("what came meanwhile was replaced: %v", err)
	}
	if left, _ := os.ReadDir(dir); len(left) != 2 {
		t.Errorf("%v are left", left)
	}
}

// The error of a full disk comes once; the recording is over, the caller goes
// on.
func TestFull(t *testing.T) {
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Skip("no /dev/full here")
	}
	w := newWriter(&plainSink{f: full}, "x.jsonl", Options{Header: testHeader})
	var errs []error
	for _, e := range get(ms, 1, 1, "/info", "{}") {
		if err := w.Event(e); err != nil {
			errs = append(errs, err)
		}
	}
	if len(errs) != 1 || !errors.Is(errs[0], syscall.ENOSPC) || !strings.Contains(errs[0].Error(), "recording to x.jsonl stopped") {
		t.Fatalf("errors: %v", errs)
	}
	if w.Dropped() != 5 {
		t.Fatalf("dropped %d events, want all but the one that was held back", w.Dropped())
	}
	w.Tick(500 * ms)
	if err := w.Close(); !errors.Is(err, syscall.ENOSPC) {
		t.Fatalf("Close: %v", err)
	}
}
