package recordings

import (
	"bytes"
	"os"
	"testing"
)

// The examples of the specification are read one by one.
func TestFormatExamples(t *testing.T) {
	doc, err := os.ReadFile("FORMAT.md")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for line := range bytes.Lines(doc) {
		switch {
		case bytes.HasPrefix(line, []byte(magic)):
			if r, err := NewReader(bytes.NewReader(line)); err != nil || r.Header().Daemon.API != "1.51" {
				t.Errorf("%s: %v", line, err)
			}
		case bytes.HasPrefix(line, []byte(`{"e":`)):
			events, bad := read(t, append([]byte(headerLine), line...))
			if bad != nil {
				t.Errorf("%s: %v", line, bad)
			}
			if len(events) == 0 && !bytes.HasPrefix(line, []byte(`{"e":"stop"`)) {
				t.Errorf("%s: no event", line)
			}
		default:
			continue
		}
		n++
	}
	if n < 15 {
		t.Fatalf("%d examples", n)
	}
}
