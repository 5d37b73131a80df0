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
			line.WriteString(c.Text)
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
	want := []Cell{{"a", Default, Default, false, false}, {"b", 1, Default, false, false}, {"c", 200, Default, false, false}, {"d", 0x010203, Default, true, true}}
	for i := range want {
		if row[i] != want[i] {
			t.Errorf("%d: %+v, not %+v", i, row[i], want[i])
		}
	}
}

// A character of two cells takes two, a mark takes none: what a program puts at a
// column is there.
func TestWideCharactersAndMarks(t *testing.T) {
	for in, want := range map[string]string{
		"日本X\x1b[1;9HY":      "日本X   Y|",
		"e\u0301a\x1b[1;5HZ": "e\u0301a  Z|",
		"\x1b[7mr\x1b[0m👍🏽!": "r👍🏽!|",
	} {
		s := New(10, 1, 0)
		s.Write([]byte(in))
		if got := text(s); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

// What a container writes cannot keep the screen busy or fill the memory.
func TestHostileOutput(t *testing.T) {
	for _, in := range []string{
		"\x1b[2147483647I", "a\x1b[2147483647b", "\x1b[2147483647L", "\x1b[2147483647S", "\x1b[2147483647@",
		"\x1b[9999;9999r\x1b[99999999A\x1bM", "\x1b[c\x1b[6n", "\x1b]0;" + strings.Repeat("x", 1<<20), "e" + strings.Repeat("\u0301", 1<<16),
	} {
		s := New(80, 24, 100)
		s.Write([]byte(in))
		s.Resize(20, 5)
		s.Write([]byte("\x1b\\\x1b[2J\x1b[Hdone"))
		if got := text(s); !strings.Contains(got, "done") {
			t.Errorf("after %.20q: %.200q", in, got)
		}
	}
}
