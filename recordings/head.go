package recordings

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/dockwire/dockwire/decode"
)

// requestHead writes a req line up to where body, red and fin follow.
func (l *line) requestHead(e *decode.RequestHead, x decode.ExchangeID, c decode.ConnID, t int64) {
	l.begin("req", x, t)
	l.int(`,"c":`, int64(c))
	l.str(`,"m":`, e.Method)
	l.str(`,"u":`, e.Target)
	l.proto(e.Proto)
	l.fields(`,"h":`, e.Fields)
	if e.Call.Op != nil {
		l.str(`,"op":`, e.Call.Op.ID)
	}
	if e.Framing != decode.FramingNone || e.Length >= 0 || e.Content != decode.ContentNone {
		l.framing(e.Framing, e.Length, e.Content)
	}
	if len(e.Redacted) == 0 && !sameHead(e.Raw, e.Fields, e.Method, " ", e.Target, " ", e.Proto) {
		l.b64(`,"raw":`, e.Raw)
	}
}

// responseHead writes a res line up to where body, red and fin follow.
func (l *line) responseHead(e *decode.ResponseHead, x decode.ExchangeID, t int64) {
	l.begin("res", x, t)
	l.status(e.Status, e.Reason)
	l.proto(e.Proto)
	l.fields(`,"h":`, e.Fields)
	l.framing(e.Framing, e.Length, e.Content)
	l.opt(`,"why":`, e.Why)
	var status [4]byte
	if len(e.Redacted) == 0 && !sameHead(e.Raw, e.Fields, e.Proto, " ", statusText(status[:0], e.Status), " ", e.Reason) {
		l.b64(`,"raw":`, e.Raw)
	}
}

func (l *line) interimHead(e *decode.InterimHead, x decode.ExchangeID, t int64) {
	l.begin("info", x, t)
	l.status(e.Status, e.Reason)
	l.proto(e.Proto)
	l.fields(`,"h":`, e.Fields)
}

func (l *line) status(status int, reason string) {
	l.int(`,"s":`, int64(status))
	if reason != http.StatusText(status) {
		l.str(`,"r":`, reason)
	}
}

// proto writes "1.1" for HTTP/1.1, and a protocol of another name as it is.
func (l *line) proto(p string) {
	if v, ok := strings.CutPrefix(p, "HTTP/"); ok {
		l.str(`,"p":`, v)
		return
	}
	l.str(`,"proto":`, p)
}

func (l *line) framing(f decode.Framing, length int64, c decode.Content) {
	l.opt(`,"fr":`, nameOf(framingNames[:], f))
	if length >= 0 {
		l.int(`,"len":`, length)
	}
	if c != usualContent(f) {
		l.opt(`,"kind":`, nameOf(contentNames[:], c))
	}
	if c == decode.ContentStdcopy {
		l.raw(`,"mux":"stdcopy"`)
	}
}

// statusText is the status code as it stands in a status line: always three
// digits (RFC 9112 section 4).
func statusText(b []byte, status int) string {
	if status < 100 {
		b = append(b, "000"[:3-len(strconv.Itoa(status))]...)
	}
	return string(strconv.AppendInt(b, int64(status), 10))
}

// sameHead reports whether raw is what appendHead makes of the start line's
// parts and the fields; then it need not be kept.
func sameHead(raw []byte, fields []decode.Field, start ...string) bool {
	ok := true
	take := func(s string) {
		if ok = ok && len(raw) >= len(s) && string(raw[:len(s)]) == s; ok {
			raw = raw[len(s):]
		}
	}
	for _, s := range start {
		take(s)
	}
	take("\r\n")
	for i := range fields {
		take(fields[i].Name)
		take(": ")
		take(fields[i].Value)
		take("\r\n")
	}
	take("\r\n")
	return ok && len(raw) == 0
}

// appendHead writes a head the usual way.
func appendHead(b []byte, fields []decode.Field, start ...string) []byte {
	for _, s := range start {
		b = append(b, s...)
	}
	b = append(b, "\r\n"...)
	for i := range fields {
		b = append(b, fields[i].Name...)
		b = append(b, ": "...)
		b = append(b, fields[i].Value...)
		b = append(b, "\r\n"...)
	}
	return append(b, "\r\n"...)
}
