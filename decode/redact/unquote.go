package redact

import "unicode/utf8"

// unquoteJSON decodes the escapes of a JSON string (RFC 8259 section 7). pos gets
// the place in raw of each decoded byte, and the end: jsontext.AppendUnquote, which
// recordings use, has no places. An escape that is not valid is kept as it is.
func unquoteJSON(dst []byte, pos []int, raw []byte) ([]byte, []int) {
	for i := 0; i < len(raw); {
		if raw[i] != '\\' || i+1 == len(raw) {
			dst, pos = append(dst, raw[i]), append(pos, i)
			i++
			continue
		}
		r, n := unescapeJSON(raw[i:])
		before := len(dst)
		dst = utf8.AppendRune(dst, r)
		for range len(dst) - before {
			pos = append(pos, i)
		}
		i += n
	}
	return dst, append(pos, len(raw))
}

// unescapeJSON decodes the escape that s begins with and returns its length.
func unescapeJSON(s []byte) (rune, int) {
	switch s[1] {
	case 'b':
		return '\b', 2
	case 'f':
		return '\f', 2
	case 'n':
		return '\n', 2
	case 'r':
		return '\r', 2
	case 't':
		return '\t', 2
	case 'u':
		r, ok := hex4(s[2:])
		if !ok {
			return 'u', 2
		}
		if r >= 0xD800 && r < 0xDC00 && len(s) >= 12 && s[6] == '\\' && s[7] == 'u' {
			if low, ok := hex4(s[8:]); ok && low >= 0xDC00 && low < 0xE000 {
				return (r-0xD800)<<10 + (low - 0xDC00) + 0x10000, 12
			}
		}
		return r, 6
	}
	return rune(s[1]), 2
}

func hex4(s []byte) (rune, bool) {
	if len(s) < 4 {
		return 0, false
	}
	var r rune
	for _, c := range s[:4] {
		if !isHex(c) {
			return 0, false
		}
		r = r<<4 | rune(unhex(c))
	}
	return r, true
}
