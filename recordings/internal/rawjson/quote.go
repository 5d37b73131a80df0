package rawjson

import (
	"encoding/binary"
	"math/bits"
)

const (
	low  = 0x0101010101010101
	high = 0x8080808080808080
)

// plain returns how many bytes from the start of b a JSON string may hold as
// they are: up to the first quote, backslash or control character. Eight at a
// time, as bodies are long.
func plain[S []byte | string](b S) int {
	i := 0
	for ; i+8 <= len(b); i += 8 {
		if hit := special(load8(b, i)); hit != 0 {
			return i + bits.TrailingZeros64(hit)/8
		}
	}
	for ; i < len(b); i++ {
		if c := b[i]; c < 0x20 || c == '"' || c == '\\' {
			break
		}
	}
	return i
}

// special marks the bytes of w that may not be in a JSON string as they are. Only
// the lowest mark is exact.
func special(w uint64) uint64 {
	quote := w ^ low*'"'
	slash := w ^ low*'\\'
	// The usual "has a byte less than n" test.
	return ((w-low*0x20)&^w | (quote-low)&^quote | (slash-low)&^slash) & high
}

func load8[S []byte | string](b S, i int) uint64 {
	switch b := any(b).(type) {
	case []byte:
		return binary.LittleEndian.Uint64(b[i:])
	case string:
		return loadString(b, i)
	}
	return 0
}

func loadString(b string, i int) uint64 {
	s := b[i : i+8]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}

// Clean reports whether s is ASCII that a JSON string may hold as it is, as names
// and values of headers mostly are.
func Clean(s string) bool {
	i := 0
	for ; i+8 <= len(s); i += 8 {
		if w := loadString(s, i); special(w)|w&high != 0 {
			return false
		}
	}
	for ; i < len(s); i++ {
		if c := s[i]; c < 0x20 || c >= 0x80 || c == '"' || c == '\\' {
			return false
		}
	}
	return true
}

// AppendString appends s, which must be valid UTF-8, to dst as a JSON string.
// Only what JSON requires is escaped.
func AppendString[S []byte | string](dst []byte, s S) []byte {
	dst = append(dst, '"')
	for {
		n := plain(s)
		dst = append(dst, s[:n]...)
		if n == len(s) {
			return append(dst, '"')
		}
		dst = appendEscape(dst, s[n])
		s = s[n+1:]
	}
}

func appendEscape(dst []byte, c byte) []byte {
	const hex = "0123456789abcdef"
	switch c {
	case '"', '\\':
		return append(dst, '\\', c)
	case '\n':
		return append(dst, '\\', 'n')
	case '\r':
		return append(dst, '\\', 'r')
	case '\t':
		return append(dst, '\\', 't')
	}
	return append(dst, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
}
