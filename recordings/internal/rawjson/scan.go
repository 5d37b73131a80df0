package rawjson

import "unicode/utf8"

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
	if i >= len(b) {
		return -1
	}
	switch c := b[i]; {
	case c == '"':
		return spanString(b, i)
	case c == '{':
		return spanObject(b, i, depth)
	case c == '[':
		return spanArray(b, i, depth)
	case c == '-' || isDigit(c):
		return spanNumber(b, i)
	case c == 't':
		return spanWord(b, i, "true")
	case c == 'f':
		return spanWord(b, i, "false")
	case c == 'n':
		return spanWord(b, i, "null")
	}
	return -1
}

func spanObject(b []byte, i, depth int) int {
	if depth <= 0 {
		return -1
	}
	i = space(b, i+1)
	if i < len(b) && b[i] == '}' {
		return i + 1
	}
	for i < len(b) && b[i] == '"' {
		if i = spanString(b, i); i < 0 {
			return -1
		}
		if i = space(b, i); i >= len(b) || b[i] != ':' {
			return -1
		}
		if i = span(b, space(b, i+1), depth-1); i < 0 {
			return -1
		}
		if i = space(b, i); i >= len(b) {
			return -1
		}
		if b[i] == '}' {
			return i + 1
		}
		if b[i] != ',' {
			return -1
		}
		i = space(b, i+1)
	}
	return -1
}

func spanArray(b []byte, i, depth int) int {
	if depth <= 0 {
		return -1
	}
	i = space(b, i+1)
	if i < len(b) && b[i] == ']' {
		return i + 1
	}
	for {
		if i = span(b, i, depth-1); i < 0 {
			return -1
		}
		if i = space(b, i); i >= len(b) {
			return -1
		}
		if b[i] == ']' {
			return i + 1
		}
		if b[i] != ',' {
			return -1
		}
		i = space(b, i+1)
	}
}

func spanString(b []byte, i int) int {
	for i++; i < len(b); {
		i += plain(b[i:])
		if i >= len(b) {
			return -1
		}
		switch {
		case b[i] == '"':
			return i + 1
		case b[i] < 0x20:
			return -1
		}
		if i = spanEscape(b, i); i < 0 {
			return -1
		}
	}
	return -1
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
