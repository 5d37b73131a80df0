package safe

import (
	"io"
	"unicode"
	"unicode/utf8"
)

// AppendJSONRune appends a character of a JSON string that is not plain ASCII:
// itself, or an escape of JSON's where a terminal might act on it.
func AppendJSONRune(b []byte, r rune) []byte {
	switch {
	case r == '\n':
		return append(b, '\\', 'n')
	case r == '\r':
		return append(b, '\\', 'r')
	case r == '\t':
		return append(b, '\\', 't')
	case unicode.IsPrint(r):
		return utf8.AppendRune(b, r)
	case r >= 0x10000:
		r -= 0x10000
		return appendJSONEscape(appendJSONEscape(b, 0xd800+r>>10), 0xdc00+r&0x3ff)
	}
	return appendJSONEscape(b, r)
}

func appendJSONEscape(b []byte, r rune) []byte {
	const hex = "0123456789abcdef"
	return append(b, '\\', 'u', hex[r>>12&15], hex[r>>8&15], hex[r>>4&15], hex[r&15])
}

// JSON makes JSON that passes safe to show, and no other: what encoding/json
// leaves as it is, marks that turn the direction of text among it, is escaped.
func JSON(w io.Writer) io.Writer {
	return &writer{w: w, escape: func(text []byte) (out []byte) {
		for _, r := range string(text) {
			// Only strings can hold others, where an escape means the same.
			if r < 0x7f {
				out = append(out, byte(r))
			} else {
				out = AppendJSONRune(out, r)
			}
		}
		return out
	}}
}
