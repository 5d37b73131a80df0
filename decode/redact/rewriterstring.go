package redact

import (
	"bytes"

	"github.com/dockwire/dockwire/decode/engine"
)

// inStrings classes the bytes of a string: 0 goes on, the rest needs a look.
var inStrings = func() (c [256]uint8) {
	for i := range len(triggerBytes) {
		c[triggerBytes[i]] = 3
	}
	c['"'], c['\\'], c['='], c['?'] = 1, 2, 4, 5
	return c
}()

// scan looks for the end of a string from s[i] on. It returns where the
// closing quote is, or where to go on when there is more of s.
func (m *marks) scan(s []byte, i int) (int, bool) {
	for i < len(s) {
		switch inStrings[s[i]] {
		case 0:
			i++
			continue
		case 1:
			return i, true
		case 2:
			if i+1 == len(s) {
				return i, false
			}
			m.escaped = true
			m.suspect = m.suspect || s[i+1] == 'u' // may hide what is looked for
			i++
		case 3:
			m.suspect = m.suspect || mayStart(s, i)
		case 4:
			m.pair = true
		case 5:
			m.suspect = true // the query of a URL, perhaps a signed one
		}
		i++
	}
	return len(s), false
}

// scanString takes the string whose opening quote is in[i].
func (w *rewriter) scanString(i int) int {
	w.marks, w.opened = marks{}, true
	end, ok := w.marks.scan(w.in, i+1)
	if ok {
		if w.plain() && !w.r.nums.echoes.in(w.in[i+1:end]) {
			w.stringDone(w.in[i+1:end], nil)
		} else {
			w.string(w.in[i:end+1], i, true, true)
		}
		return w.next(end + 1)
	}
	w.held = append(w.held[:0], w.in[i:]...)
	w.base, w.at = i, end-i
	w.limit, w.want = i, inString
	if len(w.held) >= maxHeld {
		w.limit = len(w.in)
		w.write(i, len(w.in))
		w.tooLong()
	}
	return len(w.in)
}

// plain reports whether the string that was scanned cannot be secret.
func (w *rewriter) plain() bool {
	return !w.marks.suspect && (w.isKey && !w.marks.escaped && !w.marks.pair || !w.isKey && w.node.act == nil) && len(w.r.literals) == 0
}

// next takes the colon or comma that nearly always follows a string.
func (w *rewriter) next(i int) int {
	if i == len(w.in) {
		return i
	}
	switch {
	case w.want == wantColon && w.in[i] == ':':
		w.want = wantValue
		return i + 1
	case w.want == wantNext && w.in[i] == ',' && w.stack[len(w.stack)-1].object:
		w.want = wantKey
		return i + 1
	}
	return i
}

// stringDone goes on behind a string with that value.
func (w *rewriter) stringDone(v []byte, spans disjoint) {
	switch {
	case !w.isKey:
		w.valueDone()
	case len(spans) > 0:
		w.setKey(v, []byte("redacted")) // in reports, keys have no secrets either
	default:
		w.setKey(v, v)
	}
}

func (w *rewriter) resumeString() int {
	// Most strings end soon: no more than as much again is added at a time, and
	// held stays bounded whatever the size of the piece.
	for i := 0; ; {
		n := min(len(w.in)-i, max(128, len(w.held)))
		before := len(w.held)
		w.held = append(w.held, w.in[i:i+n]...)
		w.base = -1
		end, ok := w.marks.scan(w.held, w.at)
		if ok {
			i += end + 1 - before
			w.done, w.wrote = i, true
			w.string(w.held[:end+1], -1, w.opened, true)
			w.forget()
			return i
		}
		i += n
		w.at, w.done, w.wrote = end, i, true
		if len(w.held) >= maxHeld {
			w.tooLong()
		}
		if w.want == inLong {
			return w.resumeLong(i)
		}
		if i == len(w.in) || w.want != inString {
			return i
		}
	}
}

// string takes a string with its quotes: in[from:] when from is not negative,
// else one that was held.
func (w *rewriter) string(tok []byte, from int, opened, closed bool) {
	content := tok
	if opened {
		content = content[1:]
	}
	if closed {
		content = content[:len(content)-1]
	}
	v, plain := content, true
	if w.marks.escaped {
		w.values, w.pos = unquoteJSON(w.values[:0], w.pos[:0], content)
		v, plain = w.values, false
	}
	spans := w.judge(v, false)
	switch {
	case len(spans) > 0:
		skip := 0
		if opened {
			skip = 1
		}
		w.replace(tok, from, skip, v, plain, spans)
	case from < 0:
		w.out = append(w.out, tok...)
	}
	if closed {
		w.stringDone(v, spans)
	}
}

// replace writes tok with the spans of its value replaced.
func (w *rewriter) replace(tok []byte, from, skip int, v []byte, plain bool, spans disjoint) {
	done, at := 0, w.where()
	var text []byte
	for _, s := range spans {
		a, b := s.from, s.to
		if !plain {
			a, b = w.pos[a], w.pos[b]
		}
		a, b = a+skip, b+skip
		m := w.r.nums.of(s.kind, v[s.from:s.to], nil)
		w.r.note(at, m, s.rule)
		text = appendPlaceholder(text[:0], m.as)
		if from >= 0 {
			w.write(from+a, from+b, text)
			w.edit(from+a, from+b, text)
			continue
		}
		if w.base >= 0 {
			w.edit(w.base+a, w.base+b, text)
		}
		w.out = append(append(w.out, tok[done:a]...), text...)
		done = b
	}
	if from < 0 {
		w.out = append(w.out, tok[done:]...)
	}
	if !plain && !w.isKey {
		clear(w.values)
	}
}

// judge finds the secrets of a string's value. While more of it is to come,
// what reaches its end may go on.
func (w *rewriter) judge(v []byte, more bool) disjoint {
	act := w.node.act
	pairKey := w.isKey && w.hideBroken && w.marks.pair
	if act == nil && !pairKey || w.isKey && !pairKey {
		if !w.marks.suspect && len(w.r.literals) == 0 && !w.r.nums.echoes.in(v) {
			return nil
		}
		spans := findShapes(w.r.findURLs(w.r.spans[:0], v, more), v, more)
		return w.r.tidy(spans, v)
	}
	spans := w.r.spans[:0]
	if pairKey {
		// NAME=value where a name is to be: what comes after will be broken.
		return w.r.tidy(w.r.findText(spans, v, more), v)
	}
	if len(v) > 0 {
		spans = w.apply(act, spans, v, more)
	}
	return w.r.tidy(spans, v)
}

// apply does what the table says.
func (w *rewriter) apply(act *action, spans []span, v []byte, more bool) []span {
	whole := span{0, len(v), act.kind, string(act.how)}
	switch act.how {
	case engine.Whole:
		return append(spans, whole)
	case engine.EnvPair, engine.EnvObject, engine.OptionObject:
		if w.inObject() && w.r.names.secret(w.key, v) {
			return append(spans, whole)
		}
		if n, ok := w.r.secretPair(v); ok {
			whole.from = n
			return append(spans, whole)
		}
		if act.how == engine.OptionObject {
			return w.r.findOptions(spans, v)
		}
	case engine.Base64Text:
		if w.r.secretBase64(v) {
			return append(spans, whole)
		}
	case engine.NamedValue:
		if w.pairValue() && engine.MayBeSecret(w.nameOfValue(), v) {
			return append(spans, whole)
		}
		w.pairName(v)
	case engine.FreeText:
		if act.kind != "argv" {
			spans = w.r.withEchoes(spans, v, true)
		}
		if w.opened && len(w.stack) > 0 && !w.inObject() && !more {
			return w.r.findArgument(spans, &w.stack[len(w.stack)-1].args, v)
		}
	}
	return w.r.findText(spans, v, more)
}

// pairName remembers what the Name says of the Value beside it.
func (w *rewriter) pairName(v []byte) {
	if !w.inObject() || string(fold(nil, w.key)) != "name" {
		return
	}
	f := &w.stack[len(w.stack)-1]
	f.named, f.name = true, w.r.names.strength(v)
}

// secretPair is where the value of NAME=value begins, if the name looks secret.
func (r *Redactor) secretPair(v []byte) (int, bool) {
	n := bytes.IndexByte(v[:min(len(v), maxKey)], '=')
	if n < 0 || !r.names.secret(v[:n], v[n+1:]) {
		return 0, false
	}
	return n + 1, true
}

// secretBase64 reports whether something secret is in the bytes that v encodes.
func (r *Redactor) secretBase64(v []byte) bool {
	raw := decodeBase64(v)
	if len(raw) == 0 {
		return false
	}
	found := len(r.withLiterals(r.findText(nil, raw, false), raw)) > 0
	clear(raw)
	return found
}
