package jsonl

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"strconv"
	"unicode/utf8"

	"github.com/dockwire/dockwire/ui/safe"
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

// appendString appends a JSON string. <, > and & stay; what a terminal might
// act on is escaped; bytes that are no UTF-8 become U+FFFD.
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
		b = safe.AppendJSONRune(b, r)
		i += n
	}
	return append(b, '"')
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
			b = safe.AppendJSONRune(b, r)
		}
	}
	return b, true
}
