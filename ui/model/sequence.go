package model

import (
	"cmp"
	"slices"
	"time"

	"github.com/dockwire/dockwire/decode/exchange"
)

// Step is an arrow of a sequence: something that passed between client and
// daemon.
type Step struct {
	Pos  Pos
	Kind StepKind
	At   time.Duration
	Lane int    // of an exchange that lasts: where its bar stands, from 0; -1: it has none
	Open []int8 // bars that stand beside this step, its own included
	Said *Said  // of a note
}

// StepKind says which way an arrow points, and for what.
type StepKind uint8

const (
	Asked    StepKind = iota // request, client to daemon
	Answered                 // the first of the answer, daemon to client
	Ended                    // an exchange that lasted is over
	Noted                    // something passed in its stream
)

// maxLanes bounds the bars that stand beside one another.
const maxLanes = 6

// Sequence draws up the exchanges of a command, or all that are shown when
// they are in one list, as arrows in the order of time. An exchange that
// lasts while others come and go is a bar from its answer to its end.
type Sequence struct {
	Steps []Step
	Lanes int // how many bars stand beside one another at most
	Cut   int // exchanges that are left out at the end
}

// maxSequence bounds the exchanges that are drawn.
const maxSequence = 2000

// Sequence draws up exchanges at these positions, and what passed in their
// streams as far as that was read.
func (m *Model) Sequence(of []Pos, said []Said) *Sequence {
	s := &Sequence{}
	if len(of) > maxSequence {
		s.Cut = len(of) - maxSequence
		of = of[:maxSequence]
	}
	for _, p := range of {
		r := m.store.row(p)
		if r == nil {
			continue
		}
		s.Steps = append(s.Steps, Step{Pos: p, Kind: Asked, At: r.Start, Lane: -1})
		if r.TTFB >= 0 {
			s.Steps = append(s.Steps, Step{Pos: p, Kind: Answered, At: r.Start + r.TTFB, Lane: -1})
		}
		if r.State == exchange.Done && (r.TTFB < 0 || r.Took-r.TTFB > 0) {
			s.Steps = append(s.Steps, Step{Pos: p, Kind: Ended, At: r.Start + r.Took, Lane: -1})
		}
	}
	for i := range said {
		if p, ok := m.ByID(said[i].Exchange); ok {
			s.Steps = append(s.Steps, Step{Pos: p, Kind: Noted, At: said[i].At, Lane: -1, Said: &said[i]})
		}
	}
	slices.SortStableFunc(s.Steps, func(a, b Step) int { return cmp.Compare(a.At, b.At) })
	s.join(m)
	s.lanes(m)
	return s
}

// join takes out ends that directly follow their answer: nothing happened in
// between, so there is no bar to draw.
func (s *Sequence) join(m *Model) {
	kept := s.Steps[:0]
	for _, st := range s.Steps {
		if n := len(kept); st.Kind == Ended && n > 0 && kept[n-1].Pos == st.Pos && kept[n-1].Kind == Answered && !m.store.row(st.Pos).Has(Hijack) {
			continue
		}
		kept = append(kept, st)
	}
	s.Steps = kept
}

// lanes gives each bar a place, and each step the bars that pass it.
func (s *Sequence) lanes(m *Model) {
	lasting := map[Pos]bool{} // what is answered and ends later, or not at all
	for _, st := range s.Steps {
		if st.Kind == Ended || m.store.row(st.Pos).Open() {
			lasting[st.Pos] = true
		}
	}
	var busy [maxLanes]bool
	lane := map[Pos]int{}
	for i := range s.Steps {
		st := &s.Steps[i]
		if n, ok := lane[st.Pos]; ok && st.Kind == Ended {
			st.Lane = n
		}
		if st.Kind == Answered && lasting[st.Pos] {
			if n := slices.Index(busy[:], false); n >= 0 {
				lane[st.Pos], busy[n], st.Lane = n, true, n
				s.Lanes = max(s.Lanes, n+1)
			}
		}
		for n, b := range busy {
			if b {
				st.Open = append(st.Open, int8(n))
			}
		}
		if st.Kind == Ended && st.Lane >= 0 {
			busy[st.Lane] = false
		}
	}
}
