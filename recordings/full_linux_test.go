package recordings

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/dockwire/dockwire/decode"
)

// On a disk that fills up, the file ends with a whole line.
func TestDiskFillsUp(t *testing.T) {
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=256k"); err != nil {
		t.Skipf("cannot mount a small disk: %v", err)
	}
	defer syscall.Unmount(dir, syscall.MNT_DETACH)
	for _, name := range []string{"a.jsonl", "b.jsonl.zst"} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(dir, name)
			w := create(t, path, Options{})
			var failed error
			n := 0
			for x := decode.ExchangeID(1); failed == nil && x < 200_000; x++ {
				for _, e := range get(time.Duration(x)*ms, 1, x, "/info?"+sum(string(rune(x))), `{"a":"`+strings.Repeat(sum("b"+string(rune(x))), 10)+`"}`) {
					if err := w.Event(e); err != nil {
						failed = err
					}
					n++
				}
				w.Tick(time.Duration(x) * ms)
			}
			if !errors.Is(failed, syscall.ENOSPC) {
				t.Fatalf("failed: %v", failed)
			}
			if err := w.Close(); !errors.Is(err, syscall.ENOSPC) {
				t.Fatalf("Close: %v", err)
			}
			b, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if name == "a.jsonl" && b[len(b)-1] != '\n' {
				t.Fatalf("the file ends with %q", b[len(b)-20:])
			}
			got, bad := readAll(t, open(t, path))
			if bad != nil || len(got) < n/2 {
				t.Fatalf("%d events of %d are readable, %v", len(got), n, bad)
			}
			if err := os.Remove(path); err != nil {
				t.Fatal(err)
			}
		})
	}
}
