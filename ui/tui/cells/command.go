package cells

import (
	"strconv"

	"github.com/dockwire/dockwire/decode/engine"
	"github.com/dockwire/dockwire/ui/model"
	"github.com/dockwire/dockwire/ui/safe"
	"github.com/dockwire/dockwire/ui/text"
)

// CommandOverview sums up a client command and its calls.
func CommandOverview(m *model.Model, c *model.Command, clock Clock, width int) []Line {
	p := page{width: max(width, 20)}
	p.prose(Command, safe.String(c.Title))
	if who := c.Who(); who != "" {
		p.prose(Dim, safe.String(who))
	}
	var l Line
	l.Add(Dim, clock.At(c.First, "15:04:05.000")+"  ").Add(Strong, text.Took(c.Last-c.First))
	l.Add(Text, "  "+strconv.Itoa(c.Calls)+" calls")
	if c.Failed > 0 {
		l.Add(Bad, "  "+strconv.Itoa(c.Failed)+" failed")
	}
	if c.Open > 0 {
		l.Add(Notice, "  "+strconv.Itoa(c.Open)+" open")
	}
	l.Add(Outward, "  ↑"+text.Size(c.Up)).Add(Dim, " ↓"+text.Size(c.Down))
	p.lines = append(p.lines, l)
	if v := c.Verdict; v.Line != "" {
		role := Text
		if v.Result.Bad() {
			role = Bad
		}
		p.prose(role, safe.String(v.Line))
	}
	p.title("Operations")
	p.operations(m, c)
	p.blank()
	p.prose(Dim, "enter opens its calls, s draws them as a sequence")
	return p.lines
}

// operations counts a command's calls by operation, as they first came.
func (p *page) operations(m *model.Model, c *model.Command) {
	type sum struct {
		name          string
		op            *engine.Operation
		count, failed int
	}
	var sums []*sum
	byName := map[string]*sum{}
	for _, pos := range m.Of(c.ID) {
		r, t := m.Row(pos)
		name := t.Name()
		s := byName[name]
		if s == nil {
			if len(sums) == 100 {
				continue
			}
			s = &sum{name: name, op: t.Op}
			byName[name] = s
			sums = append(sums, s)
		}
		s.count++
		if r.Has(model.Failed) {
			s.failed++
		}
	}
	for _, s := range sums {
		var l Line
		l.Add(Number, Fit(strconv.Itoa(s.count), 6, true)+"  ").Raw(Text, s.name)
		if s.failed > 0 {
			l.Add(Bad, " ✗"+strconv.Itoa(s.failed))
		}
		p.lines = append(p.lines, l)
	}
}
