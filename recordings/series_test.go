package recordings

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/dockwire/dockwire/decode"
)

// noticed collects what a writer says of its file.
type noticed []string

func (n *noticed) add(text string) { *n = append(*n, text) }

func (n noticed) has(text string) bool { return strings.Contains(strings.Join(n, "\n"), text) }

// opening is an exchange that stays open.
func opening(at1 time.Duration) []decode.Event {
	return []decode.Event{
		&decode.ConnOpened{Origin: at(at1, 1, 0), Peer: decode.Peer{PID: 7}},
		request(at(at1, 1, 1), "GET", "/events"), dirEnd(at(at1, 1, 1), decode.Request),
		response(at(at1, 1, 1), 200, "OK", decode.FramingChunked, -1, decode.ContentJSONStream),
	}
}

func events(t *testing.T, path string) (kinds []decode.Event) {
	t.Helper()
	r, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	for {
		e, err := r.Next()
		if err == io.EOF {
			return kinds
		}
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		kinds = append(kinds, decode.Clone(e))
	}
}

func heads(list []decode.Event) (ids []decode.ExchangeID) {
	for _, e := range list {
		if h, ok := e.(*decode.RequestHead); ok {
			ids = append(ids, h.Exchange)
		}
	}
	return ids
}

// What was open when a file was full is in the next one too, so that each can
// be read alone.
func TestRotate(t *testing.T) {
	for _, name := range []string{"a.jsonl", "a.jsonl.zst"} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			path := filepath.Join(dir, name)
			var said noticed
			w := create(t, path, Options{Rotate: Rotation{Age: time.Minute}, Notice: said.add, Bursts: true})
			record(t, w, opening(ms)...)
			record(t, w, get(2*ms, 2, 2, "/info", "{}")...)
			w.Tick(2 * time.Minute)
			record(t, w, get(2*time.Minute+ms, 3, 3, "/version", "{}")...)
			if err := w.Close(); err != nil {
				t.Fatal(err)
			}
			old, err := filepath.Glob(filepath.Join(dir, "a-*Z.jsonl*"))
			if err != nil || len(old) != 1 || filepath.Ext(old[0]) != filepath.Ext(path) {
				t.Fatalf("full files: %q", old)
			}
			if got := heads(events(t, old[0])); len(got) != 2 {
				t.Errorf("the full one has %v", got)
			}
			now := events(t, path)
			if got := heads(now); len(got) != 2 || got[0] != 1 || got[1] != 3 {
				t.Errorf("the latest one has %v", got)
			}
			if c, ok := now[0].(*decode.ConnOpened); !ok || c.Peer.PID != 7 {
				t.Errorf("the connection is not told: %#v", now[0])
			}
			if !said.has("is complete") {
				t.Errorf("said: %q", said)
			}
		})
	}
}

func TestRotateWhenAsked(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.jsonl")
	w := create(t, path, Options{})
	record(t, w, get(ms, 1, 1, "/info", "{}")...)
	// As logrotate does it: moved first.
	if err := os.Rename(path, path+".1"); err != nil {
		t.Fatal(err)
	}
	w.Tick(2 * time.Second) // and noticed
	record(t, w, get(2*ms, 2, 2, "/info", "{}")...)
	w.Rotate()
	w.Tick(3 * time.Second)
	record(t, w, get(4*time.Second, 3, 3, "/info", "{}")...)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if got := heads(events(t, path+".1")); len(got) != 2 {
		t.Errorf("the moved one has %v", got)
	}
	if got := heads(events(t, path)); len(got) != 1 || got[0] != 3 {
		t.Errorf("the new one has %v", got)
	}
}

func TestFileTakenAway(t *testing.T) {
	for _, name := range []string{"a.jsonl", "a.jsonl.zst"} {
		for what, harm := range map[string]func(path string) error{
			"deleted":   os.Remove,
			"truncated": func(path string) error { return os.Truncate(path, 0) },
		} {
			t.Run(name+" "+what, func(t *testing.T) {
				path := filepath.Join(t.TempDir(), name)
				var said noticed
				w := create(t, path, Options{Notice: said.add, Bursts: true})
				record(t, w, opening(ms)...)
				w.Tick(time.Second)
				if err := harm(path); err != nil {
					t.Fatal(err)
				}
				w.Tick(3 * time.Second)
				record(t, w, get(4*time.Second, 2, 2, "/info", "{}")...)
				if err := w.Close(); err == nil || !strings.Contains(err.Error(), what) {
					t.Errorf("Close: %v", err)
				}
				if !said.has(what) {
					t.Errorf("said: %q", said)
				}
				if got := heads(events(t, path)); len(got) != 2 {
					t.Errorf("the file has %v", got)
				}
			})
		}
	}
}

// A line that comes between the truncation and the next look does not stand
// before the header.
func TestTruncatedBetweenLooks(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.jsonl")
	w := create(t, path, Options{Bursts: true})
	record(t, w, opening(ms)...)
	w.Tick(time.Second)
	if err := os.Truncate(path, 0); err != nil {
		t.Fatal(err)
	}
	record(t, w, get(time.Second+ms, 2, 2, "/info", "{}")...)
	_ = w.Close()
	if got := heads(events(t, path)); len(got) != 2 {
		t.Errorf("the file has %v", got)
	}
}

func TestReplacedFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.jsonl")
	w := create(t, path, Options{})
	if err := errors.Join(os.Remove(path), os.WriteFile(path, []byte("mine"), 0o600)); err != nil {
		t.Fatal(err)
	}
	w.Tick(2 * time.Second)
	if err := w.Close(); err == nil || !strings.Contains(err.Error(), "in its place") {
		t.Errorf("Close: %v", err)
	}
	if b, _ := os.ReadFile(path); string(b) != "mine" {
		t.Errorf("the other file has %q", b)
	}
}

func TestTwoWritersOfOneFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.jsonl")
	w := create(t, path, Options{})
	defer w.Close()
	for _, o := range []Options{{Append: true}, {Overwrite: true}} {
		if _, err := Create(path, o); err == nil || !strings.Contains(err.Error(), "another dockwire") {
			t.Errorf("%+v: %v", o, err)
		}
	}
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		t.Error("it was removed")
	}
}

func TestAppendToAFileThatOthersMayRead(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.jsonl")
	if err := create(t, path, Options{}).Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := Create(path, Options{Append: true}); err == nil || !strings.Contains(err.Error(), "0644") {
		t.Errorf("mode 0644: %v", err)
	}
	if os.Geteuid() != 0 {
		return
	}
	if err := errors.Join(os.Chmod(path, 0o600), os.Chown(path, 65534, -1)); err != nil {
		t.Fatal(err)
	}
	if _, err := Create(path, Options{Append: true}); err == nil || !strings.Contains(err.Error(), "another user") {
		t.Errorf("another owner: %v", err)
	}
}

// What is moved aside goes on there, and its path is free for another process.
func TestMoveAside(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.jsonl")
	var said noticed
	w := create(t, path, Options{Notice: said.add, Rotate: Rotation{Size: 1}})
	record(t, w, opening(ms)...)
	moved := w.MoveAside()
	w.Tick(10 * ms)
	<-moved
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the path is not free: %v", err)
	}
	next := create(t, path, Options{})
	record(t, w, get(20*ms, 2, 2, "/info", "{}")...)
	w.Tick(5 * time.Second)
	if err := errors.Join(w.Close(), next.Close()); err != nil {
		t.Fatal(err)
	}
	names, err := filepath.Glob(filepath.Join(filepath.Dir(path), "a-*.jsonl"))
	if err != nil || len(names) != 1 {
		t.Fatalf("files: %v, %v", names, err)
	}
	if ids := heads(events(t, names[0])); len(ids) != 2 || !said.has("goes on as") {
		t.Errorf("exchanges %v; said %q", ids, said)
	}
}
