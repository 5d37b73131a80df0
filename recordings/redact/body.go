package redact

import (
	"strconv"
	"strings"
	"time"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/engine"
)

// exchange is what is known of one that is open.
type exchange struct {
	plan  *opPlan
	op    *engine.Operation
	sides [2]side
}

// mode says what is done with the bytes of a direction.
type mode uint8

const (
	pass   mode = iota
	sniff       // JSON if it begins as such, else pass: an operation we do not know
	scan        // JSON
	text        // a short text, such as an error's
	masked      // a byte stream in which literals are looked for
	omit        // left out
)

// side is one direction of an exchange.
type side struct {
	mode    mode
	plan    *plan
	why     string   // of omit
	omitted int64    // bytes left out
	begun   bool     // bytes came
	whole   bool     // a row of values: the last one was complete
	rows    bool     // a row of JSON values
	json    rewriter // for scan
	text    []byte   // for text: what is held
	masks   [4]mask  // for masked, by Fd; without Fd the first
	held    bool
	first   time.Duration // when the first byte that is held was read
}

const (
	whyHTTP2   = "redacted: HTTP/2 is not decoded"
	whyEncoded = "redacted: compressed"
	whySecret  = "redacted"
	whyDoubt   = "redacted: after a head that could not be read"
)

func (r *Redactor) begin(e *decode.RequestHead, p *opPlan) {
	var x *exchange
	if n := len(r.spare); n > 0 {
		x, r.spare = r.spare[n-1], r.spare[:n-1]
	} else {
		x = new(exchange)
	}
	x.plan, x.op = p, e.Call.Op
	r.open[e.Exchange] = x
	s := &x.sides[decode.Request]
	switch {
	case e.Content == decode.ContentHTTP2:
		x.sides[decode.Response].omit(whyHTTP2)
		s.omit(whyHTTP2)
	case e.Call.Libpod && strings.Contains(e.Call.Path, "/secrets/create"):
		s.omit(whySecret) // the body is the secret, podman pkg/api/handlers/libpod/secrets.go
	default:
		r.decide(x, decode.Request, e.Content, e.Fields, 0)
	}
}

func (r *Redactor) answered(x *exchange, e *decode.ResponseHead) {
	if e.Content == decode.ContentHTTP2 {
		x.sides[decode.Response].omit(whyHTTP2)
		return
	}
	r.decide(x, decode.Response, e.Content, e.Fields, e.Status)
}

// hijacked says that what follows in the request direction is a byte stream.
func (x *exchange) hijacked(r *Redactor, e *decode.ResponseHead) {
	s := &x.sides[decode.Request]
	if e.Content == decode.ContentHTTP2 {
		s.omit(whyHTTP2)
		return
	}
	s.begun = false
	s.stream(r)
}

// hides reports whether undecodable bytes of a direction may be a secret body.
func (x *exchange) hides(d decode.Direction) bool {
	s := &x.sides[d]
	return s.mode == omit || s.mode == scan && s.json.hideBroken || s.mode == sniff
}

// decide picks what is done with a body.
func (r *Redactor) decide(x *exchange, d decode.Direction, c decode.Content, fields []decode.Field, status int) {
	s := &x.sides[d]
	s.plan = x.plan.bodies[d]
	s.rows = c == decode.ContentJSONStream
	isJSON := s.rows || c == decode.ContentJSON
	switch c {
	case decode.ContentNone:
		s.mode = pass
		return
	case decode.ContentTar, decode.ContentStdcopy, decode.ContentRaw, decode.ContentWebSocket:
		s.stream(r)
		s.masks[0].filled = c == decode.ContentTar
		return
	}
	switch {
	case !s.plan.secrets && !isJSON:
		s.stream(r)
	case s.plan.secrets && encoded(fields):
		s.omit(whyEncoded)
	case s.plan.body != nil && s.plan.body.how == engine.Whole:
		s.omit(whySecret)
	case isJSON:
		r.scan(s)
	case x.op == nil:
		s.mode = sniff
	case status >= 300 || s.plan.body != nil:
		s.mode = text
	default:
		r.scan(s)
	}
}

// scan makes s look into JSON.
func (r *Redactor) scan(s *side) {
	s.mode = scan
	s.json.r, s.json.place, s.json.hideBroken = r, "body", s.plan.secrets
	s.json.start(s.plan.root)
}

func (s *side) omit(why string) { s.mode, s.why = omit, why }

func (s *side) stream(r *Redactor) {
	s.mode = pass
	if len(r.literals) == 0 {
		return
	}
	s.mode = masked
	for i := range s.masks {
		s.masks[i] = mask{r: r, held: s.masks[i].held[:0]}
	}
}

func encoded(fields []decode.Field) bool {
	for i := range fields {
		if strings.EqualFold(fields[i].Name, "Content-Encoding") && !strings.EqualFold(fields[i].Value, "identity") {
			return true
		}
	}
	return false
}

func (r *Redactor) data(e *decode.Data) {
	x := r.open[e.Exchange]
	if x == nil {
		r.emit(e)
		return
	}
	s := &x.sides[e.Dir]
	if !s.begun && len(e.Bytes) > 0 {
		s.begun = true
		r.first(x, s, e)
	}
	switch s.mode {
	case pass:
		r.emit(e)
	case omit:
		r.omit(s, &e.Origin, e.Dir, len(e.Bytes))
	case scan:
		r.scanData(s, e)
	case text:
		r.textData(s, e)
	case masked:
		r.maskData(s, e)
	}
}

// first looks at how a body or stream begins, where it matters.
func (r *Redactor) first(x *exchange, s *side, e *decode.Data) {
	switch s.mode {
	case sniff:
		if c := e.Bytes[0]; c == '{' || c == '[' || isSpace(c) {
			r.scan(s)
		} else {
			s.stream(r)
		}
	case pass, masked:
		// buildx's docker-container driver speaks HTTP/2, with credentials in
		// it, over the stdin and stdout of an exec (buildx
		// driver/docker-container, buildctl dial-stdio).
		if isPreface(e.Bytes) {
			for d := range x.sides {
				x.sides[d].omit(whyHTTP2)
			}
		}
	}
}

// isPreface tells an HTTP/2 client's connection preface (RFC 9113 section
// 3.4), or its beginning.
func isPreface(v []byte) bool {
	const preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
	n := min(len(v), len(preface))
	return n >= 3 && string(v[:n]) == preface[:n]
}

func (r *Redactor) scanData(s *side, e *decode.Data) {
	w := &s.json
	if s.rows && s.whole && w.want == lost && len(e.Bytes) > 0 && e.Bytes[0] == '{' {
		w.start(s.plan.root) // the values of a row come apart: this is another
	}
	s.whole = !e.More
	out := w.feed(r.out[:0], e.Bytes)
	if w.wrote {
		r.out = out[:0]
	}
	r.deliver(s, e, out, len(w.held) > 0 || w.want == inLong, w.wrote)
}

// deliver emits what may leave of a piece and remembers the time of what is
// held.
func (r *Redactor) deliver(s *side, e *decode.Data, out []byte, held, changed bool) {
	first := e.First
	if s.held {
		first = s.first
	}
	switch {
	case len(out) == 0 && len(e.Bytes) > 0: // all of it is held
	case !changed && !s.held && len(out) == len(e.Bytes):
		r.emit(e)
	default:
		r.emitData(e, first, out)
	}
	if held && (!s.held || len(out) > 0) {
		s.first = e.First
	}
	s.held = held
}

func (r *Redactor) textData(s *side, e *decode.Data) {
	if !s.held {
		s.first, s.held = e.First, true
	}
	s.text = append(s.text, e.Bytes...)
	if len(s.text) > maxHeld {
		n := len(s.text)
		clear(s.text)
		s.text, s.held = s.text[:0], false
		s.omit("redacted: long text where a secret may be")
		r.omit(s, &e.Origin, e.Dir, n)
	}
}

func (r *Redactor) maskData(s *side, e *decode.Data) {
	m := &s.masks[max(e.Fd, 0)&3]
	was := len(m.held) > 0
	out := m.feed(r.out[:0], e.Bytes)
	if len(r.reds) > 0 || was {
		r.out = out[:0]
	}
	r.deliver(s, e, out, len(m.held) > 0, len(r.reds) > 0 || was)
}

// flush emits what is held of a direction at its end. It comes at the time of
// the end; First is when it was read.
func (r *Redactor) flush(s *side, o *decode.Origin, d decode.Direction) {
	if !s.held {
		return
	}
	s.held = false
	r.reds = r.reds[:0]
	e := decode.Data{Origin: *o, First: s.first, Dir: d, Fd: decode.NoFd}
	switch s.mode {
	case scan:
		r.out = s.json.finish(r.out[:0])
	case text:
		spans := tidy(r.withLiterals(r.findText(r.spans[:0], s.text, false), s.text), s.text)
		r.spans = spans[:0]
		r.out = append(r.out[:0], r.replace(nil, s.text, spans, "body")...)
		clear(s.text)
		s.text = s.text[:0]
	case masked:
		r.flushMasks(s, e)
		return
	default:
		return
	}
	if len(r.out) > 0 {
		r.emitData(&e, s.first, r.out)
	}
}

func (r *Redactor) flushMasks(s *side, e decode.Data) {
	for i := range s.masks {
		if m := &s.masks[i]; len(m.held) > 0 {
			e.Bytes = m.finish(r.out[:0])
			if i > 0 {
				e.Fd = i
			}
			r.emit(&e)
		}
	}
}

// bodyGap says that bytes of a body are missing.
func (r *Redactor) bodyGap(s *side, e *decode.Gap) {
	r.flush(s, &e.Origin, e.Dir)
	if s.mode != scan {
		return
	}
	r.reds = r.reds[:0]
	r.out = s.json.gap(r.out[:0])
	if len(r.out) > 0 {
		d := decode.Data{Origin: e.Origin, Dir: e.Dir, Fd: decode.NoFd, First: e.Time}
		r.emitData(&d, e.Time, r.out)
	}
}

// maxSpare bounds the exchanges that are kept for use again, and maxKept their
// memory.
const (
	maxSpare = 64
	maxKept  = 16 << 10
)

func (r *Redactor) recycle(x *exchange) {
	if len(r.spare) == maxSpare {
		return
	}
	for d := range x.sides {
		s := &x.sides[d]
		w := &s.json
		if cap(w.held)+cap(w.values)+8*cap(w.pos)+cap(s.text) > maxKept {
			*s = side{}
			continue
		}
		text, held, values, pos, stack, path, key := s.text[:0], w.held[:0], w.values[:0], w.pos[:0], w.stack[:0], w.path[:0], w.key[:0]
		*s = side{text: text}
		s.json = rewriter{held: held, values: values, pos: pos, stack: stack, path: path, key: key}
	}
	x.plan, x.op = nil, nil
	r.spare = append(r.spare, x)
}

func count(n int) string {
	if n == 1 {
		return "1 byte"
	}
	return strconv.Itoa(n) + " bytes"
}
