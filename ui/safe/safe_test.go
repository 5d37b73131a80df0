package safe

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestString(t *testing.T) {
	for in, want := range map[string]string{
		"plain text":                      "plain text",
		"\x1b[31mred\x1b[0m":              `\e[31mred\e[0m`,
		"a\r\n\tb":                        `a\r\n\tb`,
		"bell\a":                          `bell\x07`,
		"\x9b31m":                         `\x9b31m`, // the C1 form of an escape, as a byte
		"\u009b31m":                       `\u{9b}31m`,
		"left\u202eright":                 `left\u{202e}right`, // turns the direction of text
		"zero\u200bwidth":                 `zero\u{200b}width`,
		"\xff\xfe":                        `\xff\xfe`,
		"日本":                              "日本",
		"e\u0301":                         "e\u0301",
		"x" + strings.Repeat("\u0301", 5): "x" + strings.Repeat("\u0301", 3) + `\u{301}` + "\u0301",
		"\x7f":                            `\x7f`,
	} {
		if got := String(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func TestCut(t *testing.T) {
	for _, c := range []struct {
		in   string
		max  int
		want string
	}{
		{"hello", 5, "hello"}, {"hello", 4, "hel…"}, {"日本語", 4, "日…"}, {"日本語", 6, "日本語"}, {"ab\x1b", 3, "ab…"}, {"x", 0, ""},
	} {
		if got := Cut(c.in, c.max); got != c.want || Width(got) > c.max {
			t.Errorf("%q in %d: %q", c.in, c.max, got)
		}
	}
}

// Whatever the bytes are, nothing comes out that moves a cursor, colours, or
// turns text round, and it is as wide as it is said to be.
func FuzzAppend(f *testing.F) {
	f.Add("\x1b]0;title\a", 10)
	f.Add("\u202e日\xff", 3)
	f.Fuzz(func(t *testing.T, in string, max int) {
		max = max % 100
		b, columns, _ := Append(nil, in, true, max)
		s := string(b)
		if !utf8.ValidString(s) {
			t.Errorf("%q is no UTF-8", s)
		}
		for _, r := range s {
			if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) {
				t.Errorf("%q holds %U", s, r)
			}
		}
		if max >= 0 && columns > max {
			t.Errorf("%q takes %d columns of %d", s, columns, max)
		}
		if Width(s) != columns {
			t.Errorf("%q: %d columns, %d are said", s, Width(s), columns)
		}
	})
}
