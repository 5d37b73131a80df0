package safe_test

import (
	"strings"
	"testing"

	"github.com/dockwire/dockwire/ui/safe"
)

// A character may be cut over two writes.
func TestWriters(t *testing.T) {
	const text = "a\u202eb\u00e9\n\U000e0001\x9b"
	for _, cut := range []int{1, 2, 3, len(text)} {
		var lines, json strings.Builder
		a, b := safe.Writer(&lines), safe.JSON(&json)
		for rest := text; rest != ""; rest = rest[min(cut, len(rest)):] {
			piece := []byte(rest[:min(cut, len(rest))])
			if n, err := a.Write(piece); n != len(piece) || err != nil {
				t.Fatal(n, err)
			}
			if n, err := b.Write(piece); n != len(piece) || err != nil {
				t.Fatal(n, err)
			}
		}
		if want := "a\\u{202e}b\u00e9\n\\u{e0001}\\x9b"; lines.String() != want {
			t.Errorf("cut at %d: %q, want %q", cut, lines.String(), want)
		}
		if want := "a\\u202eb\u00e9\n\\udb40\\udc01\ufffd"; json.String() != want {
			t.Errorf("cut at %d: %q, want %q", cut, json.String(), want)
		}
	}
}
