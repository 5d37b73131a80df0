package decode

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dockwire/dockwire/decode/golden"
)

// TestPlaybooks plays each script of testdata and compares the events with
// the golden file beside it; then again with reads cut small, which must not
// change what was seen.
func TestPlaybooks(t *testing.T) {
	files, err := filepath.Glob("testdata/*/*.wire")
	if err != nil || len(files) == 0 {
		t.Fatal("no playbooks", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".wire"), func(t *testing.T) {
			s := readScript(t, file)
			events := collect(s, 0)
			if err := wellFormed(events); err != nil {
				t.Error(err)
			}
			golden.Check(t, strings.TrimSuffix(file, ".wire")+".events", renderAll(events))
			if dependsOnReads(t, file) {
				return
			}
			want := renderAll(normalise(events))
			for _, cut := range []int{1, 2, 3, 7, 100} {
				got := renderAll(normalise(collect(s, cut)))
				if diff := cmp.Diff(want, got); diff != "" {
					t.Fatalf("reads of %d bytes change the events (-whole +cut):\n%s", cut, diff)
				}
			}
		})
	}
}

// dependsOnReads reports whether the script says that it is about where reads
// begin: finding the thread again is tried at the start of reads only.
func dependsOnReads(t *testing.T, file string) bool {
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Contains(string(b), "# depends on reads")
}
