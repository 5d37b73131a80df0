package tidy

import (
	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/exchange"
	"github.com/dockwire/dockwire/decode/filter"
)

// survey finds out which exchanges stay, and how long bodies become.
type survey struct {
	folder  *exchange.Folder
	scan    *filter.Scanner
	which   *filter.Filter
	matched map[decode.ExchangeID]bool
	parents map[decode.ExchangeID]decode.ExchangeID
	order   []decode.ExchangeID
	lengths map[side]int64
	skip    skipping
}

// side is one direction of an exchange.
type side struct {
	id  decode.ExchangeID
	dir decode.Direction
}

// keptBody is how much of a body filters see, as in export.
const keptBody = 64 << 10

func newSurvey(f *filter.Filter) *survey {
	s := &survey{
		which: f, scan: f.Scanner(), matched: map[decode.ExchangeID]bool{}, parents: map[decode.ExchangeID]decode.ExchangeID{},
		lengths: map[side]int64{}, skip: skipping{},
	}
	s.folder = exchange.NewFolder(keptBody, func(x *exchange.Exchange, e decode.Event) {
		s.scan.Event(x, e)
		if _, over := e.(*decode.ExchangeEnd); over && x != nil {
			s.matched[x.ID] = f.Match(x)
		}
	})
	return s
}

func (s *survey) event(e decode.Event, values *values) {
	s.folder.Event(e)
	s.skip.event(e)
	switch e := e.(type) {
	case *decode.RequestHead:
		s.order = append(s.order, e.Exchange)
		if e.Parent != 0 {
			s.parents[e.Exchange] = e.Parent
		}
		values.request(e)
	case *decode.ResponseHead:
		values.response(e)
	case *decode.Data:
		n := int64(len(e.Bytes))
		if !s.skip.holds(e) {
			n = int64(len(values.in(e.Bytes, e.Time)))
		}
		s.lengths[side{e.Exchange, e.Dir}] += n
	case *decode.Omitted:
		s.lengths[side{e.Exchange, e.Dir}] = e.Total
	}
}

// finish tells which exchanges stay: those that match, what they travel in, and
// what travels in them.
func (s *survey) finish() (keep map[decode.ExchangeID]bool, c Counts) {
	for x := range s.folder.Open() {
		s.scan.CheckHeld(x)
		s.matched[x.ID] = s.which.Match(x)
	}
	keep = map[decode.ExchangeID]bool{}
	for _, id := range s.order {
		if !s.matched[id] {
			continue
		}
		for up := id; up != 0 && !keep[up]; up = s.parents[up] {
			keep[up] = true
		}
	}
	for _, id := range s.order { // a parent comes before its children
		if p := s.parents[id]; s.matched[p] {
			s.matched[id], keep[id] = true, true
		}
	}
	return keep, Counts{len(s.order), len(keep)}
}
