package v1

import (
	"bytes"
	"errors"
	"strings"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/grpc"
)

// ofStream reports whether a head is one of HTTP/2, which has no text and no
// reason phrase, but pseudo-headers. A field of HTTP/1 cannot have such a name.
func ofStream(fields []decode.Field) bool {
	return len(fields) > 0 && strings.HasPrefix(fields[0].Name, ":")
}

// stream writes where the request stands that is a stream of HTTP/2, or that
// travels inside another exchange.
func (l *Line) stream(e *decode.RequestHead) {
	l.count(`,"parent":`, int64(e.Parent))
	l.count(`,"stream":`, int64(e.Stream))
	if e.ByDaemon {
		l.str(`,"from":`, string(decode.Server))
	}
}

// Message writes a gRPC message, whose first byte came at first: as JSON where
// nothing is lost by that, else with its bytes. withheld says why its content
// is not kept, if so.
func (l *Line) Message(at At, e *decode.Message, first int64, withheld string) {
	l.begin("msg", at)
	l.str(`,"dir":`, dirName(e.Dir))
	if first < at.Time {
		l.int(`,"t0":`, first)
	}
	l.opt(`,"type":`, e.Type)
	l.int(`,"size":`, e.Size)
	l.opt(`,"comp":`, e.Compression)
	if withheld == "" {
		withheld = e.Cut
		l.content(e)
	}
	l.digest(e.Digest)
	l.opt(`,"why":`, withheld)
	l.redactions(e.Redacted)
	l.End()
}

func (l *Line) content(e *decode.Message) {
	asJSON := len(e.JSON) > 0 && embeddable(e.JSON)
	if asJSON {
		l.raw(`,"json":`)
		*l = append(*l, e.JSON...)
	}
	if e.Bytes != nil && !(asJSON && encodes(e)) {
		l.b64(`,"b64":`, e.Bytes)
	}
}

// encodes reports whether the JSON of a message gives its bytes back.
func encodes(e *decode.Message) bool {
	b, err := grpc.Encode(grpc.TypeNamed(e.Type), e.JSON)
	return err == nil && bytes.Equal(b, e.Bytes)
}

// ControlFrames writes what an HTTP/2 connection carried beside its streams.
func (l *Line) ControlFrames(at At, e *decode.ControlFrames) {
	l.begin("h2", at)
	l.str(`,"dir":`, dirName(e.Dir))
	l.int(`,"n":`, e.Bytes)
	for _, c := range e.Counts() {
		l.count(`,"`+c.Name+`":`, c.N)
	}
	l.count(`,"late":`, e.Late)
	l.End()
}

func (d *Decoder) stream(e *decode.RequestHead) {
	f, p := &d.f, &d.p
	e.Parent = decode.ExchangeID(p.count(f.parent))
	e.Stream = uint32(p.count(f.stream))
	e.ByDaemon = p.name(f.from) == string(decode.Server)
}

func (d *Decoder) grpcMessage(o decode.Origin) {
	f, p := &d.f, &d.p
	d.redactions()
	e := &d.message
	*e = decode.Message{
		Origin: o, First: d.first(o, o.Time, &f.value), Dir: p.dir(f.dir), Type: p.name(f.typ),
		Size: p.count(f.size), Compression: p.name(f.comp), Cut: p.str(f.why), Digest: p.digest(&f.value),
		JSON: f.json, Redacted: d.headRed,
	}
	switch {
	case f.b64 != nil:
		d.bytes = p.b64(d.bytes[:0], f.b64)
		e.Bytes = d.bytes
	case f.json != nil:
		b, err := grpc.Encode(grpc.TypeNamed(e.Type), f.json)
		p.check(err != nil && !errors.Is(err, grpc.ErrFile), "json is not a message of its type")
		e.Bytes = b
	}
	d.emit(e)
}

func (d *Decoder) controlFrames(o decode.Origin) {
	f, p := &d.f, &d.p
	d.control = decode.ControlFrames{
		Origin: o, Dir: p.dir(f.dir), Bytes: p.count(f.n),
		Settings: p.count(f.settings), Ping: p.count(f.ping), WindowUpdate: p.count(f.window),
		Priority: p.count(f.priority), GoAway: p.count(f.goaway), Other: p.count(f.other), Late: p.count(f.late),
	}
	d.emit(&d.control)
}
