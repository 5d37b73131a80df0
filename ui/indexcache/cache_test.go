package indexcache

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

// Indexes that were not used for the longest time go first.
func TestIndexesAreBounded(t *testing.T) {
	c := Cache{Dir: t.TempDir()}
	for i, name := range []string{"old.idx", "used.idx", "new.idx"} {
		path := filepath.Join(c.Dir, name)
		at := time.Now().Add(time.Duration(i-5) * time.Hour)
		if err := os.WriteFile(path, make([]byte, 1000), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, at, at); err != nil {
			t.Fatal(err)
		}
	}
	if err := c.makeRoom(2500); err != nil {
		t.Fatal(err)
	}
	files, _ := filepath.Glob(c.Dir + "/*")
	if len(files) != 2 || filepath.Base(files[0]) != "new.idx" || filepath.Base(files[1]) != "used.idx" {
		t.Errorf("left are %v", files)
	}
}

// A short recording is read in no time: nothing is kept of it.
func TestNoIndexOfAShortRecording(t *testing.T) {
	c := User("test")
	c.Dir = filepath.Join(t.TempDir(), "index")
	if err := c.Save(Stamp{Path: "short.jsonl", Size: worthIt - 1}, nil); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(c.Dir); !os.IsNotExist(err) {
		t.Errorf("something is kept: %v", err)
	}
}
