package model

import (
	"cmp"
	"math"
	"math/bits"
	"slices"
	"time"

	"github.com/dockwire/dockwire/decode/engine"
)

// OpStats sums up the exchanges of one operation.
type OpStats struct {
	Op       *engine.Operation // nil: all that is no operation
	Count    int
	Failed   int
	Open     int // not in the durations
	Up, Down int64
	P50, P95 time.Duration // exact where there are few, else within 3 %
	Max      time.Duration

	took histogram
}

// Statistics sum up the exchanges that the filter lets through.
type Statistics struct {
	Ops     []*OpStats // the most frequent first
	Total   OpStats
	Slowest []Pos // finished ones without streams; the slowest first
	First   time.Duration
	Last    time.Duration
}

// slowestKept is how many of the slowest are named.
const slowestKept = 10

// Statistics counts. A million rows take some tens of milliseconds.
func (m *Model) Statistics() *Statistics {
	s := &Statistics{First: -1}
	byOp := make([]*OpStats, len(m.store.ops)+1)
	for _, p := range m.list {
		r := m.store.row(p)
		o := byOp[r.op]
		if o == nil {
			o = &OpStats{Op: m.store.op(r)}
			byOp[r.op] = o
			s.Ops = append(s.Ops, o)
		}
		o.add(r)
		s.Total.add(r)
		if s.First < 0 {
			s.First = r.Start
		}
		s.Last = max(s.Last, r.Start+r.Took)
		m.slow(s, p, r)
	}
	for _, o := range append(s.Ops, &s.Total) {
		o.P50, o.P95 = min(o.took.quantile(0.50), o.Max), min(o.took.quantile(0.95), o.Max)
	}
	slices.SortStableFunc(s.Ops, func(a, b *OpStats) int { return cmp.Compare(b.Count, a.Count) })
	return s
}

func (o *OpStats) add(r *Row) {
	o.Count++
	o.Up += r.Up
	o.Down += r.Down
	if r.Has(Failed) {
		o.Failed++
	}
	if r.Open() {
		o.Open++
		return
	}
	o.Max = max(o.Max, r.Took)
	o.took.add(r.Took)
}

// slow keeps the slowest, except for calls that last as long as the client listens.
func (m *Model) slow(s *Statistics, p Pos, r *Row) {
	if r.Open() || r.Has(Hijack) || r.Status == 101 {
		return
	}
	took := func(p Pos) time.Duration { return m.store.row(p).Took }
	n := len(s.Slowest)
	if n == slowestKept && took(s.Slowest[n-1]) >= r.Took {
		return
	}
	i, _ := slices.BinarySearchFunc(s.Slowest, r.Took, func(q Pos, d time.Duration) int { return cmp.Compare(d, took(q)) })
	s.Slowest = slices.Insert(s.Slowest, i, p)
	s.Slowest = s.Slowest[:min(len(s.Slowest), slowestKept)]
}

// histogram counts durations in buckets, 32 for each power of two
// microseconds, so that any quantile is known within 3 %. Few durations are
// kept as they are.
type histogram struct {
	exact   []time.Duration
	buckets []uint32
	n       int
}

// exactUpTo is how many durations are kept as they are.
const exactUpTo = 200

const subBits = 5

func (h *histogram) add(d time.Duration) {
	if h.n < exactUpTo {
		h.exact = append(h.exact, d)
	}
	i := bucket(uint64(max(d, 0) / time.Microsecond))
	if i >= len(h.buckets) {
		h.buckets = append(h.buckets, make([]uint32, i+1-len(h.buckets))...)
	}
	h.buckets[i]++
	h.n++
}

func bucket(us uint64) int {
	shift := max(bits.Len64(us)-1-subBits, 0)
	return shift<<subBits + int(us>>shift)
}

// middle is the middle of a bucket.
func middle(i int) time.Duration {
	shift := max(i>>subBits-1, 0)
	low := uint64(i-shift<<subBits) << shift
	return time.Duration(low+(1<<shift)/2) * time.Microsecond
}

// quantile is the smallest duration that so great a part of them does not
// exceed.
func (h *histogram) quantile(q float64) time.Duration {
	if h.n > 0 && h.n <= exactUpTo {
		slices.Sort(h.exact)
		return h.exact[min(max(int(math.Ceil(q*float64(h.n)))-1, 0), h.n-1)]
	}
	want := int(q * float64(h.n))
	for i, n := range h.buckets {
		if want -= int(n); want < 0 {
			return middle(i)
		}
	}
	return 0
}

// StatColumn is what statistics are sorted by.
type StatColumn uint8

// StatColumns names them, in the order in which they stand.
var StatColumns = [...]string{"count", "failed", "p50", "p95", "max", "↑", "↓", "operation"}

// Sort sorts the operations: numbers from the greatest, names from A, or in
// reverse.
func (s *Statistics) Sort(by StatColumn, reverse bool) {
	slices.SortStableFunc(s.Ops, func(a, b *OpStats) int {
		if reverse {
			a, b = b, a
		}
		if StatColumns[by] == "operation" {
			return cmp.Compare(a.name(), b.name())
		}
		return cmp.Compare(b.number(by), a.number(by))
	})
}

func (o *OpStats) name() string {
	if o.Op == nil {
		return ""
	}
	return o.Op.ID
}

func (o *OpStats) number(by StatColumn) int64 {
	return [...]int64{int64(o.Count), int64(o.Failed), int64(o.P50), int64(o.P95), int64(o.Max), o.Up, o.Down, 0}[by]
}
