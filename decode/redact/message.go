package redact

import (
	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/grpc"
)

// message redacts a gRPC message in its JSON, by the rules of its operation.
// Bytes beside the JSON would say again what was taken out of it, so they go;
// nothing is lost by that but what is not in the JSON: the content of files,
// which stays beside it. A message without JSON could not be read.
func (r *Redactor) message(e *decode.Message) {
	x := r.open[e.Exchange]
	switch {
	case e.JSON == nil && len(e.Bytes) == 0:
		r.emit(e)
	case x == nil || e.JSON == nil:
		r.withoutContent(e)
	default:
		m := &r.ev.message
		*m = *e
		m.JSON = r.messageJSON(x.plan.bodies[e.Dir], e.JSON)
		if !r.keepsFile(e) {
			m.Bytes = nil
		}
		m.Redacted = r.redactions(e.Redacted)
		r.emit(m)
	}
}

// keepsFile says that the bytes are a file's and may stay. Values that are to
// be masked cannot be hidden in them: they may be cut by the borders of
// messages.
func (r *Redactor) keepsFile(e *decode.Message) bool {
	return len(r.literals) == 0 && grpc.HoldsFile(e.Type)
}

func (r *Redactor) withoutContent(e *decode.Message) {
	m := &r.ev.message
	*m = *e
	m.JSON, m.Bytes, m.Cut = nil, nil, whyMessage
	r.emit(m)
}

func (r *Redactor) messageJSON(p *plan, doc []byte) []byte {
	w := &r.msg
	w.r, w.place, w.hideBroken = r, "message", p.secrets
	w.start(p.root)
	out := w.feed(r.out[:0], doc)
	if w.want == inString || w.want == inScalar || w.want == inLong {
		out = w.finish(append(r.out[:0], out...))
	}
	if w.wrote {
		r.out = out[:0]
	}
	return out
}
