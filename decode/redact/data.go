package redact

import (
	"bytes"

	"github.com/dockwire/dockwire/decode"
)

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
		switch c := e.Bytes[0]; {
		case beginsJSON(c):
			r.scan(s)
		case isText(e.Bytes):
			s.mode = text // YAML, a form
		default:
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

func beginsJSON(c byte) bool { return c == '{' || c == '[' || isSpace(c) }

// isText tells what has no control characters but those of lines: no tar and
// nothing compressed begins so.
func isText(v []byte) bool {
	for _, c := range v[:min(len(v), 512)] {
		if c < ' ' && !isSpace(c) || c == 0x7f {
			return false
		}
	}
	return true
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
	s.isText = e.Text
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
		spans := r.tidy(r.findBody(r.spans[:0], s.text), s.text)
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

// findBody appends the secrets of a whole body that is no JSON.
func (r *Redactor) findBody(dst []span, v []byte) []span {
	if bytes.Contains(v, []byte("apiVersion:")) {
		dst = r.findManifest(dst, v)
	}
	if name, _, ok := bytes.Cut(v, []byte("=")); ok && formChars.run(name) == len(name) && indexAny(v, " \t\r\n") == len(v) {
		dst = r.findForm(dst, v)
	}
	return r.findText(r.withEchoes(dst, v, true), v, false)
}

// findForm appends the secret parameters of application/x-www-form-urlencoded.
func (r *Redactor) findForm(dst []span, v []byte) []span {
	for from := 0; from < len(v); {
		to := from + indexAny(v[from:], "&")
		if name, raw, ok := bytes.Cut(v[from:to], []byte("=")); ok {
			value := unescape(nil, string(raw))
			if r.names.secret(unescape(nil, string(name)), value) || len(r.findText(nil, value, false)) > 0 {
				dst = append(dst, span{to - len(raw), to, kindArg, "form"})
			}
		}
		from = to + 1
	}
	return dst
}

func (r *Redactor) flushMasks(s *side, e decode.Data) {
	e.Text = s.isText
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
