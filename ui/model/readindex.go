package model

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"
	"time"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/exchange"
)

// errIndex says that the bytes are no index of this program.
var errIndex = errors.New("no index of this program")

// Bounds of what an index may ask memory for.
const (
	maxIndexText = 1 << 20 // a single text, other than those of a chunk
	maxChunkText = chunkRows * 8 * maxText
	maxChunkRows = chunkRows * rowNumbers * binary.MaxVarintLen64
	maxIndexList = 1 << 26
)

// rowNumbers is how many numbers a row is in an index: 19 of its own, length
// and place of each of its four texts. See indexWriter.chunk and rowReader.row.
const rowNumbers = 19 + 2*4

// ReadIndex reads what WriteIndex has written, as far as a model of so many rows may
// keep it. It trusts nothing in it.
func ReadIndex(r io.Reader, outside Outside) (*Index, error) {
	in := &indexReader{r: bufio.NewReaderSize(r, 64<<10)}
	fresh := newStore(defaultMaxRows, outside)
	x := &Index{store: *fresh, conns: map[decode.ConnID]*client{}, open: map[decode.ExchangeID]Pos{}}
	if in.int() != indexVersion || in.text() != operations(fresh) {
		return nil, errors.Join(errIndex, in.err)
	}
	if x.store.names = in.texts(); len(x.store.names) == 0 || x.store.names[0] != "" {
		in.fail()
	}
	in.notes(&x.notes)
	x.totals.Now = in.time()
	x.totals.Forgotten = int(in.within(0, 1<<40))
	x.totals.Exchanges = x.totals.Forgotten
	in.commands(&x.cmds)
	in.clients(x)
	x.store.first = Pos(in.within(0, 1<<31))
	x.store.next = x.store.first
	for n := in.within(0, maxIndexList); n > 0 && in.err == nil; n-- {
		in.chunk(x, n == 1)
	}
	if in.int() != indexVersion {
		in.fail()
	}
	if in.err != nil {
		return nil, in.err
	}
	return x, nil
}

// indexReader gives zeros after its first error.
type indexReader struct {
	r   *bufio.Reader
	err error
}

func (in *indexReader) fail() {
	if in.err == nil {
		in.err = errIndex
	}
}

func (in *indexReader) int() int64 {
	if in.err != nil {
		return 0
	}
	v, err := binary.ReadVarint(in.r)
	if err != nil {
		in.fail()
		return 0
	}
	return v
}

// within reads a number that is within bounds.
func (in *indexReader) within(least, most int64) int64 {
	v := in.int()
	if v < least || v > most {
		in.fail()
		return least
	}
	return v
}

func (in *indexReader) time() time.Duration { return time.Duration(in.int()) }

func (in *indexReader) bytes(most int64) []byte {
	n := in.within(0, most)
	if in.err != nil {
		return nil
	}
	b := make([]byte, n)
	if _, err := io.ReadFull(in.r, b); err != nil {
		in.fail()
		return nil
	}
	return b
}

func (in *indexReader) text() string { return string(in.bytes(maxIndexText)) }

func (in *indexReader) texts() (list []string) {
	for n := in.within(0, maxIndexList); n > 0 && in.err == nil; n-- {
		list = append(list, in.text())
	}
	return list
}

func (in *indexReader) peer() decode.Peer {
	p := decode.Peer{PID: int(in.int()), UID: int(in.int()), HasUID: in.int() != 0}
	p.User, p.Command, p.Address, p.Name = in.text(), in.texts(), in.text(), in.text()
	return p
}

func (in *indexReader) notes(notes *Notes) {
	earlier := int(in.within(0, 1<<40))
	for n := in.within(0, keptNotes); n > 0 && in.err == nil; n-- {
		notes.Latest = append(notes.Latest, Note{in.time(), in.text()})
	}
	notes.Count = earlier + len(notes.Latest)
}

func (in *indexReader) commands(cs *commands) {
	cs.first = CommandID(in.within(0, 1<<31))
	for n := in.within(0, maxIndexList); n > 0 && in.err == nil; n-- {
		c := &Command{ID: cs.first + CommandID(len(cs.all)), agent: in.text(), Title: in.text()}
		c.Verdict = exchange.Verdict{Line: in.text(), Result: exchange.Result(in.within(0, int64(exchange.Broken))), Failing: decode.ExchangeID(in.int())}
		c.Peer = in.peer()
		c.conn = exchange.Connection{Peer: c.Peer, Listener: in.text(), Upstream: in.text()}
		c.First, c.Last = in.time(), in.time()
		cs.all = append(cs.all, c)
	}
}

func (in *indexReader) clients(x *Index) {
	x.connected = int(in.within(0, maxIndexList))
	for n := in.within(0, maxIndexList); n > 0 && in.err == nil; n-- {
		id := decode.ConnID(in.int())
		x.conns[id] = &client{peer: in.peer(), agent: in.text(), asked: in.int() != 0, command: CommandID(in.within(0, 1<<31)), listener: in.text(), upstream: in.text()}
	}
}

// chunk reads rows; all chunks but the last are full.
func (in *indexReader) chunk(x *Index, last bool) {
	c := &chunk{text: in.bytes(maxChunkText), rows: make([]Row, 0, chunkRows)}
	b := rowReader{b: in.bytes(maxChunkRows)}
	n := b.within(1, chunkRows)
	if in.err != nil || b.bad || n < chunkRows && !last {
		in.fail()
		return
	}
	if x.store.full() && !x.store.moveOut() {
		in.fail()
		return
	}
	x.store.chunks = append(x.store.chunks, c)
	before := Row{}
	for range n {
		r := b.row(&x.store, c, &before)
		c.rows = append(c.rows, r)
		if b.bad || !x.tally(x.store.next, &r) {
			in.fail()
			return
		}
		x.store.next++
		before = r
	}
}

// rowReader reads the rows of a chunk.
type rowReader struct {
	b   []byte
	bad bool
}

func (in *rowReader) int() int64 {
	v, n := binary.Varint(in.b)
	if n <= 0 {
		in.bad, in.b = true, nil
		return 0
	}
	in.b = in.b[n:]
	return v
}

func (in *rowReader) within(least, most int64) int64 {
	v := in.int()
	if v < least || v > most {
		in.bad = true
		return least
	}
	return v
}

func (in *rowReader) row(s *store, c *chunk, before *Row) Row {
	names := int64(min(len(s.names), 256) - 1)
	r := Row{ID: before.ID + decode.ExchangeID(in.int()), Start: before.Start + time.Duration(in.int())}
	r.TTFB, r.Took = time.Duration(in.int()), time.Duration(in.int())
	r.Up, r.Down, r.At = in.int(), in.int(), before.At+in.int()
	r.Command = CommandID(int64(before.Command) + in.int())
	r.Conn = uint32(int64(before.Conn) + in.int())
	r.Dial = uint32(in.within(0, 1<<32-1))
	r.op = uint16(in.within(0, int64(len(s.ops))))
	r.Status = uint16(in.within(0, 1<<16-1))
	r.Flags = Flags(in.within(0, 1<<16-1))
	r.method, r.version = uint8(in.within(0, names)), uint8(in.within(0, names))
	r.State = exchange.State(in.within(0, int64(exchange.Done)))
	r.Content = decode.Content(in.within(0, int64(decode.Contents-1)))
	r.by, r.how = uint8(in.within(0, names)), uint8(in.within(0, names))
	for _, t := range [...]*ref{&r.path, &r.query, &r.summary, &r.failure} {
		n := in.within(0, maxText)
		at := in.within(0, int64(len(c.text))-n)
		*t = ref{uint32(at), uint16(n)}
	}
	return r
}
