package redact

// maxNesting is how deep encoding/json, which is the daemon's, lets values nest.
const maxNesting = 10000

// deep is where one is in a value that nests deeper than rules are followed.
type deep struct {
	open   []byte // brackets
	text   bool   // inside a string
	escape bool   // behind a backslash in a string
}

// openDeep hides the value that begins at in[i]. What comes behind it is read on:
// the daemon does, too.
func (w *rewriter) openDeep(i int) int {
	m := w.r.nums.fresh(kindUnparsed)
	w.r.note(w.where(), m, "unparsable")
	text := append(appendPlaceholder([]byte{'"'}, m.as), '"')
	w.edit(i, 1<<30, text)
	w.write(i, i, text)
	w.deep, w.want = deep{open: w.deep.open[:0]}, inDeep
	return w.resumeDeep(i)
}

// resumeDeep hides in[i:] up to the value's end.
func (w *rewriter) resumeDeep(i int) int {
	d := &w.deep
	w.wrote = true
	for ; i < len(w.in); i++ {
		switch c := w.in[i]; {
		case d.escape:
			d.escape = false
		case d.text:
			d.escape, d.text = c == '\\', c != '"'
		case c == '"':
			d.text = true
		case c == '{' || c == '[':
			if len(w.stack)+len(d.open) == maxNesting {
				return w.loseDeep()
			}
			d.open = append(d.open, c)
		case c == '}' || c == ']':
			n := len(d.open) - 1
			if d.open[n] != c-2 { // in ASCII
				return w.loseDeep()
			}
			if d.open = d.open[:n]; n > 0 {
				continue
			}
			if w.edits != nil {
				w.edits[len(w.edits)-1].to = i + 1
			}
			w.done = i + 1
			w.valueDone()
			return i + 1
		}
	}
	w.done = len(w.in)
	return len(w.in)
}

// loseDeep hides what follows in what is no JSON text. Its placeholder is there.
func (w *rewriter) loseDeep() int {
	w.want = lost
	w.stack, w.path, w.node = w.stack[:0], w.path[:0], w.root
	w.done = len(w.in)
	return len(w.in)
}
