package model

import (
	"cmp"
	"slices"
)

// Column is what lists can be sorted by.
type Column uint8

const (
	SortTime Column = iota
	SortOperation
	SortPath
	SortStatus
	SortUp
	SortDown
	SortTTFB
	SortTook
)

// Columns names them as their headings do, in the order in which a person steps through them.
var Columns = [...]string{"time", "operation", "path", "status", "up", "down", "first", "took"}

func (c Column) String() string { return Columns[c] }

// Sort is an order.
type Sort struct {
	By      Column
	Reverse bool
}

// SetSort sorts list and tree.
func (m *Model) SetSort(s Sort) { m.sort = s; m.flat.stale = true; m.changed(0) }

// Sort is the order in use.
func (m *Model) Sort() Sort { return m.sort }

// keyed is a row with what it is sorted by: numbers alone, so that a million
// are sorted quickly, and texts where the first eight bytes are equal.
type keyed struct {
	key uint64
	pos Pos
}

func (m *Model) sorted(list []Pos, dst []Pos) []Pos {
	dst = append(dst[:0], list...)
	if m.sort.By == SortTime {
		if m.sort.Reverse {
			slices.Reverse(dst)
		}
		return dst
	}
	keys := make([]keyed, len(list))
	for i, p := range list {
		keys[i] = keyed{m.key(p), p}
	}
	slices.SortFunc(keys, m.compare)
	for i := range keys {
		dst[i] = keys[i].pos
	}
	return dst
}

func (m *Model) compare(a, b keyed) int {
	c := cmp.Compare(a.key, b.key)
	if c == 0 && m.sort.By == SortPath {
		c = cmp.Compare(m.text(a.pos), m.text(b.pos))
	}
	if m.sort.Reverse {
		c = -c
	}
	if c == 0 {
		c = cmp.Compare(a.pos, b.pos)
	}
	return c
}

func (m *Model) text(p Pos) string {
	return m.store.chunk(p).get(m.store.row(p).path)
}

func (m *Model) key(p Pos) uint64 {
	r := m.store.row(p)
	switch m.sort.By {
	case SortOperation:
		return uint64(r.op)
	case SortPath:
		return prefix(m.text(p))
	case SortStatus:
		return uint64(r.Status)
	case SortUp:
		return uint64(r.Up)
	case SortDown:
		return uint64(r.Down)
	case SortTTFB:
		return uint64(r.TTFB + 1)
	case SortTook:
		return uint64(r.Took)
	}
	return uint64(p)
}

// prefix is the beginning of a text as a number of the same order.
func prefix(s string) (n uint64) {
	for i := range 8 {
		n <<= 8
		if i < len(s) {
			n |= uint64(s[i])
		}
	}
	return n
}

// compareCommands sorts commands by what stands for the column with them.
func (m *Model) compareCommands(a, b *Command) int {
	c := 0
	switch m.sort.By {
	case SortOperation, SortPath:
		c = cmp.Compare(a.Title, b.Title)
	case SortStatus:
		c = cmp.Compare(a.Failed, b.Failed)
	case SortUp:
		c = cmp.Compare(a.Up, b.Up)
	case SortDown:
		c = cmp.Compare(a.Down, b.Down)
	case SortTTFB:
		c = cmp.Compare(a.Calls, b.Calls)
	case SortTook:
		c = cmp.Compare(a.Last-a.First, b.Last-b.First)
	default:
		c = cmp.Compare(a.ID, b.ID)
	}
	if m.sort.Reverse {
		c = -c
	}
	if c == 0 {
		c = cmp.Compare(a.ID, b.ID)
	}
	return c
}
