package redact

import "github.com/dockwire/dockwire/decode/engine"

// scalarChars are those of numbers, true, false and null, and of what someone
// may write in their place.
var scalarChars = chars("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-._")

// mayBeScalar tells a number, true, false, null, or a part of one.
func mayBeScalar(v []byte) bool {
	return strictChars.run(v) == len(v) && (len(v) <= len("false") || v[0] < 'a')
}

var strictChars = chars("0123456789+-.eEtrufalsn")

// maxScalar bounds a secret number that is held.
const maxScalar = 4096

// scanScalar takes a number or literal. Only a secret one is held back.
func (w *rewriter) scanScalar(i int) int {
	n := scalarChars.run(w.in[i:])
	if !w.secretScalar() && len(w.r.literals) == 0 {
		if (w.hideBroken || !w.begun) && !mayBeScalar(w.in[i:i+n]) {
			return w.broken(i)
		}
		w.held = w.held[:0]
		if i+n == len(w.in) {
			w.want = inScalar
		} else {
			w.valueDone()
		}
		return i + n
	}
	w.held = append(w.held[:0], w.in[i:i+n]...)
	w.base = i
	if i+n == len(w.in) {
		w.want, w.limit = inScalar, i
		return len(w.in)
	}
	w.scalar(i, i+n)
	return i + n
}

func (w *rewriter) resumeScalar() int {
	n := scalarChars.run(w.in)
	if len(w.held) == 0 && (w.hideBroken || !w.begun) && !mayBeScalar(w.in[:n]) {
		return w.broken(0)
	}
	if len(w.held) > 0 {
		w.held = append(w.held, w.in[:n]...)
		w.base = -1
		if len(w.held) > maxScalar {
			return w.broken(0)
		}
		w.done, w.wrote = n, true
	}
	if n == len(w.in) {
		return n
	}
	if len(w.held) == 0 {
		w.valueDone()
		return n
	}
	w.scalar(-1, n)
	return n
}

// scalar writes the placeholder of the held number, a string, instead of
// in[from:to], or after what was written when the number began earlier.
func (w *rewriter) scalar(from, to int) {
	defer w.valueDone()
	text := w.held
	act := w.node.act
	if len(w.r.withLiterals(nil, w.held)) > 0 {
		act = &action{kindLiteral, engine.Whole}
	}
	whole := act != nil && act.how == engine.Whole || w.secretScalar() && engine.MayBeSecret(w.nameOfValue(), w.held)
	if s := string(w.held); whole && s != "null" && s != "true" && s != "false" {
		m := w.r.nums.of(act.kind, w.held, nil)
		w.r.note(w.where(), m, string(act.how))
		text = append(appendPlaceholder([]byte{'"'}, m.as), '"')
		w.edit(w.base, w.base+len(w.held), text)
	}
	switch {
	case from >= 0 && len(text) == to-from && string(text) == string(w.held):
	case from >= 0:
		w.write(from, to, text)
	default:
		w.out = append(w.out, text...)
	}
	w.forget()
}

// forget wipes what was held.
func (w *rewriter) forget() {
	clear(w.held)
	w.held = w.held[:0]
}

func (w *rewriter) edit(from, to int, text []byte) {
	if w.edits != nil && from >= 0 {
		w.edits = append(w.edits, edit{from, to, string(text)})
	}
}

// broken deals with in[i], which no JSON text has there: the place in the text
// is lost, so what comes could be any secret. Only what never was JSON, where
// no secret was to be, passes.
func (w *rewriter) broken(i int) int {
	if !w.hideBroken && !w.begun {
		w.want = passing
		return len(w.in)
	}
	w.lose(i)
	return w.resumeLost(i)
}

// lose hides everything from in[i] on.
func (w *rewriter) lose(i int) {
	m := w.r.nums.fresh(kindUnparsed)
	w.r.note(w.where(), m, "unparsable")
	text := append(appendPlaceholder([]byte{'"'}, m.as), '"')
	w.edit(i, 1<<30, text)
	w.write(i, i, text)
	w.forget()
	w.want = lost
	w.stack, w.path, w.node = w.stack[:0], w.path[:0], w.root
}

// resumeLost hides all of in[i:].
func (w *rewriter) resumeLost(i int) int {
	w.out = append(w.out, w.in[w.done:i]...)
	w.done, w.wrote = len(w.in), true
	return len(w.in)
}

// gap says that bytes of the text are missing: the place in it is lost.
func (w *rewriter) gap(dst []byte) []byte {
	begun := w.begun
	dst = w.finish(dst)
	w.begun = begun
	if !w.hideBroken && !w.begun {
		w.want = passing
		return dst
	}
	w.in, w.out, w.done, w.limit = nil, dst, 0, 0
	w.lose(0)
	return w.out
}
