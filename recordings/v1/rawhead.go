package v1

import (
	"strconv"

	"github.com/dockwire/dockwire/decode"
)

// A head is kept byte for byte only when it is not what anybody would make of
// its start line and fields.

func usualRequest(e *decode.RequestHead) bool {
	m := matcher{e.Raw}
	return m.take(e.Method) && m.take(" ") && m.take(e.Target) && m.take(" ") && m.take(e.Proto) && m.fields(e.Fields)
}

func usualResponse(e *decode.ResponseHead) bool {
	m := matcher{e.Raw}
	return m.take(e.Proto) && m.take(" ") && m.status(e.Status) && m.take(" ") && m.take(e.Reason) && m.fields(e.Fields)
}

// matcher takes expected text off the front of a head.
type matcher struct{ raw []byte }

func (m *matcher) take(s string) bool {
	if len(m.raw) < len(s) || string(m.raw[:len(s)]) != s {
		return false
	}
	m.raw = m.raw[len(s):]
	return true
}

func (m *matcher) status(status int) bool {
	var b [20]byte
	s := appendStatus(b[:0], status)
	if len(m.raw) < len(s) || string(m.raw[:len(s)]) != string(s) {
		return false
	}
	m.raw = m.raw[len(s):]
	return true
}

// fields matches the rest of a head.
func (m *matcher) fields(fields []decode.Field) bool {
	if !m.take("\r\n") {
		return false
	}
	raw := m.raw
	for i := range fields {
		name, value := fields[i].Name, fields[i].Value
		n := len(name) + len(": ")
		end := n + len(value)
		if len(raw) < end+2 || raw[n-2] != ':' || raw[n-1] != ' ' || raw[end] != '\r' || raw[end+1] != '\n' ||
			string(raw[:n-2]) != name || string(raw[n:end]) != value {
			return false
		}
		raw = raw[end+2:]
	}
	return string(raw) == "\r\n"
}

// AppendRequest appends the usual head of a request with these fields.
func AppendRequest(b []byte, e *decode.RequestHead) []byte {
	b = append(append(b, e.Method...), ' ')
	b = append(append(b, e.Target...), ' ')
	return appendFields(append(b, e.Proto...), e.Fields)
}

// AppendResponse appends the usual head of a response with these fields.
func AppendResponse(b []byte, e *decode.ResponseHead) []byte {
	b = append(append(b, e.Proto...), ' ')
	b = append(appendStatus(b, e.Status), ' ')
	return appendFields(append(b, e.Reason...), e.Fields)
}

func appendFields(b []byte, fields []decode.Field) []byte {
	b = append(b, "\r\n"...)
	for i := range fields {
		b = append(b, fields[i].Name...)
		b = append(b, ": "...)
		b = append(b, fields[i].Value...)
		b = append(b, "\r\n"...)
	}
	return append(b, "\r\n"...)
}

// appendStatus writes a status code as it is in a status line: always
// three digits (RFC 9112 section 4).
func appendStatus(b []byte, status int) []byte {
	for limit := 100; status < limit && limit > 1; limit /= 10 {
		b = append(b, '0')
	}
	return strconv.AppendInt(b, int64(status), 10)
}
