package rawjson

import (
	"encoding/binary"
	"math/bits"
	"unicode/utf8"
)

// maxDepth is how deep arrays and objects may nest.
const maxDepth = 512

// Valid reports whether b is exactly one JSON value (RFC 8259) in valid
// UTF-8, with no white space around it and nested at most depth deep.
// Duplicate keys are fine. Escapes of lone surrogates are refused: they are
// grammatical, but strict parsers stumble over them.
func Valid(b []byte, depth int) bool {
	return span(b, 0, depth) == len(b) && len(b) > 0 && utf8.Valid(b)
}

// span returns where the JSON value that begins at b[i] ends, or -1 if there
// is no valid one nested at most depth deep. It does not check UTF-8.
func span(b []byte, i, depth int) int {
	var objects [maxDepth/64 + 1]uint64 // which of what is open is an object, by its depth
	open := 0
	depth = min(depth, maxDepth)
	for {
		if i >= len(b) {
			return -1
		}
		switch c := b[i]; {
		case c == '"':
			i = spanString(b, i)
		case c == '{' || c == '[':
			if open == depth {
				return -1
			}
			if i = space(b, i+1); i < len(b) && b[i] == c+2 { // its end: ] or }
				i++
				break
			}
			open++
			objects[open/64] &^= 1 << (open % 64)
			if c == '{' {
				objects[open/64] |= 1 << (open % 64)
				if i = spanKey(b, i); i < 0 {
					return -1
				}
			}
			continue
		case c == '-' || isDigit(c):
			i = spanNumber(b, i)
		case c == 't':
			i = spanWord(b, i, "true")
		case c == 'f':
			i = spanWord(b, i, "false")
		case c == 'n':
			i = spanWord(b, i, "null")
		default:
			return -1
		}
		// A value has ended: what it is in may end, too.
		for {
			if i < 0 || open == 0 {
				return i
			}
			if i = space(b, i); i >= len(b) {
				return -1
			}
			object := objects[open/64]>>(open%64)&1 != 0
			c := b[i]
			i++
			if c == ',' {
				if i = space(b, i); object {
					i = spanKey(b, i)
				}
				if i < 0 {
					return -1
				}
				break
			}
			if object && c != '}' || !object && c != ']' {
				return -1
			}
			open--
		}
	}
}

// spanKey returns where the value begins whose key is at b[i].
func spanKey(b []byte, i int) int {
	if i >= len(b) || b[i] != '"' {
		return -1
	}
	if i = spanString(b, i); i < 0 {
		return -1
	}
	if i = space(b, i); i >= len(b) || b[i] != ':' {
		return -1
	}
	return space(b, i+1)
}

func spanString(b []byte, i int) int {
	for i++; ; {
		for i+8 <= len(b) {
			if hit := special(binary.LittleEndian.Uint64(b[i:])); hit != 0 {
				i += bits.TrailingZeros64(hit) / 8
				break
			}
			i += 8
		}
		for i < len(b) && b[i] >= 0x20 && b[i] != '"' && b[i] != '\\' {
			i++
		}
		switch {
		case i >= len(b) || b[i] < 0x20:
			return -1
		case b[i] == '"':
			return i + 1
		}
		if i = spanEscape(b, i); i < 0 {
			return -1
		}
	}
}

// spanEscape returns the end of the escape sequence at b[i] == '\\'. The two
// halves of a surrogate pair are one sequence.
func spanEscape(b []byte, i int) int {
	if i+1 >= len(b) {
		return -1
	}
	switch b[i+1] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return i + 2
	case 'u':
	default:
		return -1
	}
	r := hex4(b, i+2)
	switch {
	case r < 0 || r >= 0xdc00 && r <= 0xdfff:
		return -1
	case r < 0xd800 || r > 0xdbff:
		return i + 6
	}
	if i+7 >= len(b) || b[i+6] != '\\' || b[i+7] != 'u' {
		return -1
	}
	if low := hex4(b, i+8); low < 0xdc00 || low > 0xdfff {
		return -1
	}
	return i + 12
}

func hex4(b []byte, i int) rune {
	if i+4 > len(b) {
		return -1
	}
	var r rune
	for _, c := range b[i : i+4] {
		switch {
		case isDigit(c):
			c -= '0'
		case c >= 'a' && c <= 'f':
			c -= 'a' - 10
		case c >= 'A' && c <= 'F':
			c -= 'A' - 10
		default:
			return -1
		}
		r = r<<4 | rune(c)
	}
	return r
}

func spanNumber(b []byte, i int) int {
	if b[i] == '-' {
		i++
	}
	first := i
	if i = digits(b, i); i == first || b[first] == '0' && i > first+1 {
		return -1
	}
	if i < len(b) && b[i] == '.' {
		first = i + 1
		if i = digits(b, first); i == first {
			return -1
		}
	}
	if i < len(b) && b[i]|0x20 == 'e' {
		i++
		if i < len(b) && (b[i] == '+' || b[i] == '-') {
			i++
		}
		first = i
		if i = digits(b, i); i == first {
			return -1
		}
	}
	return i
}

func spanWord(b []byte, i int, word string) int {
	if end := i + len(word); end <= len(b) && string(b[i:end]) == word {
		return end
	}
	return -1
}

func digits(b []byte, i int) int {
	for i < len(b) && isDigit(b[i]) {
		i++
	}
	return i
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func space(b []byte, i int) int {
	for i < len(b) && (b[i] == ' ' || b[i] == '\t' || b[i] == '\n' || b[i] == '\r') {
		i++
	}
	return i
}
