package redact

import (
	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/engine"
)

// packetType carries people's files, as tars do.
const packetType = "fsutil.types.Packet"

// message redacts a gRPC message in its JSON, by the rules of its operation.
// Bytes beside the JSON would say again what was taken out of it, so they go;
// nothing is lost by that. A message without JSON could not be read, and its
// bytes stay only where they are a file's.
func (r *Redactor) message(e *decode.Message) {
	x := r.open[e.Exchange]
	switch {
	case x == nil, e.JSON == nil && !r.isFile(e):
		if e.JSON != nil || len(e.Bytes) > 0 {
			r.withoutContent(e)
			return
		}
		r.emit(e)
	case e.JSON == nil:
		r.emit(e)
	default:
		m := &r.ev.message
		*m = *e
		m.JSON, m.Bytes = r.messageJSON(x.plan.messages, e.JSON), nil
		m.Redacted = r.redactions(e.Redacted)
		r.emit(m)
	}
}

// isFile says that the message is content of a file, and values that are to be
// masked cannot be hidden in it: they may be cut by the borders of messages.
func (r *Redactor) isFile(e *decode.Message) bool {
	return e.Type == packetType && len(r.literals) == 0
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

// messagePlan is for both directions: which side asks differs between the
// client's calls and the daemon's, and a secret must not be missed for that.
func messagePlan(secrets []engine.Secret, above *action) *plan {
	return newPlan(secrets, above, engine.InRequestBody, engine.InResponseBody)
}
