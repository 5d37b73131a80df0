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
