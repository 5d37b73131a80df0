package model

import (
	"cmp"
	"slices"
	"sort"
)

// tree is the list of commands, each with its exchanges below it when it is
// expanded. Lines are not kept: where a command begins tells the rest.
type tree struct {
	shown   []*Command
	starts  []int             // line of each command
	place   map[CommandID]int // where they are in shown; nil: by their ids
	lines   int
	changes int
}

func (t *tree) arrange(m *Model) {
	if t.changes == m.changes {
		return
	}
	t.changes = m.changes
	t.shown = t.shown[:0]
	for _, c := range m.cmds.all {
		if len(c.match) > 0 {
			t.shown = append(t.shown, c)
		}
	}
	t.place = nil
	if m.sort != (Sort{}) {
		slices.SortFunc(t.shown, m.compareCommands)
		t.place = make(map[CommandID]int, len(t.shown))
		for i, c := range t.shown {
			t.place[c.ID] = i
		}
	}
	t.starts = t.starts[:0]
	t.lines = 0
	for _, c := range t.shown {
		t.starts = append(t.starts, t.lines)
		t.lines++
		if c.Expanded {
			t.lines += len(c.match)
		}
	}
}

func (t *tree) line(i int) Line {
	n := sort.SearchInts(t.starts, i+1) - 1
	c := t.shown[n]
	below := i - t.starts[n] - 1
	if below < 0 || below >= len(c.match) { // behind: matches have gone since Arrange
		return Line{IsCommand: true, Command: c.ID}
	}
	return Line{Command: c.ID, Pos: c.match[below]}
}

func (t *tree) index(l Line) (int, bool) {
	n, ok := t.place[l.Command]
	if t.place == nil {
		n, ok = slices.BinarySearchFunc(t.shown, l.Command, func(c *Command, id CommandID) int { return cmp.Compare(c.ID, id) })
	}
	if !ok {
		return 0, false
	}
	c := t.shown[n]
	if l.IsCommand {
		return t.starts[n], true
	}
	i, found := slices.BinarySearch(c.match, l.Pos)
	if !found || !c.Expanded {
		return t.starts[n], false
	}
	return t.starts[n] + 1 + i, true
}
