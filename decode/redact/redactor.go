package redact

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/engine"
)

// Options say what is secret beyond the rules.
type Options struct {
	Off      bool     // nothing is replaced
	Extra    []string // more names of variables, build arguments, options, headers and JSON keys whose values are secret; case does not matter, * matches any run of characters
	Literals []string // values that are masked wherever their bytes stand, in streams too; those shorter than four bytes are ignored

	// Found is called for each secret that is replaced. It may be nil.
	Found func(decode.Redaction)
	// Taken are the highest numbers of placeholders in use, by kind, where what
	// comes was redacted before.
	Taken map[string]int
}

// Unreadable reports whether something was replaced because it could not be
// read, not because it looked like a secret.
func Unreadable(red decode.Redaction) bool { return strings.HasPrefix(red.As, kindUnparsed+".") }

// A Redactor is between the producer of events and their consumers.
// It is not safe for concurrent use.
type Redactor struct {
	emit     func(decode.Event)
	off      bool
	found    func(decode.Redaction)
	names    *names
	nums     *numbers
	heads    *headers
	named    *node // beneath a JSON key of Options.Extra
	literals [][]byte
	longest  int // of the literals
	plans    map[*engine.Operation]*opPlan
	open     map[decode.ExchangeID]*exchange
	lost     map[decode.ConnID]*[2]trouble // by direction; only those in trouble
	spare    []*exchange

	// Memory that is used again for each event.
	reds      []decode.Redaction
	spans     []span
	out       []byte
	nameBuf   []byte
	paramBuf  []byte
	valueBuf  []byte
	targetBuf []byte
	fieldBuf  []decode.Field
	msg       rewriter // for gRPC messages
	oddHead   bool     // fields saw lines that are no header
	ev        events
}

// events are those that go out instead of others.
type events struct {
	opened   decode.ConnOpened
	request  decode.RequestHead
	interim  decode.InterimHead
	response decode.ResponseHead
	data     decode.Data
	omitted  decode.Omitted
	dirEnd   decode.DirectionEnd
	anomaly  decode.Anomaly
	message  decode.Message
}

// New makes a redactor that hands events to emit.
func New(o Options, emit func(decode.Event)) *Redactor {
	n := newNames(o.Extra)
	r := &Redactor{
		emit: emit, off: o.Off, found: o.Found, names: n, nums: newNumbers(), heads: &headers{names: n, exact: map[string]action{}, verdicts: map[string]*verdict{}},
		plans: map[*engine.Operation]*opPlan{},
		open:  map[decode.ExchangeID]*exchange{},
		lost:  map[decode.ConnID]*[2]trouble{},
		named: everywhere(action{kindNamed, engine.Whole}),
	}
	maps.Copy(r.nums.last, o.Taken)
	for _, v := range o.Literals {
		if len(v) >= minLiteral {
			r.addLiteral([]byte(v))
		}
	}
	return r
}

// opPlan is what the table says about an operation.
type opPlan struct {
	query  []engine.Secret
	clean  string   // the last target that had nothing secret in it
	known  int      // as of verdict
	bodies [2]*plan // by direction
}

func (r *Redactor) plan(op *engine.Operation) *opPlan {
	if p := r.plans[op]; p != nil {
		return p
	}
	secrets := op.Secrets()
	var above *action
	if op == nil {
		above = &action{kindNamed, engine.EnvObject} // whatever it is, by its name
	}
	p := &opPlan{}
	p.bodies[decode.Request] = newPlan(secrets, above, engine.InRequestBody)
	p.bodies[decode.Response] = newPlan(secrets, above, engine.InResponseBody, engine.InStream, engine.InError)
	for _, s := range secrets {
		if s.In == engine.InQuery {
			p.query = append(p.query, s)
		}
	}
	r.plans[op] = p
	return p
}

// Event takes the next event and emits it, or another in its place. An event
// without secrets is emitted as it is. The end of a piece of a body may come
// with the next piece: then the piece's First is that of what was held back.
func (r *Redactor) Event(e decode.Event) {
	if r.off {
		r.emit(e)
		return
	}
	r.reds = r.reds[:0]
	switch e := e.(type) {
	case *decode.Data:
		r.data(e)
	case *decode.RequestHead:
		r.request(e)
	case *decode.ResponseHead:
		r.response(e)
	case *decode.DirectionEnd:
		r.directionEnd(e)
	case *decode.ExchangeEnd:
		r.exchangeEnd(e)
	case *decode.ConnOpened:
		r.connOpened(e)
	case *decode.ConnClosed:
		delete(r.lost, e.Conn)
		r.emit(e)
	case *decode.InterimHead:
		r.interim(e)
	case *decode.Gap:
		r.gap(e)
	case *decode.Message:
		r.message(e)
	case *decode.Anomaly:
		r.anomaly(e)
	default:
		r.emit(e)
	}
}

func (r *Redactor) connOpened(e *decode.ConnOpened) {
	argv := r.command(e.Peer.Command)
	if len(r.reds) == 0 {
		r.emit(e)
		return
	}
	r.ev.opened = *e
	r.ev.opened.Peer.Command = argv
	r.emit(&r.ev.opened)
}

func (r *Redactor) request(e *decode.RequestHead) {
	p := r.plan(operation(e))
	r.begin(e, p)
	target := r.target(p, e.Target)
	fields := r.fields(e.Fields)
	if target != e.Target {
		fields = withPath(fields, target)
	}
	r.head(&e.Origin, decode.Request)
	if len(r.reds) == 0 {
		r.emit(e)
	} else {
		ev := &r.ev.request
		*ev = *e
		if target != e.Target {
			ev.Target = target
			ev.Call = engine.Lookup(e.Method, target)
		}
		ev.Fields, ev.Raw = fields, nil
		ev.Redacted = r.redactions(e.Redacted)
		r.emit(ev)
	}
}

// withPath puts the target into the pseudo-header that it came from.
func withPath(fields []decode.Field, target string) []decode.Field {
	for i := range fields {
		if fields[i].Name == ":path" {
			fields = slices.Clone(fields)
			fields[i].Value = target
		}
	}
	return fields
}

// operation is the request's or, when the path does not have its method, that of
// another method: the same body may have been sent.
func operation(e *decode.RequestHead) *engine.Operation {
	if e.Call.Op != nil || e.Call.Libpod {
		return e.Call.Op
	}
	for _, method := range [...]string{"POST", "PUT", "GET"} {
		if op := engine.Lookup(method, e.Target).Op; op != nil {
			return op
		}
	}
	return nil
}

func (r *Redactor) interim(e *decode.InterimHead) {
	fields := r.fields(e.Fields)
	if len(r.reds) == 0 {
		r.emit(e)
		return
	}
	r.ev.interim = *e
	r.ev.interim.Fields = fields
	r.emit(&r.ev.interim)
}

func (r *Redactor) response(e *decode.ResponseHead) {
	if x := r.open[e.Exchange]; x != nil {
		if e.Framing == decode.FramingHijack {
			r.flush(&x.sides[decode.Request], &e.Origin, decode.Request)
			x.hijacked(r, e)
			r.reds = r.reds[:0]
		}
		r.answered(x, e)
	}
	fields := r.fields(e.Fields)
	r.head(&e.Origin, decode.Response)
	if len(r.reds) == 0 {
		r.emit(e)
		return
	}
	ev := &r.ev.response
	*ev = *e
	ev.Fields, ev.Raw = fields, nil
	ev.Redacted = r.redactions(e.Redacted)
	r.emit(ev)
}

// redactions joins what was replaced before, when a redacted recording is read
// again, and now.
func (r *Redactor) redactions(before []decode.Redaction) []decode.Redaction {
	if len(before) > 0 {
		r.reds = slices.Insert(r.reds, 0, before...)
	}
	return r.reds
}

func (r *Redactor) directionEnd(e *decode.DirectionEnd) {
	if x := r.open[e.Exchange]; x != nil {
		r.flush(&x.sides[e.Dir], &e.Origin, e.Dir)
		r.reds = r.reds[:0]
	}
	trailer := r.fields(e.Trailer)
	if len(r.reds) == 0 {
		r.emit(e)
		return
	}
	r.ev.dirEnd = *e
	r.ev.dirEnd.Trailer = trailer
	r.emit(&r.ev.dirEnd)
}

func (r *Redactor) exchangeEnd(e *decode.ExchangeEnd) {
	if x := r.open[e.Exchange]; x != nil {
		for d := range x.sides {
			r.flush(&x.sides[d], &e.Origin, decode.Direction(d))
		}
		delete(r.open, e.Exchange)
		r.recycle(x)
	}
	r.emit(e)
}

func (r *Redactor) gap(e *decode.Gap) {
	if x := r.open[e.Exchange]; x != nil {
		r.bodyGap(&x.sides[e.Dir], e)
	}
	r.emit(e)
}

// omit says that bytes are left out.
func (r *Redactor) omit(s *side, o *decode.Origin, d decode.Direction, n int) {
	s.omitted += int64(n)
	r.ev.omitted = decode.Omitted{Origin: *o, Dir: d, Bytes: int64(n), Total: s.omitted, Why: s.why}
	r.emit(&r.ev.omitted)
}

// emitData emits bytes instead of those of e.
func (r *Redactor) emitData(e *decode.Data, first time.Duration, out []byte) {
	r.ev.data = *e
	r.ev.data.First, r.ev.data.Bytes = first, out
	r.ev.data.Redacted = r.redactions(e.Redacted)
	r.emit(&r.ev.data)
}
