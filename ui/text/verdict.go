package text

import (
	"cmp"
	"slices"
	"time"

	"github.com/dockwire/dockwire/decode/exchange"
)

// afterthought is how long a command that has no connection may still go on:
// some clients open one for each call.
const afterthought = time.Second

// said is what was said of a command.
type said struct {
	calls int
	done  bool
}

// verdicts says what came of the commands that are over, and at the end of
// all.
func (p *Printer) verdicts(end bool) {
	if end {
		p.cmds.Close()
		for _, c := range p.cmds.All() {
			p.failed = p.failed || c.Verdict().Result.Bad()
		}
	}
	for id, s := range p.groups.said {
		c := p.cmds.Get(id)
		if c == nil {
			delete(p.groups.said, id)
			continue
		}
		if s.done && s.calls == c.Calls || !end && (!c.Done() || p.now-c.Last < afterthought) {
			continue
		}
		s.done, s.calls = true, c.Calls
		p.groups.over = append(p.groups.over, c)
	}
	over := p.groups.over
	slices.SortFunc(over, func(a, b *exchange.Command) int { return cmp.Compare(a.ID, b.ID) })
	for _, c := range over {
		p.verdict(c)
		if !end && c.Done() {
			delete(p.groups.said, c.ID)
		}
	}
	p.groups.over = over[:0]
}

// Failed says, once the printer is closed, that a command failed.
func (p *Printer) Failed() bool { return p.failed }

// printed notes that a call of a command was printed.
func (p *Printer) printed(x *exchange.Exchange) {
	g := &p.groups
	if x.Command == nil || g.said[x.Command.ID] != nil {
		return
	}
	if g.said == nil {
		g.said = map[exchange.CommandID]*said{}
	}
	g.said[x.Command.ID] = &said{}
}

// verdict prints what came of a command.
func (p *Printer) verdict(c *exchange.Command) {
	v := c.Verdict()
	p.begin(c.Last, v.Failing)
	l := &p.line
	switch {
	case v.Result.Bad():
		p.failed = true
		l.text(alarm, "✗ ", -1)
		l.text(bad, v.Line, p.room(0))
	case v.Result == exchange.Pending && c.Open > 0:
		l.text(dim, "… ", -1)
		l.text(normal, v.Line+" (not over)", p.room(0))
	default:
		l.text(good, "✓ ", -1)
		l.text(normal, v.Line, p.room(0))
	}
	p.emit()
}
