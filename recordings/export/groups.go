package export

import (
	"slices"
	"time"

	"github.com/dockwire/dockwire/decode/exchange"
)

// group is the calls of one run of a client program.
type group struct {
	key    commandKey
	calls  []*call
	failed int
	more   bool // part of it was written before
}

func (g *group) start() time.Duration { return g.calls[0].Start }

func (g *group) end() (t time.Duration) {
	for _, c := range g.calls {
		t = max(t, c.Last)
	}
	return t
}

// verdict says in words what came of a command.
func (g *group) verdict() string {
	if g.failed == 0 {
		return "went well"
	}
	return count(g.failed, "call") + " failed"
}

// groups gathers calls by command. When they take more memory than room, the
// command that began first is written and forgotten: its later calls make
// another group.
type groups struct {
	room   int
	write  func(*group)
	byKey  map[commandKey]*group
	order  []*group // by their first call that ended
	before map[commandKey]bool
	size   int
}

func newGroups(room int, write func(*group)) *groups {
	return &groups{room: room, write: write, byKey: map[commandKey]*group{}, before: map[commandKey]bool{}}
}

// add takes a call that was kept, see call.keep.
func (s *groups) add(k *call) {
	key := k.commandKey()
	g := s.byKey[key]
	if g == nil {
		g = &group{key: key, more: s.before[key]}
		s.byKey[key] = g
		s.order = append(s.order, g)
	}
	g.calls = append(g.calls, k)
	if k.Failed() {
		g.failed++
	}
	for s.size += k.size(); s.room > 0 && s.size > s.room; {
		s.flush(s.order[0])
	}
}

func (s *groups) flush(g *group) {
	for _, c := range g.calls {
		s.size -= c.size()
	}
	delete(s.byKey, g.key)
	if len(s.before) < 4096 {
		s.before[g.key] = true
	}
	s.order = s.order[1:]
	s.write(g.sorted())
}

// sorted brings the calls into the order in which they began.
func (g *group) sorted() *group {
	slices.SortStableFunc(g.calls, func(a, b *call) int { return int(a.ID) - int(b.ID) })
	return g
}

// finish writes what is left, by when it began.
func (s *groups) finish() {
	for _, g := range s.order {
		g.sorted()
	}
	slices.SortStableFunc(s.order, func(a, b *group) int { return int(a.calls[0].ID) - int(b.calls[0].ID) })
	for _, g := range s.order {
		s.write(g)
	}
	s.order = nil
}

// statusText is the status of a call as it is shown.
func statusText(x *exchange.Exchange) string {
	switch {
	case x.Status == 0:
		return "no answer"
	case x.Hijack:
		return itoa(x.Status) + " stream"
	}
	return itoa(x.Status)
}
