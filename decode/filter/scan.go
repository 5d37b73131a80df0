package filter

import (
	"regexp/syntax"
	"slices"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/exchange"
)

// Scanner looks for what a filter's body terms want in all bytes that pass, so
// that a filter also finds what is beyond the bytes that an exchange keeps. It
// notes what it finds in Exchange.Found, where Match and Decide look.
//
// A match of a regular expression may be longer than what is looked at
// together: one that is longer than 4 KiB may be missed. Terms that ask for the
// beginning or the end of a body (^, $, =) are judged by the kept bytes.
type Scanner struct {
	terms   []*bytesTerm
	lanes   map[laneKey]*scanLane
	pending int
}

// laneKey is a stream of bytes that belong together.
type laneKey struct {
	id  decode.ExchangeID
	dir decode.Direction
	fd  int
}

// scanLane holds bytes that were not looked at yet, behind the last of those
// that were: a match may stand on both.
type scanLane struct {
	buf  []byte
	seen int
}

const (
	scanCarry = 4 << 10  // looked at again with what follows
	scanBatch = 64 << 10 // looked at together
	scanAll   = 16 << 20 // that all lanes together may hold back
	maxTerms  = 64       // bits of Exchange.Found
)

// Scanner makes a scanner for the filter; nil when no term wants one.
func (f *Filter) Scanner() *Scanner {
	if f.Empty() {
		return nil
	}
	s := &Scanner{lanes: map[laneKey]*scanLane{}}
	each(f.root, func(t *bytesTerm) {
		if t.bit != 0 {
			s.terms = append(s.terms, t)
		}
	})
	if len(s.terms) == 0 {
		return nil
	}
	return s
}

// numberTerms gives the body terms of a tree their bits.
func numberTerms(root node) {
	n := 0
	each(root, func(t *bytesTerm) {
		if t.scans && n < maxTerms {
			t.bit = 1 << n
			n++
		}
	})
}

func each(n node, do func(*bytesTerm)) {
	switch n := n.(type) {
	case and:
		each(n.left, do)
		each(n.right, do)
	case or:
		each(n.left, do)
		each(n.right, do)
	case not:
		each(n.of, do)
	case *bytesTerm:
		do(n)
	}
}

// Event takes an event after it was folded into x. A nil scanner takes nothing.
func (s *Scanner) Event(x *exchange.Exchange, e decode.Event) {
	if s == nil || x == nil {
		return
	}
	switch e := e.(type) {
	case *decode.Data:
		s.data(x, e.Dir, e.Fd, e.Bytes)
	case *decode.Message:
		s.data(x, e.Dir, decode.NoFd, e.JSON)
	case *decode.ExchangeEnd:
		s.CheckHeld(x)
		for k := range s.lanesOf(x.ID) {
			s.pending -= len(s.lanes[k].buf)
			delete(s.lanes, k)
		}
	}
}

// CheckHeld looks at what was held back of an exchange that still runs, before it
// is judged.
func (s *Scanner) CheckHeld(x *exchange.Exchange) {
	if s == nil {
		return
	}
	for k := range s.lanesOf(x.ID) {
		s.look(x, k, s.lanes[k])
	}
}

// lanesOf yields the lanes that an exchange has: a few at most.
func (s *Scanner) lanesOf(id decode.ExchangeID) func(func(laneKey) bool) {
	return func(yield func(laneKey) bool) {
		for _, dir := range [...]decode.Direction{decode.Request, decode.Response} {
			for fd := decode.NoFd; fd < maxFds; fd++ {
				k := laneKey{id, dir, fd}
				if s.lanes[k] != nil && !yield(k) {
					return
				}
			}
		}
	}
}

// maxFds is how many stdcopy streams there are.
const maxFds = 4

func (s *Scanner) data(x *exchange.Exchange, dir decode.Direction, fd int, bytes []byte) {
	if s.wanted(x, dir) == 0 {
		return
	}
	k := laneKey{x.ID, dir, min(max(fd, decode.NoFd), maxFds-1)}
	l := s.lanes[k]
	if l == nil {
		l = &scanLane{}
		s.lanes[k] = l
	}
	for b := bytes; len(b) > 0; {
		n := min(len(b), scanBatch)
		l.buf = append(l.buf, b[:n]...)
		s.pending += n
		b = b[n:]
		if len(l.buf)-l.seen >= scanBatch || s.pending > scanAll {
			s.look(x, k, l)
		}
	}
}

// wanted are the terms that may still be found in a direction.
func (s *Scanner) wanted(x *exchange.Exchange, dir decode.Direction) (bits uint64) {
	for _, t := range s.terms {
		if x.Found&t.bit == 0 && t.f.looksAt(dir) {
			bits |= t.bit
		}
	}
	return bits
}

func (s *Scanner) look(x *exchange.Exchange, k laneKey, l *scanLane) {
	if len(l.buf) == l.seen {
		return
	}
	bits := s.wanted(x, k.dir)
	for _, t := range s.terms {
		if bits&t.bit != 0 && t.test(l.buf) {
			x.Found |= t.bit
		}
	}
	before := len(l.buf)
	l.buf = append(l.buf[:0], l.buf[max(before-scanCarry, 0):]...)
	if cap(l.buf) > 2*scanBatch {
		l.buf = append([]byte(nil), l.buf...)
	}
	l.seen = len(l.buf)
	s.pending -= before - l.seen
}

// anchored says that an expression asks for the beginning or end of a text,
// which a part of it does not have.
func anchored(expr string) bool {
	re, err := syntax.Parse(expr, syntax.Perl)
	return err != nil || holds(re)
}

func holds(re *syntax.Regexp) bool {
	switch re.Op {
	case syntax.OpBeginText, syntax.OpEndText:
		return true
	}
	return slices.ContainsFunc(re.Sub, holds)
}
