package recordings

import (
	"net/http"
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
	if len(e.Redacted) == 0 && !usualRequest(e) {
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
	if len(e.Redacted) == 0 && !usualResponse(e) {
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
