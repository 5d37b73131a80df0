//go:build unix

package indexcache

import (
	"os"
	"path/filepath"
	"testing"
)

func TestOutside(t *testing.T) {
	c := Cache{Dir: filepath.Join(t.TempDir(), "index")}
	take := c.Outside()
	a, b := take([]byte("rows, "), []byte("texts")), take([]byte("more"))
	if string(a) != "rows, texts" || string(b) != "more" {
		t.Errorf("%q, %q", a, b)
	}
	copy(a, "ROWS")
	if string(a) != "ROWS, texts" || string(take([]byte("rows"))) != "rows" {
		t.Errorf("%q", a)
	}
	if files, err := os.ReadDir(c.Dir); err != nil || len(files) > 0 {
		t.Errorf("%v, %v: the file has a name", files, err)
	}
	if (Cache{}).Outside()([]byte("rows")) != nil {
		t.Error("there is a place without a folder")
	}
}
