package v1

import (
	"time"

	"github.com/dockwire/dockwire/decode"
)

// Decoder turns lines into events. A line gives up to three: head, bytes, the
// direction's end.
type Decoder struct {
	lean  bool // without raw heads,
	blind bool // and without the target
	says  Says
	f     fields
	p     parser
	now   time.Duration
	queue [4]decode.Event
	n, i  int

	// The events that are lent out, one of each kind, and their memory.
	opened  decode.ConnOpened
	closed  decode.ConnClosed
	req     decode.RequestHead
	interim decode.InterimHead
	res     decode.ResponseHead
	data    decode.Data
	omitted decode.Omitted
	dirEnd  decode.DirectionEnd
	end     decode.ExchangeEnd
	gap     decode.Gap
	anomaly decode.Anomaly
	mark    decode.Mark
	message decode.Message
	control decode.ControlFrames
	fields  []decode.Field
	trailer []decode.Field
	headRed []decode.Redaction
	bodyRed []decode.Redaction
	tar     []decode.TarEntry
	raw     []byte
	bytes   []byte
}

// Says is what a line says beside its events.
type Says struct {
	Fin    bool // its DirectionEnd ends the exchange, too, if it is the second
	Resume bool // the recording was continued: what was open before is over
	Stop   bool // the recording ended in order
}

// NewDecoder makes a decoder for any recording of this version. Those that know the
// same are not for concurrent use. A list that is empty is so from the first
// line on, not nil.
func NewDecoder(known *Known) *Decoder {
	return &Decoder{
		p: parser{known: known, data: []byte{}}, raw: []byte{}, fields: make([]decode.Field, 0, 8), trailer: []decode.Field{},
		headRed: []decode.Redaction{}, bodyRed: []decode.Redaction{},
	}
}

// Lean makes it leave out of heads how they were on the wire, and the target, unless
// that is asked for. What is left out is checked all the same.
func (d *Decoder) Lean(target bool) { d.lean, d.blind = true, !target }

// Next returns the next event of the line, or nil. It is valid until the next
// Parse.
func (d *Decoder) Next() decode.Event {
	if d.i == d.n {
		return nil
	}
	d.i++
	return d.queue[d.i-1]
}

// Pending reports whether Next has an event.
func (d *Decoder) Pending() bool { return d.i < d.n }

// Says is what the line parsed last says beside its events.
func (d *Decoder) Says() Says { return d.says }

// Now is the time of the line parsed last.
func (d *Decoder) Now() time.Duration { return d.now }

func (d *Decoder) emit(e decode.Event) {
	d.queue[d.n] = e
	d.n++
}

func micros(t int64) time.Duration { return time.Duration(t) * time.Microsecond }

// Parse takes a line; its events then come from Next. A line of an unknown
// kind has none.
func (d *Decoder) Parse(line []byte) error {
	d.n, d.i = 0, 0
	d.p.err = nil
	d.f.clear()
	if err := d.f.split(line, d.p.known); err != nil {
		return err
	}
	o := d.origin()
	if d.p.err != nil {
		return d.p.err
	}
	d.says = Says{}
	d.event(o)
	if d.p.err != nil {
		d.n = 0
	}
	return d.p.err
}

func (d *Decoder) event(o decode.Origin) {
	f, p := &d.f, &d.p
	switch f.event() {
	case "req":
		d.request(o)
	case "res":
		d.response(o)
	case "in":
		d.piece(o, decode.Request)
	case "out":
		d.piece(o, decode.Response)
	case "eof":
		d.directionEnd(o)
	case "end":
		d.exchangeEnd(o)
	case "msg":
		d.grpcMessage(o)
	case "h2":
		d.controlFrames(o)
	case "info":
		d.info(o)
	case "conn":
		d.connOpened(o)
	case "close":
		d.connClosed(o)
	case "drop":
		d.drop(o)
	case "anomaly":
		d.undecoded(o)
	case "mark":
		d.remark(o, p.str(f.text))
	case "clock":
		d.remark(o, "the wall clock was set to "+p.str(f.wall))
	case "resume":
		d.remark(o, "the recording was taken up again at "+p.str(f.start))
		d.says.Resume = true
	case "stop":
		d.says.Stop = true
	}
}

// heads reads the fields of a head, or of a trailer.
func (d *Decoder) heads(list []decode.Field) []decode.Field {
	if d.f.known != nil {
		return append(list, d.f.known...)
	}
	list = d.p.fields(list, d.f.h)
	if d.p.err == nil {
		d.p.known.keepHead(d.f.h, list)
	}
	return list
}

// origin reads e, x, t and c.
func (d *Decoder) origin() decode.Origin {
	f, p := &d.f, &d.p
	if f.e == nil || f.t == nil {
		p.fail("no event: e or t is missing")
	}
	t := p.int(f.t)
	// 2^53 is what other readers of JSON keep exact: 285 years.
	p.check(t < 0 || t > 1<<53, "t is out of range")
	d.now = micros(t)
	return decode.Origin{Time: d.now, Exchange: decode.ExchangeID(p.count(f.x)), Conn: decode.ConnID(p.count(f.c))}
}
