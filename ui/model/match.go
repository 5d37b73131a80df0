package model

import (
	"slices"
	"time"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/engine"
	"github.com/dockwire/dockwire/decode/exchange"
	"github.com/dockwire/dockwire/decode/filter"
)

// SetFilter shows only what a filter lets through; nil shows everything.
// Judge has to be called until it has gone through all rows. Where Deep says
// so, rows cannot be judged by themselves and Found tells which match.
func (m *Model) SetFilter(f *filter.Filter) {
	m.filter, m.deep = f, f.Reads().Any()
	m.cursor = m.store.first
	m.list = m.list[:0]
	for _, c := range m.cmds.all {
		if c != nil {
			c.match = c.match[:0]
		}
	}
	for _, c := range m.store.chunks {
		clear(c.shown[:])
	}
	m.changed(0)
}

// SetQuiet hides calls that tell a person nothing, pings say, whatever the
// filter, or shows them again. Judge and, for a deep filter, Found go through
// the rows again.
func (m *Model) SetQuiet(quiet bool) {
	m.quiet = quiet
	m.SetFilter(m.filter)
}

// Quiet says whether such calls are hidden.
func (m *Model) Quiet() bool { return m.quiet }

// hides says that a row is not shown since it tells nothing.
func (m *Model) hides(r *Row) bool {
	if !m.quiet || r.Has(Failed) {
		return false
	}
	if r.Has(Aside) {
		return true
	}
	op := m.store.op(r)
	return op != nil && (op.ID == "SystemPing" || op.ID == "SystemPingHead")
}

// Filter is the filter in use.
func (m *Model) Filter() *filter.Filter { return m.filter }

// Deep says that the filter looks at heads or bodies, which have to be read
// from the archive.
func (m *Model) Deep() bool { return m.deep }

// Judge goes on through the rows until late says that it is time to draw, and
// tells how far it is and whether there is more to do.
func (m *Model) Judge(late func() bool) (done, all int, more bool) {
	all = int(m.store.next - m.store.first)
	if m.deep {
		m.cursor = m.store.next
	}
	for m.cursor < m.store.next {
		m.judgeNext()
		if late() {
			break
		}
	}
	return int(m.cursor - m.store.first), all, m.cursor < m.store.next
}

// judge shows or hides a row as the filter says, once Judge has come by.
func (m *Model) judge(p Pos, r *Row) {
	if p >= m.cursor || m.deep {
		return
	}
	m.show(p, r, m.shows(&m.scratch, m.store.chunk(p), r))
}

// shows says whether a row is shown.
func (m *Model) shows(s *scratch, c *chunk, r *Row) bool {
	return !m.hides(r) && (m.filter.Empty() || m.filter.Match(s.fill(m, c, r)))
}

// Found shows an exchange that a deep filter matches.
func (m *Model) Found(p Pos) {
	if r := m.store.row(p); r != nil && m.deep {
		m.show(p, r, !m.hides(r))
	}
}

func (m *Model) show(p Pos, r *Row, yes bool) {
	shown, bit := m.store.shown(p)
	if yes == (*shown&bit != 0) {
		return
	}
	*shown ^= bit
	c := m.cmds.get(r.Command)
	if yes {
		m.list = insert(m.list, p)
		c.match = insert(c.match, p)
	} else {
		m.list = remove(m.list, p)
		c.match = remove(c.match, p)
	}
	m.changed(c.ID)
}

func insert(list []Pos, p Pos) []Pos {
	if n := len(list); n == 0 || list[n-1] < p {
		return append(list, p)
	}
	i, found := slices.BinarySearch(list, p)
	if found {
		return list
	}
	return slices.Insert(list, i, p)
}

func remove(list []Pos, p Pos) []Pos {
	if i, found := slices.BinarySearch(list, p); found {
		return slices.Delete(list, i, i+1)
	}
	return list
}

// scratch is a row in the form that filters judge.
type scratch struct {
	x        exchange.Exchange
	conn     exchange.Connection
	of       *Command // whose connection it is
	progress engine.Progress
	body     []byte
}

func (s *scratch) fill(m *Model, in *chunk, r *Row) *exchange.Exchange {
	t, x := m.store.textsOf(in, r), &s.x
	c := m.cmds.get(r.Command)
	if s.of != c {
		s.of, s.conn = c, c.connection()
	}
	s.conn.ID = decode.ConnID(r.Conn)
	x.ID, x.Conn, x.Method = r.ID, &s.conn, t.Method
	x.Call = engine.Call{Op: t.Op, Version: t.Version, Path: t.Path, RawQuery: t.Query}
	x.Start, x.End, x.Last = r.Start, r.Start+r.Took, r.Start+r.Took
	x.Answered, x.FirstByte = r.TTFB >= 0, r.Start+max(r.TTFB, 0)
	x.Status, x.State, x.Hijack = int(r.Status), r.State, r.Has(Hijack)
	x.Request.Size, x.Response.Size = r.Up, r.Down
	x.Response.Content = r.Content
	x.Ended = exchange.End{By: m.store.party(r), How: m.store.ending(r)}
	x.SetSummary(t.Summary)
	x.Gaps, x.Anomalies, x.Redacted = count(r.Has(Gap)), count(r.Has(Anomaly)), count(r.Has(Redacted))
	x.Response.Omitted = nil
	if r.Has(Omitted) {
		x.Response.Omitted = &exchange.Omitted{}
	}
	s.failure(x, r, t.Failure)
	x.SetOutcome(exchange.Outcome{})
	switch {
	case r.Has(Probe):
		x.SetOutcome(exchange.Outcome{Result: exchange.Probe})
	case r.Has(Refused):
		x.SetOutcome(exchange.Outcome{Result: exchange.Refused})
	case !r.Has(Failed) && (!r.Open() || x.Failed()):
		x.SetOutcome(exchange.Outcome{Result: exchange.OK})
	case r.Has(Failed) && (r.Status >= 400 && t.Failure != "" || !x.Failed()):
		x.SetOutcome(exchange.Outcome{Result: exchange.Failed, Reason: t.Failure})
	}
	x.SetVerdict(c.Verdict.Line)
	return x
}

// failure puts the error where the exchange looks for it.
func (s *scratch) failure(x *exchange.Exchange, r *Row, text string) {
	x.Progress, x.Response.Body = nil, nil
	switch {
	case text == "":
	case r.Status >= 400: // read as a body that is plain text
		s.body = append(s.body[:0], text...)
		x.Response.Body = s.body
	case r.Has(streamErr):
		s.progress.Err = text
		x.Progress = &s.progress
	default:
		x.Ended.Err = text
	}
}

func count(is bool) int {
	if is {
		return 1
	}
	return 0
}

// Deadline makes a late function for Judge of a clock.
func Deadline(now func() time.Time, within time.Duration) func() bool {
	end := now().Add(within)
	return func() bool { return now().After(end) }
}
