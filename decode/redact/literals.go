package redact

import "bytes"

// minLiteral is the shortest value that is masked: a shorter one would be
// found everywhere.
const minLiteral = 4

// addLiteral takes a value that is to be masked, and its other forms, which have
// the same placeholder.
func (r *Redactor) addLiteral(v []byte) {
	m := r.nums.mark(kindLiteral, r.nums.hash(v), nil)
	for _, form := range append(otherForms(v), v) {
		r.nums.alias(form, m)
		r.literals = append(r.literals, form)
		r.longest = max(r.longest, len(form))
	}
}

// withLiterals appends where the user's literal values are in v.
func (r *Redactor) withLiterals(spans []span, v []byte) []span {
	for _, lit := range r.literals {
		for from := 0; ; {
			n := bytes.Index(v[from:], lit)
			if n < 0 {
				break
			}
			spans = append(spans, span{from + n, from + n + len(lit), kindLiteral, "literal"})
			from += n + len(lit)
		}
	}
	return spans
}

// A mask replaces literal values in one byte stream that comes in pieces. It
// holds back only an end that a literal begins with.
type mask struct {
	r      *Redactor
	filled bool // replace by as many asterisks: offsets in a tar stay right
	held   []byte
}

// feed takes the next piece and returns what may leave: p itself when nothing
// was replaced or held.
func (m *mask) feed(dst, p []byte) []byte {
	v := p
	if len(m.held) > 0 {
		m.held = append(m.held, p...)
		v = m.held
	}
	spans := m.r.join(m.r.withLiterals(m.r.spans[:0], v), v)
	end := len(v) - m.r.literalStart(v, spans)
	out := dst
	from := 0
	for _, s := range spans {
		out = append(out, v[from:s.from]...)
		out = m.write(out, v[s.from:s.to])
		from = s.to
	}
	if len(m.held) == 0 && len(spans) == 0 {
		m.held = append(m.held, v[end:]...)
		return v[:end]
	}
	out = append(out, v[from:end]...)
	if len(m.held) > 0 {
		n := copy(m.held, m.held[end:])
		clear(m.held[n:])
		m.held = m.held[:n]
	} else {
		m.held = append(m.held, v[end:]...)
	}
	return out
}

func (m *mask) write(out, secret []byte) []byte {
	as := m.r.nums.mark(kindLiteral, m.r.nums.hash(secret), nil)
	m.r.note("stream", as, "literal")
	if m.filled {
		return append(out, bytes.Repeat([]byte{'*'}, len(secret))...)
	}
	return appendPlaceholder(out, as.as)
}

// finish lets go what was held.
func (m *mask) finish(dst []byte) []byte {
	dst = append(dst, m.held...)
	clear(m.held)
	m.held = m.held[:0]
	return dst
}

// literalStart is the length of the longest end of v, outside of the spans,
// that a literal begins with.
func (r *Redactor) literalStart(v []byte, spans disjoint) int {
	free := len(v)
	if n := len(spans); n > 0 {
		free -= spans[n-1].to
	}
	for n := min(free, r.longest-1); n > 0; n-- {
		for _, lit := range r.literals {
			if n < len(lit) && bytes.Equal(v[len(v)-n:], lit[:n]) {
				return n
			}
		}
	}
	return 0
}
