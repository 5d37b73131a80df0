package model

import "slices"

// NextFailure finds the next call that failed, or by -1 the one before, from a
// line of the view on, round the end of the list.
func (m *Model) NextFailure(from Line, by int) (Pos, bool) {
	if m.totals.Failed == 0 {
		return 0, false
	}
	failures := m.failures()
	if len(failures) == 0 {
		return 0, false
	}
	here, _ := m.Index(from)
	next := -1
	for i, p := range failures {
		at, _ := m.Index(Line{Command: m.store.row(p).Command, Pos: p}) // the command's line where it is closed
		switch {
		case by > 0 && (at > here || at == here && from.IsCommand):
			return p, true
		case by < 0 && at < here:
			next = i
		}
	}
	switch {
	case next >= 0:
		return failures[next], true
	case by > 0:
		return failures[0], true
	}
	return failures[len(failures)-1], true
}

// failures are the calls that failed and that the filter lets through, in the
// order of the view.
func (m *Model) failures() []Pos {
	ok := func(p Pos) bool { r := m.store.row(p); return r == nil || !r.Has(Failed) }
	if m.mode == ByTime {
		return slices.DeleteFunc(slices.Clone(m.flat.order), ok)
	}
	var list []Pos
	for _, c := range m.tree.shown {
		if c.Failed > 0 {
			list = append(list, slices.DeleteFunc(slices.Clone(c.match), ok)...)
		}
	}
	return list
}
