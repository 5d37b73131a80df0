package recordings

import (
	"net/http"
	"strings"
	"time"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/engine"
)

func (v *v1) request(o decode.Origin) {
	f, p := &v.f, &v.p
	v.exchange(o)
	e := &v.req
	*e = decode.RequestHead{Origin: o, Method: p.name(f.m), Target: p.str(f.u), Proto: p.proto(f)}
	v.fields = p.fields(v.fields[:0], f.h)
	e.Fields = v.fields
	e.Framing, e.Length, e.Content = p.framing(f)
	v.redactions()
	e.Redacted = v.headRed
	e.Call = engine.Lookup(e.Method, e.Target)
	if v.head(f.raw) {
		v.raw = appendRequest(v.raw[:0], e)
	}
	e.Raw = v.raw
	v.emit(e)
	v.rest(o, decode.Request)
}

func (v *v1) response(o decode.Origin) {
	f, p := &v.f, &v.p
	v.exchange(o)
	e := &v.res
	*e = decode.ResponseHead{Origin: o, Status: p.status(f.s), Proto: p.proto(f), Why: p.name(f.why)}
	e.Reason = p.reason(f.r, e.Status)
	v.fields = p.fields(v.fields[:0], f.h)
	e.Fields = v.fields
	e.Framing, e.Length, e.Content = p.framing(f)
	v.redactions()
	e.Redacted = v.headRed
	if v.head(f.raw) {
		v.raw = appendResponse(v.raw[:0], e)
	}
	e.Raw = v.raw
	v.emit(e)
	v.rest(o, decode.Response)
}

// head reads a head that was kept as it was on the wire, or reports that it
// is the usual one. There is none when it was redacted or not kept.
func (v *v1) head(raw []byte) (usual bool) {
	usual = raw == nil && len(v.headRed) == 0
	if !usual {
		v.raw = v.raw[:0]
		if raw != nil {
			v.raw = v.p.b64(v.raw, raw)
		}
		if len(v.raw) == 0 {
			v.raw = nil
		}
	}
	return usual
}

// rest emits what a head's line has besides the head.
func (v *v1) rest(o decode.Origin, dir decode.Direction) {
	first := o.Time
	o.Time += micros(v.p.count(v.f.dt))
	if v.f.body != nil {
		v.p.body(&v.body, v.f.body)
		v.value(o, v.first(o, first, &v.body), dir, &v.body)
	}
	if v.p.flag(v.f.fin) {
		v.fin(o, dir)
	}
}

// piece emits a run of bytes, or what stands for one.
func (v *v1) piece(o decode.Origin, event string) {
	dir := decode.Request
	if event == "out" {
		dir = decode.Response
	}
	v.exchange(o)
	v.redactions()
	v.headRed, v.bodyRed = v.bodyRed, v.headRed // a line without a head has none of a head
	v.value(o, v.first(o, o.Time, &v.f.v1Value), dir, &v.f.v1Value)
	if v.p.flag(v.f.fin) {
		v.fin(o, dir)
	}
}

// first is when the first byte of a value came: t0, or the time of the line.
func (v *v1) first(o decode.Origin, line time.Duration, d *v1Value) time.Duration {
	if d.t0 == nil {
		return line
	}
	t := micros(v.p.count(d.t0))
	v.p.check(t > o.Time, "t0 is after the bytes")
	return t
}

func (v *v1) value(o decode.Origin, first time.Duration, dir decode.Direction, d *v1Value) {
	p := &v.p
	b, kept := p.bytes(d)
	if !kept {
		v.omission(o, dir, d)
		return
	}
	v.data = decode.Data{Origin: o, First: first, Dir: dir, Fd: decode.NoFd, More: p.flag(v.f.more), Bytes: b, Redacted: v.bodyRed}
	if v.f.fd != nil {
		v.data.Fd = int(p.count(v.f.fd))
		p.check(v.data.Fd > 3, "fd is no stdcopy stream")
	}
	v.emit(&v.data)
}

func (v *v1) omission(o decode.Origin, dir decode.Direction, d *v1Value) {
	p, f := &v.p, &v.f
	n := p.count(d.n)
	v.omitted = decode.Omitted{Origin: o, Dir: dir, Bytes: n, Total: n, SHA256: p.str(d.sha256), Why: p.str(f.why)}
	if f.total != nil {
		v.omitted.Total = p.count(f.total)
	}
	v.tar = p.tar(v.tar[:0], f.tar)
	v.omitted.Tar = v.tar
	v.omitted.TarCut = int(p.count(f.tarcut))
	v.omitted.TarErr = p.str(f.tarerr)
	v.emit(&v.omitted)
}

// fin emits the end of a direction, and of the exchange when it was the last.
func (v *v1) fin(o decode.Origin, dir decode.Direction) {
	v.dirEnd = decode.DirectionEnd{Origin: o, Dir: dir}
	v.emit(&v.dirEnd)
	x := v.exchange(o)
	x.ended[dir] = true
	if x.ended[1-dir] {
		v.end = decode.ExchangeEnd{Origin: o, By: decode.Server, How: decode.EndEOF}
		v.emit(&v.end)
		v.forget(o.Exchange)
	}
}

func (v *v1) eof(o decode.Origin) {
	dir := v.p.dir(v.f.dir)
	v.trailer = v.p.fields(v.trailer[:0], v.f.h)
	v.dirEnd = decode.DirectionEnd{Origin: o, Dir: dir, Trailer: v.trailer}
	v.emit(&v.dirEnd)
	v.exchange(o).ended[dir] = true
}

func (v *v1) exchangeEnd(o decode.Origin) {
	f, p := &v.f, &v.p
	v.end = decode.ExchangeEnd{Origin: o, By: decode.Party(p.name(f.by)), How: decode.Ending(p.name(f.how)), Err: p.str(f.err)}
	v.end.OpenRequest, v.end.OpenResponse = p.open(f.open)
	v.emit(&v.end)
	v.forget(o.Exchange)
}

func (v *v1) info(o decode.Origin) {
	f, p := &v.f, &v.p
	v.exchange(o)
	v.interim = decode.InterimHead{Origin: o, Status: p.status(f.s), Proto: p.proto(f)}
	v.interim.Reason = p.reason(f.r, v.interim.Status)
	v.fields = p.fields(v.fields[:0], f.h)
	v.interim.Fields = v.fields
	v.emit(&v.interim)
}

// redactions sorts the line's into those of the head and those of the bytes.
func (v *v1) redactions() {
	v.headRed, v.bodyRed = v.headRed[:0], v.bodyRed[:0]
	if v.f.red == nil {
		return
	}
	v.p.redactions(v.f.red, func(r decode.Redaction) {
		if v.f.body != nil && (strings.HasPrefix(r.At, "body") || strings.HasPrefix(r.At, "stream")) {
			v.bodyRed = append(v.bodyRed, r)
		} else {
			v.headRed = append(v.headRed, r)
		}
	})
}

// reason is the reason phrase, which is not written when it is the usual one.
func (p *v1Parser) reason(r []byte, status int) string {
	if r == nil {
		return http.StatusText(status)
	}
	return p.name(r)
}
