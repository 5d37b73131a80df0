package jsonl

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"strconv"
	"unicode"
	"unicode/utf8"
)

// object writes the fields of a JSON object that may have none.
type object struct {
	b   []byte
	any bool
}

func (o *object) name(n string) {
	if o.any {
		o.b = append(o.b, ',')
	}
	o.any = true
	o.b = append(appendString(o.b, n), ':')
}

// text adds a field unless it is empty.
func (o *object) text(name, value string) {
	if value != "" {
		o.name(name)
		o.b = appendString(o.b, value)
	}
}

func (o *object) int(name string, n int64) {
	o.name(name)
	o.b = strconv.AppendInt(o.b, n, 10)
}

func appendStrings(b []byte, list []string) []byte {
	b = append(b, '[')
	for i, s := range list {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendString(b, s)
	}
	return append(b, ']')
}

const hex = "0123456789abcdef"

// appendString appends a JSON string. <, > and & stay; what a terminal might
// act upon is escaped; bytes that are no UTF-8 become U+FFFD.
func appendString[T ~string | ~[]byte](b []byte, s T) []byte {
	b = append(b, '"')
	for i := 0; i < len(s); {
		c := s[i]
		if c >= ' ' && c < 0x7f {
			if c == '"' || c == '\\' {
				b = append(b, '\\')
			}
			b = append(b, c)
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(string(s[i:min(len(s), i+utf8.UTFMax)]))
		b = appendRune(b, r)
		i += n
	}
	return append(b, '"')
}

// appendRune appends a character of a JSON string that is not plain ASCII.
func appendRune(b []byte, r rune) []byte {
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
		return appendEscape(appendEscape(b, 0xd800+r>>10), 0xdc00+r&0x3ff)
	}
	return appendEscape(b, r)
}

func appendEscape(b []byte, r rune) []byte {
	return append(b, '\\', 'u', hex[r>>12&15], hex[r>>8&15], hex[r>>4&15], hex[r&15])
}

// appendData appends `"json":`, `"text":` or `"b64":` with the bytes,
// whichever keeps them. JSON is tried under the name given, unless that is "".
func appendData(b []byte, asJSON string, data []byte) []byte {
	valid := utf8.Valid(data)
	if asJSON != "" && valid {
		if out, ok := appendJSON(append(appendString(b, asJSON), ':'), data); ok {
			return out
		}
	}
	if valid && bytes.IndexByte(data, 0) < 0 {
		return appendString(append(b, `"text":`...), data)
	}
	b = append(b, `"b64":"`...)
	return append(base64.StdEncoding.AppendEncode(b, data), '"')
}

// appendJSON appends a JSON text on one line, its values untouched.
func appendJSON(b, data []byte) ([]byte, bool) {
	var out bytes.Buffer
	if json.Compact(&out, data) != nil || out.Len() == 0 {
		return b, false
	}
	for _, r := range out.String() {
		// Only strings can hold such characters, where an escape means the same.
		if r < 0x7f {
			b = append(b, byte(r))
		} else {
			b = appendRune(b, r)
		}
	}
	return b, true
}
