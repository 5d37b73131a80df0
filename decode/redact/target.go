package redact

import (
	"strings"

	"github.com/dockwire/dockwire/decode/engine"
)

// target redacts a request target. What is not replaced keeps its bytes: order,
// escapes and all. It returns the same string when nothing is secret.
func (r *Redactor) target(p *opPlan, target string) string {
	known := r.nums.echoes.size
	if p.clean == target && p.known == known && target != "" {
		return target
	}
	path, query, has := strings.Cut(target, "?")
	out := r.targetBuf[:0]
	out = r.escaped(out, path, "target", "", r.findPath)
	if has {
		out = append(out, '?')
		for i, param := range split(query, '&') {
			if i > 0 {
				out = append(out, '&')
			}
			out = r.param(out, p, param)
		}
	}
	r.targetBuf = out
	if string(out) == target {
		if len(target) <= maxClean {
			p.clean, p.known = target, known
		}
		return target
	}
	return string(out)
}

// split yields the parts of s between separators, with their numbers.
func split(s string, sep byte) func(yield func(int, string) bool) {
	return func(yield func(int, string) bool) {
		for i := 0; ; i++ {
			part, rest, more := strings.Cut(s, string(sep))
			if !yield(i, part) || !more {
				return
			}
			s = rest
		}
	}
}

// param redacts one name=value of a query.
func (r *Redactor) param(dst []byte, p *opPlan, param string) []byte {
	rawName, raw, ok := strings.Cut(param, "=")
	if !ok {
		return r.escaped(dst, param, "q", "", r.findPath)
	}
	dst = append(dst, rawName...)
	dst = append(dst, '=')
	if engine.SaysNothing([]byte(raw)) { // rotateWorkerToken=true
		return append(dst, raw...)
	}
	name := unescape(r.nameBuf[:0], rawName)
	r.nameBuf = name
	r.paramBuf = unescape(r.paramBuf[:0], raw)
	act, ok := r.paramAction(p, name, r.paramBuf)
	if !ok {
		return r.escaped(dst, raw, "q/", rawName, r.findParam)
	}
	switch act.how {
	case engine.Whole, engine.NamedValue:
		return r.escaped(dst, raw, "q/", rawName, func(spans []span, v []byte) []span {
			return append(spans, span{0, len(v), act.kind, string(act.how)})
		})
	case engine.EnvObject, engine.OptionObject:
		return r.jsonParam(dst, raw, "q/"+rawName, act)
	}
	return r.escaped(dst, raw, "q/", rawName, r.findParam)
}

// paramAction looks a parameter up in the operation's table.
func (r *Redactor) paramAction(p *opPlan, name, value []byte) (action, bool) {
	for _, s := range p.query {
		if s.At != "*" && strings.EqualFold(s.At, string(name)) {
			return action{s.Kind, s.How}, true
		}
	}
	if r.names.key(name) {
		return action{kindNamed, engine.Whole}, true
	}
	if !r.names.secret(name, value) {
		return action{}, false
	}
	return action{"query", engine.NamedValue}, true
}

// findPath finds what may hide in a path: URLs with credentials and shapes.
func (r *Redactor) findPath(spans []span, v []byte) []span {
	if !suspect(v) {
		return spans
	}
	return findShapes(r.findURLs(spans, v, false), v, false)
}

func (r *Redactor) findParam(spans []span, v []byte) []span { return r.findText(spans, v, false) }

// escaped redacts a percent-encoded value. Only replaced parts change.
func (r *Redactor) escaped(dst []byte, raw, at, name string, find func([]span, []byte) []span) []byte {
	v := unescape(r.valueBuf[:0], raw)
	r.valueBuf = v
	spans := r.tidy(find(r.spans[:0], v), v)
	if len(spans) == 0 {
		return append(dst, raw...)
	}
	pos := positions(raw)
	from := 0
	for _, s := range spans {
		dst = append(dst, raw[from:pos[s.from]]...)
		m := r.nums.of(s.kind, v[s.from:s.to], nil)
		dst = appendEscaped(dst, string(appendPlaceholder(nil, m.as)))
		r.note(at+name, m, s.rule)
		from = pos[s.to]
	}
	return append(dst, raw[from:]...)
}

// jsonParam redacts a query parameter that is a JSON text, such as buildargs.
func (r *Redactor) jsonParam(dst []byte, raw, at string, act action) []byte {
	v, pos := unescape(nil, raw), positions(raw)
	w := rewriter{r: r, place: at, hideBroken: true, edits: []edit{}}
	w.start(everywhere(act))
	w.feed(nil, v)
	w.finish(nil)
	from := 0
	for _, e := range w.edits {
		dst = append(dst, raw[from:pos[e.from]]...)
		dst = appendEscaped(dst, e.text)
		from = pos[min(e.to, len(v))]
	}
	return append(dst, raw[from:]...)
}

// appendEscaped writes a placeholder as a query has it (RFC 3986 section 2.1).
func appendEscaped(dst []byte, placeholder string) []byte {
	for i := range len(placeholder) {
		switch c := placeholder[i]; c {
		case '{':
			dst = append(dst, "%7B"...)
		case '}':
			dst = append(dst, "%7D"...)
		case '"':
			dst = append(dst, "%22"...)
		default:
			dst = append(dst, c)
		}
	}
	return dst
}

// unescape decodes a query or path.
func unescape(dst []byte, raw string) []byte {
	for i := 0; i < len(raw); {
		c, n := unescapeByte(raw[i:])
		dst = append(dst, c)
		i += n
	}
	return dst
}

// positions says where in raw each decoded byte begins, and the end.
func positions(raw string) []int {
	pos := make([]int, 0, len(raw)+1)
	for i := 0; i < len(raw); {
		pos = append(pos, i)
		_, n := unescapeByte(raw[i:])
		i += n
	}
	return append(pos, len(raw))
}

func unescapeByte(s string) (byte, int) {
	switch {
	case s[0] == '+':
		return ' ', 1
	case s[0] == '%' && len(s) > 2 && isHex(s[1]) && isHex(s[2]):
		return unhex(s[1])<<4 | unhex(s[2]), 3
	}
	return s[0], 1
}

func isHex(c byte) bool { return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F' }

func unhex(c byte) byte {
	switch {
	case c >= 'a':
		return c - 'a' + 10
	case c >= 'A':
		return c - 'A' + 10
	}
	return c - '0'
}
