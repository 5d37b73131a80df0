package model

import (
	"cmp"
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
	P50, P95 time.Duration // within 3 %
	Max      time.Duration

	took histogram
}

// Statistics sum up the exchanges that the filter lets through.
type Statistics struct {
	Ops     []*OpStats // the most frequent first
	Total   OpStats
	Slowest []Pos // finished ones, streams apart; the slowest first
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
		r := m.store.Row(p)
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

// slow keeps the slowest, but for what lasts as long as somebody listens.
func (m *Model) slow(s *Statistics, p Pos, r *Row) {
	if r.Open() || r.Has(Hijack) || r.Status == 101 {
		return
	}
	took := func(p Pos) time.Duration { return m.store.Row(p).Took }
	n := len(s.Slowest)
	if n == slowestKept && took(s.Slowest[n-1]) >= r.Took {
		return
	}
	i, _ := slices.BinarySearchFunc(s.Slowest, r.Took, func(q Pos, d time.Duration) int { return cmp.Compare(d, took(q)) })
	s.Slowest = slices.Insert(s.Slowest, i, p)
	s.Slowest = s.Slowest[:min(len(s.Slowest), slowestKept)]
}

// histogram counts durations in buckets, 32 for each power of two
// microseconds, so that any quantile is known within 3 %.
type histogram struct {
	buckets []uint32
	n       int
}

const subBits = 5

func (h *histogram) add(d time.Duration) {
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

func (h *histogram) quantile(q float64) time.Duration {
	want := int(q * float64(h.n))
	for i, n := range h.buckets {
		if want -= int(n); want < 0 {
			return middle(i)
		}
	}
	return 0
}
