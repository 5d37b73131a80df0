package cells

import (
	"slices"
	"strconv"
	"time"

	"github.com/dockwire/dockwire/ui/model"
	"github.com/dockwire/dockwire/ui/safe"
	"github.com/dockwire/dockwire/ui/text"
)

// noRow stands where a line is about no exchange.
const noRow = ^model.Pos(0)

// Statistics shows counts and times by operation, and the slowest calls. rows has
// the exchange of each line. The first lines are the operations, in their order;
// heading does not scroll.
func Statistics(m *model.Model, s *model.Statistics, by model.StatColumn, reverse bool, width int) (lines []Line, rows []model.Pos, heading []Line) {
	t := m.Totals()
	var sum Line
	sum.Add(Text, " "+strconv.Itoa(s.Total.Count)+" calls")
	if !m.Filter().Empty() {
		sum.Add(Dim, " that match the filter")
	}
	if d := s.Last - s.First; d > 0 && s.Total.Count > 0 {
		sum.Add(Dim, " in "+text.Took(d))
	}
	sum.Add(Dim, "  "+strconv.Itoa(t.Connections)+" connections open")
	heading = append(heading, sum)
	if l := lostLine(t); len(l.Spans) > 0 {
		heading = append(heading, l)
	}
	heading = append(heading, statsHeading(by, reverse, width))
	add := func(l Line, p model.Pos) { lines = append(lines, l); rows = append(rows, p) }
	for _, o := range append(s.Ops, &s.Total) {
		name := "all"
		switch {
		case o == &s.Total:
		case o.Op != nil:
			name = o.Op.ID
		default:
			name = "no operation"
		}
		l := statsLine(name, o, width)
		if o == &s.Total {
			add(Line{}, noRow)
		}
		add(l, noRow)
	}
	if len(s.Slowest) > 0 {
		add(Line{}, noRow)
		add(Make(Title, "The slowest"), noRow)
		for _, p := range s.Slowest {
			r, t := m.Row(p)
			var l Line
			l.Add(tookRole(r, &t), Fit(text.Took(r.Took), 8, true)+"  ").Add(Dim, "#"+strconv.FormatUint(uint64(r.ID), 10)+" ")
			l.Raw(Text, t.Name()).Raw(Dim, "  "+t.Summary)
			add(l, p)
		}
	}
	return lines, rows, heading
}

// lostLine says what is not in the numbers.
func lostLine(t model.Totals) Line {
	var l Line
	say := func(n int, text string) {
		if n > 0 {
			l.Add(Warn, " "+strconv.Itoa(n)+" "+text)
		}
	}
	say(t.Missed, "calls were not listed since the screen was behind")
	say(t.Forgotten, "older calls are no longer listed")
	say(t.Gaps, "calls have bytes that passed unseen")
	return l
}

// statsColumns says how wide the name is, and which other columns there is room for.
func statsColumns(width int) (name int, bytes, p50 bool) {
	name = 26
	if width < 70 {
		name = max(width-34, 10)
	}
	return name, width >= 86, width >= 50
}

// statsColumn is a column of the statistics.
type statsColumn struct {
	by    model.StatColumn
	width int
}

// statsTable is the columns that there is room for, in the order in which they
// stand.
func statsTable(width int) (all []statsColumn) {
	name, bytes, p50 := statsColumns(width)
	for i, title := range [...]string{"operation", "count", "failed", "p50", "p95", "max", "↑", "↓"} {
		c := statsColumn{model.StatColumn(slices.Index(model.StatColumns[:], title)), 8}
		switch {
		case i == 0:
			c.width = name
		case title == "p50" && !p50, i > 5 && !bytes:
			continue
		case i > 5:
			c.width = 10
		}
		all = append(all, c)
	}
	return all
}

// StatColumnAt is the column of the statistics at a place of their heading.
func StatColumnAt(x, width int) (model.StatColumn, bool) {
	at := 1
	for _, c := range statsTable(width) {
		if x >= at && x < at+c.width {
			return c.by, true
		}
		at += c.width
	}
	return 0, false
}

func statsHeading(by model.StatColumn, reverse bool, width int) Line {
	var l Line
	l.Add(Dim, " ")
	for i, c := range statsTable(width) {
		title := model.StatColumns[c.by]
		switch {
		case c.by == by && reverse:
			title += "▴"
		case c.by == by:
			title += "▾"
		}
		l.Add(Dim, Fit(title, c.width, i > 0))
	}
	return l
}

func statsLine(name string, o *model.OpStats, width int) Line {
	n, bytes, p50 := statsColumns(width)
	took := func(d time.Duration) string {
		if o.Open == o.Count {
			return "open"
		}
		return text.Took(d)
	}
	var l Line
	l.Add(Text, Fit(safe.String(name), n, false)).Add(Number, Fit(strconv.Itoa(o.Count), 8, true))
	failed := ""
	if o.Failed > 0 {
		failed = strconv.Itoa(o.Failed)
	}
	l.Add(Bad, Fit(failed, 8, true))
	if p50 {
		l.Add(Text, Fit(took(o.P50), 8, true))
	}
	l.Add(Text, Fit(took(o.P95), 8, true)).Add(Text, Fit(took(o.Max), 8, true))
	if bytes {
		l.Add(Outward, Fit(amount(o.Up), 10, true)).Add(Dim, Fit(amount(o.Down), 10, true))
	}
	return l
}
