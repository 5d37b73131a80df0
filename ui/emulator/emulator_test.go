package emulator

import (
	"strings"
	"testing"
)

func text(s *Screen) string {
	var b strings.Builder
	for _, row := range s.Cells() {
		var line strings.Builder
		for _, c := range row {
			line.WriteRune(c.Char)
		}
		b.WriteString(strings.TrimRight(line.String(), " ") + "|")
	}
	return b.String()
}

// A character may come in as many pieces as it has bytes.
func TestCharactersInPieces(t *testing.T) {
	for _, in := range []string{"a─│é😀z", "─", "x\xe2", "\xff─"} {
		whole, pieces := New(10, 1, 0), New(10, 1, 0)
		whole.Write([]byte(in))
		for i := range len(in) {
			pieces.Write([]byte(in[i : i+1]))
		}
		if text(whole) != text(pieces) {
			t.Errorf("%q: %q in one, %q in pieces", in, text(whole), text(pieces))
		}
	}
}

func TestLinesThatScrollOutAreKept(t *testing.T) {
	s := New(5, 2, 2)
	s.Write([]byte("1\r\n2\r\n3\r\n4\r\n5"))
	if got := text(s); got != "2|3|4|5|" {
		t.Errorf("%q", got)
	}
	s.Write([]byte("\x1b[?1049h\x1b[H1\r\n2\r\n3\r\n")) // a full-screen program leaves no lines
	if got := text(s); got != "2|3|3||" {
		t.Errorf("%q", got)
	}
	s.Write([]byte("\x1b[?1049l"))
	if got := text(s); got != "2|3|4|5|" {
		t.Errorf("%q", got)
	}
}

func TestColours(t *testing.T) {
	s := New(4, 1, 0)
	s.Write([]byte("a\x1b[31mb\x1b[38;5;200mc\x1b[1;4;38;2;1;2;3md"))
	row := s.Cells()[0]
	want := []Cell{{'a', Default, Default, false, false}, {'b', 1, Default, false, false}, {'c', 200, Default, false, false}, {'d', 0x010203, Default, true, true}}
	for i := range want {
		if row[i] != want[i] {
			t.Errorf("%d: %+v, not %+v", i, row[i], want[i])
		}
	}
}
