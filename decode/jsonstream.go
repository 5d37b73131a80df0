package decode

import (
	"bytes"
	"time"
)

// jsonStream splits concatenated JSON values: progress lines end in "\r\n",
// events and stats in "\n", json-seq puts 0x1E in front, and some writers put
// nothing in between. A value comes out with the white space and 0x1E before
// it and its line end; it is not checked to be valid.
//
// Values come out whole up to maxPiece and in pieces of that size above.
type jsonStream struct {
	phase  valuePhase
	depth  int
	quoted bool // inside a string
	escape bool // behind a backslash in a string
	byLine bool // behind a gap: quotes cannot be trusted until a line ends
	pieces bool // a piece of this value was given out
	buf    []byte
	first  time.Duration
}

type valuePhase uint8

const (
	valueLead   valuePhase = iota // white space before the value
	valueNested                   // inside an object or array
	valueString                   // inside a string that is the value
	valueWord                     // inside a number or literal
	valueAfter                    // behind the value: a line end may follow
)

// next takes bytes that were read at time t and returns the first piece that
// is complete, if any, and the rest of p.
func (s *jsonStream) next(p []byte, t time.Duration) (pc piece, rest []byte, ok bool) {
	if len(s.buf) == 0 {
		s.first = t
	}
	room := p[:min(len(p), maxPiece-len(s.buf))]
	n, whole := s.scan(room)
	b := p[:n]
	full := !whole && len(s.buf)+n == maxPiece
	if len(s.buf) > 0 || !whole && !full {
		s.buf = append(s.buf, b...)
		b = s.buf
	}
	if !whole && !full {
		return piece{}, nil, false
	}
	return s.give(b, full), p[n:], true
}

// give makes b the value's next piece.
func (s *jsonStream) give(b []byte, more bool) piece {
	s.buf = s.buf[:0]
	s.pieces = more
	if !more {
		s.phase = valueLead
	}
	return piece{fd: NoFd, more: more, first: s.first, bytes: b}
}

// pause gives out a value that is complete except for its line end.
func (s *jsonStream) pause() (pc piece, ok bool) {
	if s.phase != valueAfter || len(s.buf) == 0 && !s.pieces {
		return piece{}, false
	}
	return s.give(s.buf, false), true
}

// end gives out whatever is left.
func (s *jsonStream) end() (pc piece, ok bool) {
	if len(s.buf) == 0 && !s.pieces {
		return piece{}, false
	}
	return s.give(s.buf, false), true
}

// gap gives out what there is of a value, bytes of which are missing, and
// splits by line until one ends.
func (s *jsonStream) gap(int64) (pc piece, ok bool, odd string) {
	pc, ok = s.end()
	*s = jsonStream{byLine: true, buf: s.buf}
	return pc, ok, ""
}

func (s *jsonStream) held() int { return len(s.buf) }

// scan returns how many bytes of p belong to the value that is being read,
// and whether it ends with them.
func (s *jsonStream) scan(p []byte) (n int, whole bool) {
	if s.byLine {
		i := bytes.IndexByte(p, '\n')
		if i < 0 {
			return len(p), false
		}
		s.byLine = false
		return i + 1, true
	}
	for n < len(p) {
		switch s.phase {
		case valueLead:
			s.begin(p[n])
			n++
		case valueNested, valueString:
			n += s.inside(p[n:])
		case valueWord:
			switch ch := p[n]; {
			case isSpace(ch):
				s.phase = valueAfter
			case ch == '{' || ch == '[' || ch == '"' || ch == 0x1E:
				return n, true
			default:
				n++
			}
		case valueAfter:
			ch := p[n]
			if !isSpace(ch) {
				return n, true
			}
			if n++; ch == '\n' {
				return n, true
			}
		}
	}
	return n, false
}

// begin looks at a byte in front of a value.
func (s *jsonStream) begin(ch byte) {
	switch {
	case isSpace(ch) || ch == 0x1E:
	case ch == '{' || ch == '[':
		s.phase, s.depth = valueNested, 1
	case ch == '"':
		s.phase, s.quoted = valueString, true
	default:
		s.phase = valueWord
	}
}

// inside reads from a nested value or a string up to its end and returns how
// many bytes that were.
func (s *jsonStream) inside(p []byte) int {
	for i := 0; i < len(p); i++ {
		if s.quoted {
			if i += s.quote(p[i:]); s.quoted {
				return len(p)
			}
			if s.phase == valueString {
				s.phase = valueAfter
				return i + 1
			}
			continue
		}
		for structure[p[i]] == 0 {
			if i++; i >= len(p) {
				return len(p)
			}
		}
		s.quoted = p[i] == '"'
		if s.depth += int(structure[p[i]] - flat); s.depth == 0 {
			s.phase = valueAfter
			return i + 1
		}
	}
	return len(p)
}

// structure says which bytes matter outside strings, and what they do to the
// depth: flat and one up or down.
var structure = [256]int8{'"': flat, '{': flat + 1, '[': flat + 1, '}': flat - 1, ']': flat - 1}

const flat = 2

// shortString is how far a string is read byte by byte before it is worth
// calling for a search.
const shortString = 32

// quote reads inside a string and returns the offset of its closing quote; if
// there is none in p, s.quoted stays.
func (s *jsonStream) quote(p []byte) int {
	i := 0
	if s.escape {
		s.escape, i = false, 1
	}
	for i < len(p) {
		i += plainRun(p[i:])
		switch {
		case i == len(p):
		case p[i] == '"':
			s.quoted = false
			return i
		case i+1 == len(p):
			s.escape = true
			return len(p)
		default:
			i += 2
		}
	}
	return len(p)
}

// plainRun returns how many bytes are neither quote nor backslash.
func plainRun(p []byte) int {
	short := p[:min(len(p), shortString)]
	for i, ch := range short {
		if ch == '"' || ch == '\\' {
			return i
		}
	}
	i := len(short)
	n := bytes.IndexByte(p[i:], '"')
	if n < 0 {
		n = len(p) - i
	}
	if back := bytes.IndexByte(p[i:i+n], '\\'); back >= 0 {
		n = back
	}
	return i + n
}

func isSpace(ch byte) bool { return ch == ' ' || ch == '\n' || ch == '\r' || ch == '\t' }
