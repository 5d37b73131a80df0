package redact

import (
	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/engine"
)

// The same rules for whole values: a replay compares live requests with what a
// recording kept of others. Results are valid until the next call of any
// method of r; the input is returned itself when nothing in it is secret.

// Target redacts the request target of a call of op, which may be nil.
func (r *Redactor) Target(op *engine.Operation, target string) (string, []decode.Redaction) {
	r.reds = r.reds[:0]
	return r.target(r.plan(op), target), r.reds
}

// Fields redacts header lines.
func (r *Redactor) Fields(fields []decode.Field) ([]decode.Field, []decode.Redaction) {
	r.reds = r.reds[:0]
	return r.fields(fields), r.reds
}

// Body redacts the body of op in direction d: JSON, or with no op any text.
func (r *Redactor) Body(op *engine.Operation, d decode.Direction, body []byte) ([]byte, []decode.Redaction) {
	r.reds = r.reds[:0]
	if op == nil && len(body) > 0 && !beginsJSON(body[0]) {
		if !isText(body) {
			return body, nil
		}
		return r.replace(nil, body, r.tidy(r.findBody(r.spans[:0], body), body), "body"), r.reds
	}
	plan := r.plan(op).bodies[d]
	w := rewriter{r: r, place: "body", hideBroken: plan.secrets}
	w.start(plan.root)
	out := w.feed(r.out[:0], body)
	if w.want == inString || w.want == inScalar || w.want == inLong {
		out = w.finish(append(r.out[:0], out...))
	}
	if w.wrote {
		r.out = out[:0]
	}
	return out, r.reds
}

// Command redacts the arguments of a command.
func (r *Redactor) Command(argv []string) ([]string, []decode.Redaction) {
	r.reds = r.reds[:0]
	return r.command(argv), r.reds
}
