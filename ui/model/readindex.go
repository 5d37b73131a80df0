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

var errClosed = errors.New("there is no screen any more")

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

// ReadIndex reads what WriteIndex has written, and shows it on the way. It trusts
// nothing in it. DropIndex is called when it fails.
func (in *Intake) ReadIndex(from io.Reader) (*Index, error) {
	r := &indexReader{r: bufio.NewReaderSize(from, 64<<10)}
	fresh := newStore(0, nil)
	x := &Index{conns: map[decode.ConnID]*client{}, open: map[decode.ExchangeID]int64{}}
	if r.int() != indexVersion || r.text() != operations(fresh) {
		return nil, errors.Join(errIndex, r.err)
	}
	if x.names = r.texts(); len(x.names) == 0 || x.names[0] != "" {
		r.fail()
	}
	r.notes(&x.notes)
	x.totals.Now = r.time()
	x.totals.Forgotten = int(r.within(0, 1<<40))
	x.totals.Exchanges = x.totals.Forgotten
	r.clients(x)
	x.first = Pos(r.within(0, 1<<31))
	x.cmds.first = CommandID(r.within(0, 1<<31))
	chunks := r.within(0, maxIndexList)
	begin := *x
	part := indexPart{begin: &begin}
	for n := chunks; r.err == nil; n-- {
		in.showsIndex = true
		if !in.queue.show(part) {
			return nil, errClosed
		}
		if n < 0 {
			break
		}
		part = indexPart{commands: r.commands(&x.cmds)}
		if n > 0 {
			part.chunk = r.chunk(x, len(fresh.ops), n == 1)
		}
	}
	if r.int() != indexVersion {
		r.fail()
	}
	return x, r.err
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

// commands reads those that come next.
func (in *indexReader) commands(cs *commands) []*Command {
	before := len(cs.all)
	for n := in.within(0, maxIndexList); n > 0 && in.err == nil; n-- {
		if in.int() == 0 {
			cs.all = append(cs.all, nil)
			continue
		}
		c := &Command{ID: cs.first + CommandID(len(cs.all)), agent: in.text(), Title: in.text()}
		c.Verdict = exchange.Verdict{Line: in.text(), Result: exchange.Result(in.within(0, int64(exchange.Broken))), Failing: decode.ExchangeID(in.int())}
		c.Peer = in.peer()
		c.listener, c.upstream = in.text(), in.text()
		c.First, c.Last = in.time(), in.time()
		cs.all = append(cs.all, c)
	}
	return cs.all[before:]
}

func (in *indexReader) clients(x *Index) {
	x.connected = int(in.within(0, maxIndexList))
	for n := in.within(0, maxIndexList); n > 0 && in.err == nil; n-- {
		id := decode.ConnID(in.int())
		x.conns[id] = &client{peer: in.peer(), agent: in.text(), asked: in.int() != 0, command: CommandID(in.within(0, 1<<31)), listener: in.text(), upstream: in.text()}
	}
}

// chunk reads rows; all chunks but the last are full.
func (in *indexReader) chunk(x *Index, ops int, last bool) *chunk {
	c := &chunk{text: in.bytes(maxChunkText), rows: make([]Row, 0, chunkRows)}
	b := rowReader{b: in.bytes(maxChunkRows), names: int64(min(len(x.names), 256) - 1), ops: int64(ops)}
	n := b.within(1, chunkRows)
	if n < chunkRows && !last {
		b.bad = true
	}
	before := Row{}
	for ; n > 0 && in.err == nil && !b.bad; n-- {
		r := b.row(c, &before)
		c.rows = append(c.rows, r)
		if x.cmds.get(r.Command) == nil {
			b.bad = true
		}
		if r.Open() {
			x.open[r.ID] = r.At
		}
		before = r
	}
	if b.bad {
		in.fail()
	}
	return c
}

// rowReader reads the rows of a chunk.
type rowReader struct {
	b     []byte
	bad   bool
	names int64 // the last of the index's
	ops   int64 // how many there are
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

func (in *rowReader) row(c *chunk, before *Row) Row {
	names := in.names
	r := Row{ID: before.ID + decode.ExchangeID(in.int()), Start: before.Start + time.Duration(in.int())}
	r.TTFB, r.Took = time.Duration(in.int()), time.Duration(in.int())
	r.Up, r.Down, r.At = in.int(), in.int(), before.At+in.int()
	r.Command = CommandID(int64(before.Command) + in.int())
	r.Conn = uint32(int64(before.Conn) + in.int())
	r.Dial = uint32(in.within(0, 1<<32-1))
	r.op = uint16(in.within(0, in.ops))
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
