package model

import (
	"cmp"
	"math"
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
	from    CommandID // the first of which something has changed
}

func (t *tree) arrange(m *Model) {
	if t.changes == m.changes {
		return
	}
	t.changes = m.changes
	kept := 0 // of a recording that is read, all but a few
	if m.sort == (Sort{}) && t.place == nil {
		kept, _ = t.find(t.from)
	}
	t.shown, t.starts, t.place = t.shown[:kept], t.starts[:kept], nil
	next := m.cmds.first
	if t.lines = 0; kept > 0 {
		last := t.shown[kept-1]
		t.lines, next = t.starts[kept-1]+last.lines(), last.ID+1
	}
	for _, c := range m.cmds.all[next-m.cmds.first:] {
		if c != nil && len(c.match) > 0 {
			t.shown = append(t.shown, c)
		}
	}
	t.from = math.MaxUint32
	if m.sort != (Sort{}) {
		slices.SortFunc(t.shown, m.compareCommands)
		t.place = make(map[CommandID]int, len(t.shown))
		for i, c := range t.shown {
			t.place[c.ID] = i
		}
	}
	for _, c := range t.shown[kept:] {
		t.starts = append(t.starts, t.lines)
		t.lines += c.lines()
	}
}

// find finds a command among those shown in the order of their ids.
func (t *tree) find(id CommandID) (int, bool) {
	return slices.BinarySearchFunc(t.shown, id, func(c *Command, id CommandID) int { return cmp.Compare(c.ID, id) })
}

// lines is how many lines a command that is shown has.
func (c *Command) lines() int {
	if !c.Expanded {
		return 1
	}
	return 1 + len(c.match)
}

// changed notes that lines of this command may come, go or move, and those behind it.
func (m *Model) changed(from CommandID) {
	m.changes++
	m.tree.from = min(m.tree.from, from)
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
		n, ok = t.find(l.Command)
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
