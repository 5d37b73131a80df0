package model

import (
	"slices"
	"time"
)

// resortEvery bounds how often a long list that changes is sorted again.
const resortEvery = time.Second

// manyRows is from when on sorting is felt.
const manyRows = 20_000

// flat is the list by time, or by another column.
type flat struct {
	order   []Pos
	own     []Pos // memory of a sorted order
	changes int
	stale   bool // the sort has changed
	sorted  time.Duration
}

func (f *flat) arrange(m *Model) {
	if m.sort == (Sort{}) {
		f.order, f.changes = m.list, m.changes
		return
	}
	if f.changes == m.changes && !f.stale {
		return
	}
	if !f.stale && len(m.list) > manyRows && m.totals.Now-f.sorted < resortEvery {
		f.order = dropGone(f.order, m.store.first)
		return
	}
	f.own = m.sorted(m.list, f.own)
	f.order, f.changes, f.stale, f.sorted = f.own, m.changes, false, m.totals.Now
}

// dropGone leaves out rows that were forgotten since the last sort.
func dropGone(order []Pos, first Pos) []Pos {
	return slices.DeleteFunc(order, func(p Pos) bool { return p < first })
}

func (f *flat) index(m *Model, l Line) (int, bool) {
	if m.sort == (Sort{}) {
		return slices.BinarySearch(f.order, l.Pos)
	}
	if i := slices.Index(f.order, l.Pos); i >= 0 {
		return i, true
	}
	return 0, false
}
