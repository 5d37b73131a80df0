package main

import (
	"bytes"
	"os"
	"testing"

	_ "github.com/dockwire/dockwire/ui/tui" // so that a result of before is not taken for one of now
)

// The pictures in the README are those of the code as it is.
func TestPicturesAreTrue(t *testing.T) {
	if testing.Short() {
		t.Skip("builds dockwire")
	}
	work := t.TempDir()
	if err := prepare("../..", work); err != nil {
		t.Fatal(err)
	}
	for _, s := range shots {
		t.Run(s.name, func(t *testing.T) {
			want, err := os.ReadFile(s.name + ".svg")
			if err != nil {
				t.Fatal(err)
			}
			got, err := s.take(work, func(picture []byte) bool { return bytes.Equal(picture, want) })
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(got, want) {
				t.Errorf("%s.svg is not what the screen shows now; make screens takes it again, look at it then", s.name)
			}
		})
	}
}
