package export

import (
	"cmp"
	"maps"
	"slices"
	"time"
)

// stats counts calls by operation.
type stats struct {
	calls, failed int
	first, last   time.Duration
	byOp          map[string]*opStats
}

type opStats struct {
	name          string
	calls, failed int
	total, max    time.Duration
	up, down      int64
}

func (s *stats) add(c *call) {
	if s.byOp == nil {
		s.byOp, s.first = map[string]*opStats{}, c.Start
	}
	s.calls++
	s.first, s.last = min(s.first, c.Start), max(s.last, c.Last)
	o := s.byOp[c.Name()]
	if o == nil {
		name := c.Name()
		if len(s.byOp) >= 1000 { // hostile paths
			name = "other"
		}
		if o = s.byOp[name]; o == nil {
			o = &opStats{name: name}
			s.byOp[name] = o
		}
	}
	o.calls++
	if c.Failed() {
		o.failed++
		s.failed++
	}
	o.total += c.Took()
	o.max = max(o.max, c.Took())
	o.up += c.Request.Size
	o.down += c.Response.Size
}

// statRow is a line of the table of operations.
type statRow struct {
	Name                string
	Calls, Failed       int
	Mean, Max, Up, Down string
}

// rows has the operations called most first.
func (s *stats) rows() (rows []statRow) {
	ops := slices.SortedFunc(maps.Values(s.byOp), func(a, b *opStats) int {
		return cmp.Or(b.calls-a.calls, cmp.Compare(a.name, b.name))
	})
	for _, o := range ops {
		rows = append(rows, statRow{oneLine(o.name), o.calls, o.failed, took(o.total / time.Duration(o.calls)), took(o.max), bytesSize(o.up), bytesSize(o.down)})
	}
	return rows
}
