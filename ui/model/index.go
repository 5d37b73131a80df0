package model

import (
	"bufio"
	"encoding/binary"
	"io"
	"strings"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/exchange"
)

// indexVersion changes with anything that index.go writes.
const indexVersion = 6

// WriteIndex writes all that is listed, so that ReadIndex gives it back
// without the recording being read: rows with their texts, commands, and which
// exchanges are open. It is for the same program on the same recording, and no
// format to keep. Nothing may be delivered to the intake meanwhile.
func (m *Model) WriteIndex(w io.Writer) error {
	out := &indexWriter{w: bufio.NewWriterSize(w, 64<<10)}
	out.int(indexVersion)
	out.text(operations(m.store))
	out.texts(m.store.names)
	out.notes(&m.notes)
	out.int(int64(m.totals.Now))
	out.int(int64(m.totals.Forgotten))
	out.clients(m.intake)
	out.int(int64(m.store.first))
	out.int(int64(m.cmds.first))
	out.int(int64(len(m.store.chunks)))
	rest := m.cmds.all
	for _, c := range m.store.chunks { // each with the commands that it needs, so that it can be shown at once
		n := 0
		for i := range c.rows {
			n = max(n, int(c.rows[i].Command-m.cmds.first)+1)
		}
		n = max(n-len(m.cmds.all)+len(rest), 0)
		out.commands(rest[:n])
		rest = rest[n:]
		out.chunk(c)
	}
	out.commands(rest)
	out.int(indexVersion) // an index that is cut off does not end so
	return out.w.Flush()
}

type indexWriter struct {
	w   *bufio.Writer // keeps its first error
	buf []byte
}

func (o *indexWriter) int(v int64) {
	o.buf = binary.AppendVarint(o.buf[:0], v)
	o.w.Write(o.buf)
}

func (o *indexWriter) text(s string) {
	o.int(int64(len(s)))
	o.w.WriteString(s)
}

func (o *indexWriter) texts(list []string) {
	o.int(int64(len(list)))
	for _, s := range list {
		o.text(s)
	}
}

func (o *indexWriter) notes(n *Notes) {
	o.int(int64(n.Earlier()))
	o.int(int64(len(n.Latest)))
	for i := range n.Latest {
		o.int(int64(n.Latest[i].At))
		o.text(n.Latest[i].Text)
	}
}

func (o *indexWriter) commands(cs []*Command) {
	o.int(int64(len(cs)))
	for _, c := range cs {
		if o.int(int64(count(c != nil))); c == nil {
			continue
		}
		o.text(c.agent)
		o.text(c.Title)
		o.text(c.Verdict.Line)
		o.int(int64(c.Verdict.Result))
		o.int(int64(c.Verdict.Failing))
		o.peer(&c.Peer)
		o.text(c.listener)
		o.text(c.upstream)
		o.int(int64(c.First))
		o.int(int64(c.Last))
	}
}

func (o *indexWriter) peer(p *decode.Peer) {
	o.int(int64(p.PID))
	o.int(int64(p.UID))
	o.int(int64(count(p.HasUID)))
	o.text(p.User)
	o.texts(p.Command)
	o.text(p.Address)
	o.text(p.Name)
}

// clients writes the connected clients.
func (o *indexWriter) clients(in *Intake) {
	o.int(int64(in.queue.conns))
	o.int(int64(len(in.conns)))
	for id, c := range in.conns {
		o.int(int64(id))
		o.peer(&c.peer)
		o.text(c.agent)
		o.int(int64(count(c.asked)))
		o.int(int64(c.command))
		o.text(c.listener)
		o.text(c.upstream)
	}
}

// chunk writes rows, numbers as what they are more than those of the row
// before, so that they are small.
func (o *indexWriter) chunk(c *chunk) {
	o.int(int64(len(c.text)))
	o.w.Write(c.text)
	b := binary.AppendVarint(nil, int64(len(c.rows)))
	before := Row{}
	for i := range c.rows {
		r := &c.rows[i]
		for _, v := range [...]int64{
			int64(r.ID - before.ID), int64(r.Start - before.Start), int64(r.TTFB), int64(r.Took), r.Up, r.Down, r.At - before.At,
			int64(r.Command) - int64(before.Command), int64(r.Conn) - int64(before.Conn), int64(r.Dial),
			int64(r.op), int64(r.Status), int64(r.Flags), int64(r.method), int64(r.version),
			int64(r.State), int64(r.Content), int64(r.by), int64(r.how),
		} {
			b = binary.AppendVarint(b, v)
		}
		for _, t := range [...]ref{r.path, r.query, r.summary, r.failure} {
			b = binary.AppendVarint(b, int64(t.n))
			b = binary.AppendVarint(b, int64(t.at))
		}
		before = *r
	}
	o.int(int64(len(b)))
	o.w.Write(b)
}

// operations names the table of operations that rows refer to by number.
func operations(s *store) string {
	var names strings.Builder
	for _, op := range s.ops {
		names.WriteString(op.ID + " ")
	}
	return names.String()
}

// Index is what WriteIndex has written, without the rows.
type Index struct {
	names     []string
	first     Pos // of its rows
	cmds      commands
	conns     map[decode.ConnID]*client
	connected int
	notes     Notes
	totals    Totals
	open      map[decode.ExchangeID]int64 // where the archive finds them
}

// Open says which exchanges had not ended, and the least of where the archive
// finds them.
func (x *Index) Open() (ids map[decode.ExchangeID]bool, first int64) {
	ids = map[decode.ExchangeID]bool{}
	for id, at := range x.open {
		if len(ids) == 0 || at < first {
			first = at
		}
		ids[id] = true
	}
	return ids, first
}

// indexPart is what is shown of an index together, while the rest is read.
type indexPart struct {
	begin    *Index // it is the first part of this index: what is listed goes
	commands []*Command
	chunk    *chunk // nil: no rows
}

// DropIndex makes the model forget what it shows of an index that ReadIndex could not
// read to its end.
func (in *Intake) DropIndex() {
	if in.showsIndex {
		in.queue.show(indexPart{begin: &Index{names: []string{""}}})
	}
}

// Resume makes an intake that has taken nothing yet go on where the index ends that it
// has read. Of the exchanges that were open the events come once more.
func (in *Intake) Resume(x *Index) {
	in.resumed = map[decode.ExchangeID]bool{}
	for i, c := range x.cmds.all {
		if c == nil {
			c = &Command{ID: x.cmds.first + CommandID(i)}
		}
		in.cmds.Resume(&exchange.Command{ID: c.ID, Title: c.Title, Agent: c.agent, Peer: c.Peer, Last: c.Last}, c.Verdict)
	}
	for id, c := range x.conns {
		in.fold.Event(&decode.ConnOpened{Origin: decode.Origin{Conn: id}, Peer: c.peer, Listener: c.listener, Upstream: c.upstream})
		if c.asked {
			in.cmds.Reconnect(id, c.command)
		}
	}
	for id := range x.open {
		in.listed[id] = told{-1, place{takes: -1}}
		in.resumed[id] = true
	}
	in.conns = x.conns
	in.queue.mu.Lock()
	defer in.queue.mu.Unlock()
	in.queue.conns = x.connected
}

// adopt makes room for what an index lists.
func (m *Model) adopt(x *Index) {
	s := newStore(m.store.max, m.store.outside)
	s.names, s.first, s.next = x.names, x.first, x.first
	x.totals.Connections = m.totals.Connections
	m.store, m.cmds = s, commands{first: x.cmds.first, most: m.cmds.most, expanded: m.cmds.expanded}
	m.open, m.list, m.cursor = map[decode.ExchangeID]Pos{}, m.list[:0], s.first
	m.totals, m.notes = x.totals, x.notes
	m.changed(0)
}

// takePart shows a part of an index.
func (m *Model) takePart(p *indexPart) {
	if p.chunk != nil {
		m.forget(m.store.makeRoom()) // rows to come may be of any command
		m.store.chunks = append(m.store.chunks, p.chunk)
	}
	for _, c := range p.commands {
		if c != nil {
			c.Expanded = m.cmds.expanded
		}
	}
	m.cmds.all = append(m.cmds.all, p.commands...)
	if p.chunk != nil {
		for i := range p.chunk.rows {
			m.tally(m.store.next, &p.chunk.rows[i])
			m.store.next++
		}
	}
	m.changes++
}

// tally sums up a row that was read.
func (m *Model) tally(p Pos, r *Row) {
	c := m.cmds.get(r.Command)
	m.cmds.call(c, 1)
	c.Up += r.Up
	c.Down += r.Down
	m.totals.Exchanges++
	if r.Open() {
		m.open[r.ID] = p
		c.Open++
		m.totals.Open++
	}
	if r.Has(Failed) {
		c.Failed++
		m.totals.Failed++
	}
	if r.Has(Gap) {
		m.totals.Gaps++
	}
	m.totals.Now = max(m.totals.Now, r.Start+r.Took)
}
