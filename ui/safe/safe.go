// Package safe makes text of the traffic safe to show: no control character,
// no mark that turns the direction of text and no byte that is not UTF-8 gets
// out as it is, and how many columns a text takes is known.
//
// It knows nothing of what the text says, nor of colours.
package safe

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/mattn/go-runewidth"
)

// widths is fixed, so that output does not depend on the locale.
var widths = runewidth.Condition{StrictEmojiNeutral: true}

// Width is how many columns a text takes that is safe already.
func Width(s string) int { return widths.StringWidth(s) }

// String is s escaped, on one line.
func String[T ~string | ~[]byte](s T) string {
	b, _, _ := Append(make([]byte, 0, len(s)), s, false, -1)
	return string(b)
}

// Lines is s escaped, with its line ends and tabs left: for messages of ours
// that quote what came from elsewhere.
func Lines(s string) string {
	b := make([]byte, 0, len(s))
	for s != "" {
		n := strings.IndexAny(s, "\n\t")
		if n < 0 {
			n = len(s)
		}
		b, _, _ = Append(b, s[:n], false, -1)
		if n < len(s) {
			b = append(b, s[n])
			n++
		}
		s = s[n:]
	}
	return string(b)
}

// Cut is s escaped and cut to max columns.
func Cut[T ~string | ~[]byte](s T, max int) string {
	b, _, _ := Append(nil, s, false, max)
	return string(b)
}

// maxMarks is how many combining marks may stand on one another: more are no
// language but an attempt to fill the screen.
const maxMarks = 3

// Rune appends the first character of s in a form that is safe to show:
// itself, or an escape when it is a control character, a mark that turns the
// direction of text, invisible, or no UTF-8. It returns how many bytes of s
// that was and how many columns it takes. quoted escapes quotes too.
func Rune[T ~string | ~[]byte](dst []byte, s T, quoted bool, marks int) (out []byte, size, columns int) {
	if c := s[0]; c < utf8.RuneSelf {
		if c >= ' ' && c < 0x7f && !(quoted && (c == '"' || c == '\\')) {
			return append(dst, c), 1, 1
		}
		n := len(dst)
		dst = appendEscape(dst, rune(c), 1)
		return dst, 1, len(dst) - n
	}
	r, size := utf8.DecodeRuneInString(string(s[:min(len(s), utf8.UTFMax)]))
	if r == utf8.RuneError && size == 1 {
		n := len(dst)
		dst = appendEscape(dst, rune(s[0]), 1)
		return dst, 1, len(dst) - n
	}
	columns = widths.RuneWidth(r)
	if !unicode.IsPrint(r) || columns == 0 && marks >= maxMarks {
		n := len(dst)
		dst = appendEscape(dst, r, size)
		return dst, size, len(dst) - n
	}
	return append(dst, s[:size]...), size, columns
}

func appendEscape(dst []byte, r rune, size int) []byte {
	switch r {
	case '\n':
		return append(dst, `\n`...)
	case '\r':
		return append(dst, `\r`...)
	case '\t':
		return append(dst, `\t`...)
	case '\x1b':
		return append(dst, `\e`...)
	case '"', '\\':
		return append(dst, '\\', byte(r))
	}
	const hex = "0123456789abcdef"
	if size == 1 {
		return append(dst, '\\', 'x', hex[r>>4&15], hex[r&15])
	}
	dst = append(dst, `\u{`...)
	dst = strconv.AppendInt(dst, int64(r), 16)
	return append(dst, '}')
}

// Append appends s escaped, cut to max columns with an ellipsis; a
// negative max does not cut.
func Append[T ~string | ~[]byte](dst []byte, s T, quoted bool, max int) (out []byte, columns int, cut bool) {
	if max == 0 {
		return dst, 0, len(s) > 0
	}
	last, lastColumns := len(dst), 0 // where there is still room for an ellipsis
	marks := 0
	for i := 0; i < len(s); {
		var size, w int
		dst, size, w = Rune(dst, s[i:], quoted, marks)
		i += size
		columns += w
		marks++
		if w > 0 {
			marks = 0
		}
		if max < 0 {
			continue
		}
		if columns > max {
			return append(dst[:last], "…"...), lastColumns + 1, true
		}
		if columns < max {
			last, lastColumns = len(dst), columns
		}
	}
	return dst, columns, false
}
