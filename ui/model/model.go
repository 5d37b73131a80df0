package model

import (
	"cmp"
	"math"
	"time"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/exchange"
	"github.com/dockwire/dockwire/decode/filter"
)

// defaultMaxRows is how many rows a model keeps in memory: about 250 MB at most.
const defaultMaxRows = 1_200_000

// defaultMaxCommands is how many commands it keeps: about 280 MB, at 530 bytes each.
const defaultMaxCommands = 1 << 19

// Outside takes bytes and gives memory with them back that is none of the
// program's: pages of a file, which the system reads when they are asked for. It
// stays until the program ends. nil says that there is no more.
type Outside func(content ...[]byte) []byte

// Options says how much a model keeps, and how its commands come.
type Options struct {
	MaxRows     int     // in memory, 0: defaultMaxRows; the oldest leave, 4096 at a time
	Outside     Outside // keeps the rows that leave; nil: they are forgotten
	MaxCommands int     // 0: defaultMaxCommands; the oldest rows are forgotten, until there are no more
	Expanded    bool    // commands come with their calls below them
}

// Model is the screen's view of an observation. It belongs to one goroutine.
type Model struct {
	intake  *Intake
	taken   []update    // from the intake's queue
	pulled  int         // how many of these are taken in
	indexed []indexPart // that come before these
	store   *store
	cmds    commands
	open    map[decode.ExchangeID]Pos

	filter  *filter.Filter
	quiet   bool // calls that tell nothing are hidden
	deep    bool // the filter reads what rows do not hold: Found tells
	scratch scratch
	parts   []part // memory of judgeNext
	cursor  Pos    // rows before it were judged
	list    []Pos
	changes int // counts what the views have to follow

	mode   Mode
	sort   Sort
	flat   flat
	tree   tree
	Marks  *Marks
	totals Totals
	notes  Notes

	verdicts map[CommandID]exchange.Verdict // that came with what is taken in
}

// Totals are what the screen says of the whole.
type Totals struct {
	Now         time.Duration // latest time that is known
	Exchanges   int           // seen since the beginning, listed or not
	Failed      int
	Open        int
	Connections int // open
	Missed      int // not listed, since the screen was not reading
	Forgotten   int // no longer listed: too many
	Gaps        int // exchanges of which bytes passed unseen
}

// New makes a model of what an intake takes.
func New(in *Intake, o Options) *Model {
	return &Model{
		intake: in, store: newStore(cmp.Or(o.MaxRows, defaultMaxRows), o.Outside),
		cmds: commands{expanded: o.Expanded, most: cmp.Or(o.MaxCommands, defaultMaxCommands)},
		open: map[decode.ExchangeID]Pos{}, Marks: newMarks(),
	}
}

// pullMost is how many updates Pull takes in, so that a key waits for few: a
// millisecond or two of work.
const pullMost = 2048

// pullParts is the same of parts of an index.
const pullParts = 4

// Pull takes in what has come, as far as one turn goes, and says whether
// anything has.
func (m *Model) Pull() bool {
	changed := !m.Behind() && m.take()
	if n := min(len(m.indexed), pullParts); n > 0 {
		for i := range m.indexed[:n] {
			m.takePart(&m.indexed[i])
		}
		m.indexed = m.indexed[n:]
		return true
	}
	part := m.taken[m.pulled:min(m.pulled+pullMost, len(m.taken))]
	for i := range part {
		m.apply(&part[i])
	}
	clear(part)
	m.pulled += len(part)
	return changed || len(part) > 0
}

// Behind says that the last Pull has left something for the next.
func (m *Model) Behind() bool { return m.pulled < len(m.taken) || len(m.indexed) > 0 }

// take empties the queue, and says whether anything but updates was in it.
func (m *Model) take() bool {
	t := m.intake.queue.take(m.taken)
	m.taken, m.pulled = t.updates, 0
	for i := len(t.parts) - 1; i >= 0; i-- {
		if x := t.parts[i].begin; x != nil {
			m.adopt(x)
			t.parts = t.parts[i:]
			break
		}
	}
	m.indexed = t.parts
	m.totals.Now = max(m.totals.Now, t.now)
	changed := len(t.parts) > 0 || len(t.verdicts) > 0 || t.missed > 0 || len(t.notes) > 0 || t.conns != m.totals.Connections
	m.totals.Connections = t.conns
	m.totals.Missed += t.missed
	m.totals.Exchanges += t.missed
	m.notes.add(m.totals.Now, t.notes, t.unkept)
	for id, v := range t.verdicts {
		if c := m.cmds.get(id); c != nil {
			c.Verdict = v
		}
	}
	m.verdicts = t.verdicts
	return changed
}

func (m *Model) apply(u *update) {
	if u.judged {
		m.judged(u)
		return
	}
	m.totals.Now = max(m.totals.Now, u.start+u.took)
	var p Pos
	if u.begin {
		p = m.begin(u)
	} else {
		var ok bool
		if p, ok = m.open[u.id]; !ok {
			return
		}
	}
	r := m.store.row(p)
	if r == nil { // forgotten while it was open
		delete(m.open, u.id)
		return
	}
	c := m.cmds.get(r.Command)
	m.change(p, r, c, u)
	c.Last = max(c.Last, u.start+u.took)
	if !r.Open() {
		if !u.begin {
			delete(m.open, u.id)
		}
		m.totals.Open--
		c.Open--
	}
	m.judge(p, r)
}

// begin lists an exchange. Most are over already: the others are open.
func (m *Model) begin(u *update) Pos {
	c := m.cmds.of(u, m.verdicts)
	r := Row{
		ID: u.id, Start: u.start, At: u.at, Command: c.ID, Conn: uint32(u.conn),
		Dial: uint32(min(u.dial/time.Microsecond, math.MaxUint32)),
	}
	p, gone := m.store.add(r, &u.texts)
	if u.state != exchange.Done {
		m.open[u.id] = p
	}
	m.totals.Exchanges++
	m.totals.Open++
	m.cmds.call(c, 1)
	c.Open++
	m.cmds.forget(m.forget(gone))
	m.boundCommands()
	return p
}

// judged gives a row the outcome that what came after has shown.
func (m *Model) judged(u *update) {
	p, ok := m.ByID(u.id)
	if !ok {
		return
	}
	r := m.store.row(p)
	c := m.cmds.get(r.Command)
	count := func(f Flags) int {
		if f&Failed != 0 {
			return 1
		}
		return 0
	}
	n := count(u.flags) - count(r.Flags)
	m.totals.Failed += n
	c.Failed += n
	r.Flags = r.Flags&^(Failed|Refused|Probe) | u.flags
	m.judge(p, r)
	m.changes++
}

// change brings a row up to date.
func (m *Model) change(p Pos, r *Row, c *Command, u *update) {
	if u.flags&Failed != 0 && !r.Has(Failed) {
		m.totals.Failed++
		c.Failed++
	}
	if u.flags&Gap != 0 && !r.Has(Gap) {
		m.totals.Gaps++
	}
	c.Up += u.up - r.Up
	c.Down += u.down - r.Down
	r.TTFB, r.Took, r.Up, r.Down = u.ttfb, u.took, u.up, u.down
	r.Status, r.State, r.Content = uint16(u.status), u.state, u.content
	r.Flags = u.flags
	r.by, r.how = m.store.name(string(u.by)), m.store.name(string(u.how))
	m.store.setTexts(p, u.texts.Summary, u.texts.Failure)
}

// boundCommands forgets the oldest rows as long as there are too many commands.
func (m *Model) boundCommands() {
	for m.cmds.kept > m.cmds.most && len(m.store.chunks) > 1 {
		m.cmds.forget(m.forget([][]Row{m.store.forget()}))
	}
}

// forget follows the store, which has let its oldest rows go. It returns the commands
// that have no others.
func (m *Model) forget(gone [][]Row) (empty []*Command) {
	if len(gone) == 0 {
		return nil
	}
	first := m.store.first
	touched := map[*Command]bool{}
	for _, rows := range gone {
		m.totals.Forgotten += len(rows)
		for i := range rows {
			c := m.cmds.get(rows[i].Command)
			m.cmds.call(c, -1)
			touched[c] = true
			if rows[i].Open() {
				delete(m.open, rows[i].ID)
				m.totals.Open--
				c.Open--
			}
		}
	}
	for c := range touched {
		c.match = dropBefore(c.match, first)
		if c.Calls == 0 {
			empty = append(empty, c)
		}
	}
	m.list = dropBefore(m.list, first)
	m.cursor = max(m.cursor, first)
	m.changed(0)
	return empty
}

func dropBefore(list []Pos, first Pos) []Pos {
	n := 0
	for n < len(list) && list[n] < first {
		n++
	}
	return list[n:]
}

// Totals tells about the whole.
func (m *Model) Totals() Totals { return m.totals }

// Row returns a row and its texts; nil when it was forgotten.
func (m *Model) Row(p Pos) (*Row, Texts) {
	r := m.store.row(p)
	if r == nil {
		return nil, Texts{}
	}
	return r, m.store.texts(p)
}

// Command returns a command, or nil.
func (m *Model) Command(id CommandID) *Command { return m.cmds.get(id) }

// Notes returns the remarks that came.
func (m *Model) Notes() *Notes { return &m.notes }

// ByID finds the row of an exchange. Ids grow with positions, but for
// recordings that were put together by hand.
func (m *Model) ByID(id decode.ExchangeID) (Pos, bool) {
	if p, ok := m.open[id]; ok {
		return p, true
	}
	lo, hi := m.store.first, m.store.next
	for lo < hi {
		mid := lo + (hi-lo)/2
		if m.store.row(mid).ID < id {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	r := m.store.row(lo)
	return lo, r != nil && r.ID == id
}
