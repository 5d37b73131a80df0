package replay

import (
	"bytes"
	"crypto/sha1"
	"encoding/base64"
	"strconv"
	"strings"

	"github.com/dockwire/dockwire/decode"
)

// rawHead is a head as it was on the wire, or as near as the recording knows.
func (c *conn) rawHead(e *decode.ResponseHead) []byte {
	if e.Raw != nil {
		return e.Raw
	}
	b := append(c.buf[:0:0], e.Proto...)
	b = append(b, ' ')
	b = strconv.AppendInt(b, int64(e.Status), 10)
	b = append(append(b, ' '), e.Reason...)
	for _, f := range e.Fields {
		b = append(append(append(append(b, "\r\n"...), f.Name...), ": "...), f.Value...)
	}
	return append(b, "\r\n\r\n"...)
}

// withLength sets Content-Length.
func withLength(raw []byte, n int64) []byte {
	return withField(raw, "content-length", strconv.FormatInt(n, 10))
}

// withWebSocketAccept answers the key of this client (RFC 6455 section 4.2.2).
func withWebSocketAccept(raw []byte, key string) []byte {
	sum := sha1.Sum([]byte(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))
	return withField(raw, "sec-websocket-accept", base64.StdEncoding.EncodeToString(sum[:]))
}

// withField sets the value of a header line, if there is one of that name.
func withField(raw []byte, name, value string) []byte {
	out := make([]byte, 0, len(raw)+8)
	for len(raw) > 0 {
		line := raw
		if i := bytes.IndexByte(raw, '\n'); i >= 0 {
			line = raw[:i+1]
		}
		raw = raw[len(line):]
		if found, _, ok := bytes.Cut(line, []byte(":")); ok && strings.EqualFold(string(found), name) {
			out = append(append(append(append(out, found...), ": "...), value...), "\r\n"...)
			continue
		}
		out = append(out, line...)
	}
	return out
}

// saysClose reports whether the connection ends with the answer (RFC 9112 section
// 9.6).
func saysClose(fields []decode.Field) bool {
	for _, f := range fields {
		if strings.EqualFold(f.Name, "Connection") && strings.EqualFold(strings.TrimSpace(f.Value), "close") {
			return true
		}
	}
	return false
}
