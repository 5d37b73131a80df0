package redact

import (
	"bytes"

	"github.com/dockwire/dockwire/decode/engine"
)

// tail is how much of a long text stays held so that what is found in it is
// found whole.
const tail = 4096

// tooLong deals with a held string that has grown beyond maxHeld: a secret is
// hidden to its end without being held, a text leaves in windows.
func (w *rewriter) tooLong() {
	if w.isKey {
		w.hideRest(0, action{kindUnparsed, engine.Whole})
		return
	}
	if act, from, ok := w.longSecret(); ok {
		w.hideRest(from, act)
		return
	}
	w.window()
}

// longSecret reports from where in held the string is secret by its place.
func (w *rewriter) longSecret() (action, int, bool) {
	act := w.node.act
	if act == nil || !w.opened {
		return action{}, 0, false
	}
	if act.how == engine.Whole || act.how == engine.Base64Text || w.secretScalar() {
		return *act, 1, true
	}
	switch act.how {
	case engine.FreeText:
		n := len(w.stack)
		return *act, 1, n > 0 && w.stack[n-1].args.next > engine.Harmless
	case engine.EnvPair, engine.EnvObject, engine.OptionObject:
		v, pos := unquoteJSON(w.values[:0], w.pos[:0], w.held[1:w.at])
		w.values, w.pos = v, pos
		if n, ok := w.r.secretPair(v); ok {
			return *act, 1 + pos[n], true
		}
	}
	return action{}, 0, false
}

// hideRest lets held[:from] go and hides the string from there to its end.
func (w *rewriter) hideRest(from int, act action) {
	if from == 0 && w.opened {
		from = 1
	}
	w.out = append(w.out, w.held[:from]...)
	w.long = w.r.nums.begin()
	w.long.Write(w.held[from:w.at])
	w.longAs = act
	// A backslash at the end belongs to the next byte.
	n := copy(w.held, w.held[w.at:])
	clear(w.held[n:])
	w.held = w.held[:n]
	w.want = inLong
}

// resumeLong hides in[i:] up to the closing quote.
func (w *rewriter) resumeLong(i int) int {
	w.wrote = true
	for ; i < len(w.in); i++ {
		if len(w.held) > 0 { // after a backslash
			w.long.Write([]byte{'\\', w.in[i]})
			w.held = w.held[:0]
			continue
		}
		n := bytes.IndexAny(w.in[i:], `"\`)
		if n < 0 {
			n = len(w.in) - i
		}
		w.long.Write(w.in[i : i+n])
		i += n
		if i == len(w.in) {
			break
		}
		if w.in[i] == '"' {
			w.longDone()
			w.done = i
			w.stringDone([]byte("redacted"), nil)
			return i + 1
		}
		w.held = append(w.held[:0], '\\')
	}
	w.done = len(w.in)
	return len(w.in)
}

// longDone writes the placeholder of a secret that was hidden.
func (w *rewriter) longDone() {
	m := w.r.nums.end(w.longAs.kind, w.long)
	w.out = appendPlaceholder(w.out, m.as)
	w.r.note(w.where(), m, string(w.longAs.how))
	w.long = nil
	w.forget()
}

// window lets the beginning of a long text go, as far as nothing that is
// secret can begin in it and end beyond what is held.
func (w *rewriter) window() {
	skip := 0
	if w.opened {
		skip = 1
	}
	raw := w.held[skip:w.at]
	v, plain := raw, true
	if w.marks.escaped {
		w.values, w.pos = unquoteJSON(w.values[:0], w.pos[:0], raw)
		v, plain = w.values, false
	}
	w.marks.suspect = true
	spans := w.judge(v, true)
	cut := w.cutAt(v, spans)
	if cut <= 0 {
		w.hideRest(skip, action{kindToken, "long"})
		return
	}
	for len(spans) > 0 && spans[len(spans)-1].to > cut {
		spans = spans[:len(spans)-1]
	}
	end := cut
	if !plain {
		end = w.pos[cut]
	}
	w.replace(w.held[:skip+end], -1, skip, v, plain, spans)
	n := copy(w.held, w.held[skip+end:])
	clear(w.held[n:])
	w.held = w.held[:n]
	w.at -= skip + end
	w.opened = false
}

// cutAt picks where a long text may be cut: at white space that does not part
// a name from its value, outside of what is secret. 0: nowhere.
func (w *rewriter) cutAt(v []byte, spans disjoint) int {
	if n := len(spans); n > 0 && spans[n-1].to == len(v) {
		return spans[n-1].from
	}
	cut := w.spaceAt(v, len(v)-tail)
	if cut < 0 {
		if w.node.act != nil {
			return 0
		}
		cut = len(v) - tail
	}
	for _, s := range spans {
		if s.from < cut && cut < s.to {
			return s.to
		}
	}
	return cut
}

func (w *rewriter) spaceAt(v []byte, from int) int {
	for cut := from; cut > 0; cut-- {
		if !isSpace(v[cut]) || isSpace(v[cut-1]) {
			continue
		}
		word := v[bytes.LastIndexAny(v[:cut], " \t\r\n\"'=")+1 : cut]
		last := v[cut-1]
		if len(word) == 0 || word[0] == '-' || last == ':' || last == '=' || len(word) < 64 && w.r.names.suspect(word) || string(word) == "ENV" || string(word) == "ARG" {
			continue
		}
		return cut
	}
	return -1
}

// finish ends the text where it is, and returns dst with what was held.
func (w *rewriter) finish(dst []byte) []byte {
	w.in, w.out, w.done, w.limit = nil, dst, 0, 0
	switch w.want {
	case inString:
		w.string(w.held, -1, w.opened, false)
		w.forget()
	case inScalar:
		if len(w.held) > 0 {
			w.scalar(-1, 0)
		}
	case inLong:
		w.longDone()
	}
	if w.want != lost && w.want != passing {
		w.start(w.root)
	}
	return w.out
}
