package viewing

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/dockwire/dockwire/recordings"
	"github.com/dockwire/dockwire/ui/indexcache"
)

// enough exchanges are more than a screen shows.
const enough = 12_000

// look opens a recording, lists all of it, and leaves. It returns how many
// exchanges had to be read.
func look(t *testing.T, path string, c indexcache.Cache, want int) (read int) {
	t.Helper()
	v := openAsViewed(t, path, c)
	for done, all := v.Progress(); done < all; done, all = v.Progress() { // what a damaged index lists goes
		v.Model.Pull()
		time.Sleep(time.Millisecond)
	}
	show(v.Model, want)
	v.Stop(true)
	v.Close()
	if n := v.Model.Totals().Exchanges; n != want {
		t.Errorf("%d exchanges are listed, want %d", n, want)
	}
	if v.Model.Totals().Open != 0 {
		t.Errorf("%d are open", v.Model.Totals().Open)
	}
	return v.fresh
}

func TestIndexCache(t *testing.T) {
	for _, name := range []string{"day.jsonl", "day.jsonl.zst"} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			path, c := filepath.Join(dir, name), indexcache.Cache{Dir: filepath.Join(dir, "cache", "index")}
			recordCalls(t, path, enough)
			if n := look(t, path, c, enough); n != enough {
				t.Errorf("%d exchanges were read the first time", n)
			}
			if n := look(t, path, c, enough); n != 0 {
				t.Errorf("%d exchanges were read the second time", n)
			}
			onlyOwner(t, c)
			later := time.Now().Add(time.Hour)
			if err := os.Chtimes(path, later, later); err != nil {
				t.Fatal(err)
			}
			if n := look(t, path, c, enough); n != enough {
				t.Errorf("changed, and %d exchanges were read", n)
			}
		})
	}
}

func onlyOwner(t *testing.T, c indexcache.Cache) {
	t.Helper()
	files, err := filepath.Glob(c.Dir + "/*")
	if err != nil || len(files) != 1 {
		t.Fatalf("%v, %v", files, err)
	}
	for path, want := range map[string]os.FileMode{c.Dir: 0o700, files[0]: 0o600} {
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: %v, %v", path, info.Mode(), err)
		}
	}
}

// A recording that has grown is read from where its index ends.
func TestIndexOfARecordingThatGrows(t *testing.T) {
	dir := t.TempDir()
	path, c := filepath.Join(dir, "day.jsonl"), indexcache.Cache{Dir: filepath.Join(dir, "index")}
	recordCalls(t, path, enough)
	look(t, path, c, enough)
	w, err := recordings.Create(path, recordings.Options{Append: true, Header: recordings.Header{Start: time.Now()}})
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range command() {
		if err := w.Event(e); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if n := look(t, path, c, enough+10); n != 10 {
		t.Errorf("%d exchanges were read, 10 are new", n)
	}
	if n := look(t, path, c, enough+10); n != 0 {
		t.Errorf("%d exchanges were read, none is new", n)
	}
	// Another recording in its place, longer than the first.
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	recordCalls(t, path, enough+100)
	if n := look(t, path, c, enough+100); n != enough+100 {
		t.Errorf("another recording, of which %d exchanges were read", n)
	}
}

// An index that is damaged anywhere is not used, and made again.
func TestDamagedIndex(t *testing.T) {
	dir := t.TempDir()
	path, c := filepath.Join(dir, "day.jsonl"), indexcache.Cache{Dir: filepath.Join(dir, "index")}
	recordCalls(t, path, enough)
	look(t, path, c, enough)
	files, _ := filepath.Glob(c.Dir + "/*")
	good, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	for _, at := range []int{0, 30, len(good) / 2, len(good) - 2} {
		bad := bytes.Clone(good)
		bad[at] ^= 0x55
		if err := os.WriteFile(files[0], bad, 0o600); err != nil {
			t.Fatal(err)
		}
		if n := look(t, path, c, enough); n != enough {
			t.Errorf("damaged at %d, and %d exchanges were read", at, n)
		}
		if n := look(t, path, c, enough); n != 0 {
			t.Errorf("made again, and %d exchanges were read", n)
		}
	}
}

// Secrets that were asked for in a recording are copied nowhere else.
func TestNoIndexOfSecrets(t *testing.T) {
	path, c := filepath.Join(t.TempDir(), "day.jsonl"), indexcache.Cache{Dir: filepath.Join(t.TempDir(), "index")}
	recordCalls(t, path, enough, "off")
	for range 2 {
		if n := look(t, path, c, enough); n != enough {
			t.Errorf("%d exchanges were read: there was an index", n)
		}
	}
}
