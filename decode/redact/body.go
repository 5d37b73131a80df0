package redact

import (
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
	sniff       // JSON if it begins as such, text if it reads as such, else pass: an operation we do not know
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
	tar     bool     // called a tar
	json    rewriter // for scan
	text    []byte   // for text: what is held
	masks   [4]mask  // for masked, by Fd; without Fd the first
	isText  bool     // the latest message of a WebSocket is text
	held    bool
	first   time.Duration // when the first byte that is held was read
}

const (
	whyHTTP2   = "redacted: HTTP/2 is not decoded"
	whyMessage = "redacted: gRPC message"
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
	s.rows, s.tar = c == decode.ContentJSONStream, false
	isJSON := s.rows || c == decode.ContentJSON
	switch c {
	case decode.ContentNone:
		s.mode = pass
		return
	case decode.ContentGRPC:
		s.omit(whyMessage) // what comes as bytes is no message, but may hold one
		return
	case decode.ContentWebSocket:
		s.stream(r)
		if s.mode == masked {
			s.omit("redacted: frames of a WebSocket are not decoded")
		}
		return
	case decode.ContentTar, decode.ContentStdcopy, decode.ContentRaw, decode.ContentWSData:
		if s.tar = c == decode.ContentTar; s.tar && x.op == nil {
			s.mode = sniff // libpod's generate kube calls its YAML a tar
			return
		}
		s.stream(r)
		return
	}
	switch {
	case !s.plan.secrets && !isJSON && c != decode.ContentText && status < 300:
		s.stream(r)
	case d == decode.Response && s.plan.secrets && encoded(fields):
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
		s.masks[i] = mask{r: r, filled: s.tar, held: s.masks[i].held[:0]}
	}
}

// encoded reports whether the body of an answer is compressed. dockerd does not
// look at the Content-Encoding of a request: its body is what it is.
func encoded(fields []decode.Field) bool {
	for i := range fields {
		if strings.EqualFold(fields[i].Name, "Content-Encoding") && !strings.EqualFold(fields[i].Value, "identity") {
			return true
		}
	}
	return false
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
		if cap(w.held)+cap(w.values)+8*cap(w.pos)+cap(w.deep.open)+cap(s.text) > maxKept {
			*s = side{}
			continue
		}
		// The rewriter and the masks are made ready when they are needed.
		s.mode, s.plan, s.why, s.omitted, s.text = pass, nil, "", 0, s.text[:0]
		s.begun, s.whole, s.rows, s.tar, s.held, s.first = false, false, false, false, false, 0
	}
	x.plan, x.op = nil, nil
	r.spare = append(r.spare, x)
}
