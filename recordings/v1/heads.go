package v1

import (
	"net/http"
	"strings"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/engine"
)

// Request begins the line of a request's head. It is left open, see Rest.
func (l *Line) Request(at At, e *decode.RequestHead) {
	l.begin("req", at)
	l.str(`,"m":`, e.Method)
	l.str(`,"u":`, e.Target)
	l.proto(e.Proto)
	l.fields(e.Fields)
	if e.Call.Op != nil {
		l.str(`,"op":`, e.Call.Op.ID)
	}
	if e.Framing != decode.FramingNone || e.Length >= 0 || e.Content != decode.ContentNone {
		l.framing(e.Framing, e.Length, e.Content)
	}
	if !ofStream(e.Fields) && len(e.Redacted) == 0 && !usualRequest(e) {
		l.b64(`,"raw":`, e.Raw)
	}
	l.stream(e)
}

// Response begins the line of a final response's head. It is left open, see
// Rest.
func (l *Line) Response(at At, e *decode.ResponseHead) {
	l.begin("res", at)
	l.status(e.Status, e.Reason, ofStream(e.Fields))
	l.proto(e.Proto)
	l.fields(e.Fields)
	l.framing(e.Framing, e.Length, e.Content)
	l.opt(`,"why":`, e.Why)
	if !ofStream(e.Fields) && len(e.Redacted) == 0 && !usualResponse(e) {
		l.b64(`,"raw":`, e.Raw)
	}
}

// Interim writes the head of a 1xx response.
func (l *Line) Interim(at At, e *decode.InterimHead) {
	l.begin("info", at)
	l.status(e.Status, e.Reason, ofStream(e.Fields))
	l.proto(e.Proto)
	l.fields(e.Fields)
	l.End()
}

func (l *Line) status(status int, reason string, stream bool) {
	l.int(`,"s":`, int64(status))
	if reason != usualReason(status, stream) {
		l.str(`,"r":`, reason)
	}
}

func usualReason(status int, stream bool) string {
	if stream {
		return ""
	}
	return http.StatusText(status)
}

// proto writes "1.1" for HTTP/1.1, and a protocol of another name as it is.
func (l *Line) proto(p string) {
	if v, ok := strings.CutPrefix(p, "HTTP/"); ok {
		l.str(`,"p":`, v)
		return
	}
	l.str(`,"proto":`, p)
}

func (l *Line) framing(f decode.Framing, length int64, c decode.Content) {
	l.opt(`,"fr":`, f.String())
	if length >= 0 {
		l.int(`,"len":`, length)
	}
	if c != usualContent(f) {
		l.opt(`,"kind":`, c.String())
	}
	if c == decode.ContentStdcopy {
		l.raw(`,"mux":"stdcopy"`)
	}
}

// usualContent is the content of a body when the line does not name it.
func usualContent(f decode.Framing) decode.Content {
	if f == decode.FramingNone {
		return decode.ContentNone
	}
	return decode.ContentUnknown
}

func (d *Decoder) request(o decode.Origin) {
	f, p := &d.f, &d.p
	e := &d.req
	*e = decode.RequestHead{Origin: o, Method: p.name(f.m), Proto: p.proto(f)}
	if target := p.chars(f.u); !d.blind {
		e.Target = string(target)
		e.Call = engine.Lookup(e.Method, e.Target)
	}
	d.fields = d.heads(d.fields[:0])
	e.Fields = d.fields
	e.Framing, e.Length, e.Content = p.framing(f)
	d.redactions()
	e.Redacted = d.headRed
	d.stream(e)
	if d.head(f.raw, e.Fields) && !d.lean {
		d.raw = AppendRequest(d.raw[:0], e)
	}
	e.Raw = d.raw
	d.emit(e)
	d.rest(o, decode.Request)
}

func (d *Decoder) response(o decode.Origin) {
	f, p := &d.f, &d.p
	e := &d.res
	*e = decode.ResponseHead{Origin: o, Status: p.status(f.s), Proto: p.proto(f), Why: p.name(f.why)}
	d.fields = d.heads(d.fields[:0])
	e.Fields = d.fields
	e.Reason = p.reason(f.r, e.Status, ofStream(e.Fields))
	e.Framing, e.Length, e.Content = p.framing(f)
	d.redactions()
	e.Redacted = d.headRed
	if d.head(f.raw, e.Fields) && !d.lean {
		d.raw = AppendResponse(d.raw[:0], e)
	}
	e.Raw = d.raw
	d.emit(e)
	d.rest(o, decode.Response)
}

func (d *Decoder) info(o decode.Origin) {
	f, p := &d.f, &d.p
	d.interim = decode.InterimHead{Origin: o, Status: p.status(f.s), Proto: p.proto(f)}
	d.fields = d.heads(d.fields[:0])
	d.interim.Fields = d.fields
	d.interim.Reason = p.reason(f.r, d.interim.Status, ofStream(d.fields))
	d.emit(&d.interim)
}

// head reads a head that was kept as it was on the wire, or reports that it
// is the usual one. There is none when it was redacted or not kept.
func (d *Decoder) head(raw []byte, fields []decode.Field) (usual bool) {
	usual = raw == nil && len(d.headRed) == 0 && !ofStream(fields)
	if !usual {
		d.raw = d.raw[:0]
		if raw != nil {
			d.raw = d.p.b64(d.raw, raw)
		}
		if len(d.raw) == 0 {
			d.raw = nil
		}
	}
	return usual
}

func (p *parser) proto(f *fields) string {
	if f.p == nil {
		return p.name(f.proto)
	}
	switch c := p.chars(f.p); string(c) {
	case "1.1":
		return "HTTP/1.1"
	case "1.0":
		return "HTTP/1.0"
	default:
		return "HTTP/" + string(c)
	}
}

func (p *parser) framing(f *fields) (decode.Framing, int64, decode.Content) {
	length := int64(-1)
	if f.len != nil {
		length = p.count(f.len)
	}
	framing := decode.FramingNamed(p.chars(f.fr))
	switch {
	case f.kind != nil:
		return framing, length, decode.ContentNamed(p.chars(f.kind))
	case string(f.mux) == `"stdcopy"`:
		return framing, length, decode.ContentStdcopy
	}
	return framing, length, usualContent(framing)
}

// reason is the reason phrase, which is not written when it is the usual one.
func (p *parser) reason(r []byte, status int, stream bool) string {
	if r == nil {
		return usualReason(status, stream)
	}
	return p.name(r)
}
