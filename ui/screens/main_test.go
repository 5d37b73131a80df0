package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	_ "github.com/dockwire/dockwire/ui/tui" // so that a result of before is not taken for one of now
)

var update = flag.Bool("update", false, "write the golden screens")

func TestScreens(t *testing.T) {
	if testing.Short() {
		t.Skip("builds dockwire")
	}
	work := t.TempDir()
	if err := prepare("../..", work); err != nil {
		t.Fatal(err)
	}
	t.Run("pictures", func(t *testing.T) { picturesAreTrue(t, work) })
	t.Run("failures", func(t *testing.T) { failuresAreSeen(t, work) })
}

// The pictures in the README are those of the code as it is.
func picturesAreTrue(t *testing.T, work string) {
	for _, s := range shots {
		t.Run(s.name, func(t *testing.T) {
			want, err := os.ReadFile(s.name + ".svg")
			if err != nil {
				t.Fatal(err)
			}
			got, err := s.take(work, func(picture string) bool { return picture == string(want) })
			if err != nil {
				t.Fatal(err)
			}
			if got != string(want) {
				t.Errorf("%s.svg is not what the screen shows now; make screens takes it again, look at it then", s.name)
			}
		})
	}
}

// What one sees first of real sessions that failed, then with each key, is in the
// golden screens; -update writes them.
func failuresAreSeen(t *testing.T, work string) {
	for _, size := range [][2]int{{80, 24}, {120, 36}, {200, 50}} {
		for of, keys := range map[string][]string{
			"run.jsonl":   {"e", "\r"},
			"up.jsonl":    {"e", "\r"},
			"build.jsonl": {"e", "\r", "]]]]"}, // to the steps of the build
		} {
			name := fmt.Sprintf("failed-%s-%dx%d", strings.TrimSuffix(of, ".jsonl"), size[0], size[1])
			t.Run(name, func(t *testing.T) {
				term, err := open(work, of, size[0], size[1])
				if err != nil {
					t.Fatal(err)
				}
				defer term.Kill()
				path := filepath.Join("testdata", name+".txt")
				golden, err := os.ReadFile(path)
				if *update {
					golden, err = nil, nil
				}
				if err != nil {
					t.Fatal(err)
				}
				const between = "==== after the next key ====\n"
				want := strings.Split(string(golden), between)
				var seen []string
				for i, k := range append([]string{""}, keys...) {
					_ = term.Type(k)
					holds := still()
					if !*update && i < len(want) {
						holds = func(text string) bool { return text == want[i] }
					}
					seen = append(seen, first(term.Text, holds))
					if !*update && (i >= len(want) || seen[i] != want[i]) {
						t.Errorf("%s: with the keys %q the screen shows\n%s", path, keys[:i], seen[i])
					}
				}
				if *update {
					err = os.WriteFile(path, []byte(strings.Join(seen, between)), 0o644)
				}
				_ = term.Type("qqq")
				if ended := term.Wait(); err != nil || ended != nil {
					t.Error(err, ended)
				}
			})
		}
	}
}
