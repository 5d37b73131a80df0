package model

// Mode is what the list shows.
type Mode uint8

const (
	ByCommand Mode = iota // a tree: client commands with their exchanges
	ByTime                // all exchanges in one list
)

// Line is what one line of the list is about: an exchange, or a command.
type Line struct {
	IsCommand bool
	Command   CommandID
	Pos       Pos // of the exchange
}

// SetMode switches between tree and list.
func (m *Model) SetMode(mode Mode) { m.mode = mode; m.changes++ }

// Mode says which is shown.
func (m *Model) Mode() Mode { return m.mode }

// Arrange brings the view up to date with what has changed. It is called
// before a screen is drawn; lines keep their numbers until the next call.
func (m *Model) Arrange() {
	if m.mode == ByCommand {
		m.tree.arrange(m)
	} else {
		m.flat.arrange(m)
	}
}

// Lines is how many lines the view has.
func (m *Model) Lines() int {
	if m.mode == ByCommand {
		return m.tree.lines
	}
	return len(m.flat.order)
}

// Line returns what a line is about; i is between 0 and Lines.
func (m *Model) Line(i int) Line {
	if m.mode == ByCommand {
		return m.tree.line(i)
	}
	p := m.flat.order[i]
	r := m.store.row(p)
	if r == nil {
		return Line{Pos: p}
	}
	return Line{Command: r.Command, Pos: p}
}

// Index finds a line again; where it is not shown any more, ok is false and
// the index is where it would be, as far as that is known.
func (m *Model) Index(l Line) (i int, ok bool) {
	if m.mode == ByCommand {
		return m.tree.index(l)
	}
	return m.flat.index(m, l)
}

// Matching is how many exchanges the filter lets through so far.
func (m *Model) Matching() int { return len(m.list) }

// Matches returns the positions of the exchanges that the filter lets
// through, in order of time, to be read at once and not kept.
func (m *Model) Matches() []Pos { return m.list }

// Of returns the positions of a command's exchanges that the filter lets
// through, likewise.
func (m *Model) Of(id CommandID) []Pos {
	if c := m.cmds.get(id); c != nil {
		return c.match
	}
	return nil
}

// Expand opens or closes a command in the tree.
func (m *Model) Expand(id CommandID, open bool) {
	if c := m.cmds.get(id); c != nil && c.Expanded != open {
		c.Expanded = open
		m.changed(id)
	}
}

// ExpandAll opens or closes every command, those that come later, too.
func (m *Model) ExpandAll(open bool) {
	m.cmds.expanded = open
	for _, c := range m.cmds.all {
		if c != nil {
			c.Expanded = open
		}
	}
	m.changed(0)
}

// Expanded says whether commands come with their calls below them.
func (m *Model) Expanded() bool { return m.cmds.expanded }
