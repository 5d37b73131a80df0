package v1

import (
	"time"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/digest"
)

// Rest is what the line of a head may have besides the head.
type Rest struct {
	Body     []byte
	JSON     bool  // embed the body if it is a JSON value
	First    int64 // µs at which the first byte of the body came
	Redacted []decode.Redaction
	Took     int64 // µs from the time of the line to the last thing in it
	Fin      bool  // the direction is complete
}

// Rest ends a line that Request, Response or Omitted began at that time.
func (l *Line) Rest(at int64, r *Rest) {
	if len(r.Body) > 0 {
		l.raw(`,"body":{`)
		if r.First > at {
			l.int(`"t0":`, r.First)
			l.raw(",")
		}
		l.value(r.Body, r.JSON)
		l.raw("}")
	}
	l.redactions(r.Redacted)
	if r.Took > 0 {
		l.int(`,"dt":`, r.Took)
	}
	l.flag(`,"fin":`, r.Fin)
	l.End()
}

// Piece is a run of bytes in a line of its own.
type Piece struct {
	Dir      decode.Direction
	Bytes    []byte
	JSON     bool  // embed the bytes if they are a JSON value
	First    int64 // µs at which the first byte came
	Fd       int   // stdcopy stream, or decode.NoFd
	More     bool
	Text     bool // of a WebSocket message that is text
	Redacted []decode.Redaction
}

// Piece writes a line of body or stream bytes.
func (l *Line) Piece(at At, p *Piece) {
	l.begin(dirName(p.Dir), at)
	if p.First < at.Time {
		l.int(`,"t0":`, p.First)
	}
	if p.Fd != decode.NoFd {
		l.int(`,"fd":`, int64(p.Fd))
	}
	l.flag(`,"more":`, p.More)
	if p.Text {
		l.str(`,"ws":`, wsText)
	}
	l.raw(`,`)
	l.value(p.Bytes, p.JSON)
	l.redactions(p.Redacted)
	l.End()
}

// wsText is what a WebSocket message is called that is not binary.
const wsText = "text"

// Omitted begins the line that stands for bytes that are not in the file; the
// first of them came at first. It is left open, see Rest and End.
func (l *Line) Omitted(at At, e *decode.Omitted, first int64) {
	l.begin(dirName(e.Dir), at)
	if first > 0 && first < at.Time {
		l.int(`,"t0":`, first)
	}
	l.int(`,"n":`, e.Bytes)
	if e.Total != e.Bytes {
		l.int(`,"total":`, e.Total)
	}
	l.digest(e.Digest)
	l.opt(`,"why":`, e.Why)
	l.tar(e.Tar, e.TarCut)
	l.opt(`,"tarerr":`, e.TarErr)
}

// digest writes a digest under the name of its kind.
func (l *Line) digest(d digest.Digest) {
	switch d.Kind() {
	case digest.XXH3:
		l.str(`,"xxh3":`, d.Hex())
	case digest.SHA256:
		l.str(`,"sha256":`, d.Hex())
	}
}

// DirectionEnd writes that a direction is complete.
func (l *Line) DirectionEnd(at At, dir decode.Direction, trailer []decode.Field) {
	l.begin("eof", at)
	l.str(`,"dir":`, dirName(dir))
	if len(trailer) > 0 {
		l.fields(trailer)
	}
	l.End()
}

// ExchangeEnd writes that an exchange is over.
func (l *Line) ExchangeEnd(at At, e *decode.ExchangeEnd) {
	l.begin("end", at)
	l.ending(e.By, e.How, e.Err)
	switch {
	case e.OpenRequest && e.OpenResponse:
		l.raw(`,"open":["in","out"]`)
	case e.OpenRequest:
		l.raw(`,"open":["in"]`)
	case e.OpenResponse:
		l.raw(`,"open":["out"]`)
	}
	l.End()
}

func (l *Line) ending(by decode.Party, how decode.Ending, err string) {
	l.str(`,"by":`, string(by))
	l.str(`,"how":`, string(how))
	l.opt(`,"err":`, err)
}

// rest emits what a head's line has besides the head.
func (d *Decoder) rest(o decode.Origin, dir decode.Direction) {
	line := o.Time
	o.Time += micros(d.p.count(d.f.dt))
	if d.f.body != nil {
		d.p.check(d.f.body[0] != '{', "body is not an object")
		d.value(o, d.first(o, line, &d.f.inner), dir, &d.f.inner)
	}
	d.fin(o, dir)
}

// piece emits a run of bytes, or what stands for one.
func (d *Decoder) piece(o decode.Origin, dir decode.Direction) {
	d.redactions()
	d.headRed, d.bodyRed = d.bodyRed, d.headRed // a line without a head has none of a head
	d.value(o, d.first(o, o.Time, &d.f.value), dir, &d.f.value)
	d.fin(o, dir)
}

// first is when the first byte of a value came: t0, or the time of the line.
func (d *Decoder) first(o decode.Origin, line time.Duration, v *value) time.Duration {
	if v.t0 == nil {
		return line
	}
	t := micros(d.p.count(v.t0))
	d.p.check(t > o.Time, "t0 is after the bytes")
	return t
}

func (d *Decoder) value(o decode.Origin, first time.Duration, dir decode.Direction, v *value) {
	p := &d.p
	b, kept := p.bytes(v)
	if !kept {
		d.omission(o, dir, v)
		return
	}
	d.data = decode.Data{Origin: o, First: first, Dir: dir, Fd: decode.NoFd, More: p.flag(d.f.more), Text: p.name(d.f.ws) == wsText, Bytes: b, Redacted: d.bodyRed}
	if d.f.fd != nil {
		d.data.Fd = int(p.count(d.f.fd))
		p.check(d.data.Fd > 3, "fd is not a stdcopy stream")
	}
	d.emit(&d.data)
}

func (d *Decoder) omission(o decode.Origin, dir decode.Direction, v *value) {
	p, f := &d.p, &d.f
	n := p.count(v.n)
	d.omitted = decode.Omitted{Origin: o, Dir: dir, Bytes: n, Total: n, Digest: p.digest(v), Why: p.str(f.why)}
	if f.total != nil {
		d.omitted.Total = p.count(f.total)
	}
	d.tar = p.tar(d.tar[:0], f.tar)
	d.omitted.Tar = d.tar
	d.omitted.TarCut = int(p.count(f.tarcut))
	d.omitted.TarErr = p.str(f.tarerr)
	d.emit(&d.omitted)
}

// digest reads the digest of what is not kept.
func (p *parser) digest(v *value) digest.Digest {
	if v.sha256 != nil {
		return digest.SHA256.Digest(p.str(v.sha256))
	}
	return digest.XXH3.Digest(p.str(v.xxh3))
}

// fin emits the end of a direction where the line says so.
func (d *Decoder) fin(o decode.Origin, dir decode.Direction) {
	if d.says.Fin = d.p.flag(d.f.fin); d.says.Fin {
		d.dirEnd = decode.DirectionEnd{Origin: o, Dir: dir}
		d.emit(&d.dirEnd)
	}
}

func (d *Decoder) directionEnd(o decode.Origin) {
	d.trailer = d.heads(d.trailer[:0])
	d.dirEnd = decode.DirectionEnd{Origin: o, Dir: d.p.dir(d.f.dir), Trailer: d.trailer}
	d.emit(&d.dirEnd)
}

func (d *Decoder) exchangeEnd(o decode.Origin) {
	f, p := &d.f, &d.p
	d.end = decode.ExchangeEnd{Origin: o, By: decode.Party(p.name(f.by)), How: decode.Ending(p.name(f.how)), Err: p.str(f.err)}
	d.end.OpenRequest, d.end.OpenResponse = p.open(f.open)
	d.emit(&d.end)
}
