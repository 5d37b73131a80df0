package export

import (
	"slices"
	"time"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/exchange"
)

// group is the calls of one client command.
type group struct {
	command *exchange.Command
	name    string
	calls   []*call
	failed  int
	more    bool // part of it was written before
}

func (g *group) start() time.Duration { return g.calls[0].Start }

func (g *group) end() (t time.Duration) {
	for _, c := range g.calls {
		t = max(t, c.Last)
	}
	return t
}

// verdict says in words how the command ended, and whether that is bad.
func (g *group) verdict() (line string, bad bool) {
	return g.calls[len(g.calls)-1].Verdict(), g.failed > 0 || g.command.Verdict().Result.Bad()
}

// groups gathers calls by command. When they take more memory than room, the
// command that began first is written and forgotten: its later calls make
// another group.
type groups struct {
	room   int
	write  func(*group)
	byID   map[exchange.CommandID]*group
	calls  map[decode.ExchangeID]*call
	order  []*group // by their first call that ended
	before map[exchange.CommandID]bool
	size   int
}

func newGroups(room int, write func(*group)) *groups {
	return &groups{room: room, write: write, byID: map[exchange.CommandID]*group{}, calls: map[decode.ExchangeID]*call{}, before: map[exchange.CommandID]bool{}}
}

// add takes a call that was kept, see call.keep.
func (s *groups) add(k *call) {
	g := s.byID[k.Command.ID]
	if g == nil {
		g = &group{command: k.Command, name: oneLine(k.commandName()), more: s.before[k.Command.ID]}
		s.byID[k.Command.ID] = g
		s.order = append(s.order, g)
	}
	g.calls = append(g.calls, k)
	s.calls[k.ID] = k
	if k.Failed() {
		g.failed++
	}
	for s.size += k.size(); s.room > 0 && s.size > s.room; {
		s.flush(s.order[0])
	}
}

// judge gives a call that is held the outcome that later calls gave it, and
// corrects the counts.
func (s *groups) judge(j exchange.Judgement, counted *stats) {
	k := s.calls[j.Exchange]
	if k == nil || k.Failed() == j.Outcome.Result.Bad() {
		return
	}
	k.SetOutcome(j.Outcome)
	more := -1
	if k.Failed() {
		more = 1
	}
	s.byID[k.Command.ID].failed += more
	counted.failed += more
	if o := counted.byOp[k.Name()]; o != nil {
		o.failed += more
	}
}

func (s *groups) flush(g *group) {
	for _, c := range g.calls {
		s.size -= c.size()
		delete(s.calls, c.ID)
	}
	delete(s.byID, g.command.ID)
	if len(s.before) < 4096 {
		s.before[g.command.ID] = true
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
