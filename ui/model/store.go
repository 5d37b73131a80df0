package model

import (
	"slices"
	"unsafe"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/engine"
)

// chunkRows is how many rows are kept, and forgotten, together.
const chunkRows = 4096

// maxText bounds a text that is kept; a longer one is cut.
const maxText = 1024

// ref is a text of a chunk.
type ref struct {
	at uint32
	n  uint16
}

type chunk struct {
	rows   []Row
	text   []byte // only ever appended to
	shared map[string]ref
	shown  [chunkRows / 64]uint64 // which of them the filter lets through
}

// store keeps rows and their texts in the order of Pos, and forgets the oldest
// when there are too many.
type store struct {
	chunks []*chunk // the oldest first
	first  Pos      // of the oldest chunk
	next   Pos
	max    int // rows that are in the program's own memory
	moved  int // chunks that are not: the oldest

	outside Outside // nil: nowhere

	ops     []*engine.Operation // by row.op - 1
	opIndex map[*engine.Operation]uint16
	names   []string // methods, versions, parties, endings: few
}

func newStore(maxRows int, outside Outside) *store {
	s := &store{max: max(maxRows, chunkRows), outside: outside, ops: engine.Operations(), opIndex: map[*engine.Operation]uint16{}, names: []string{""}}
	for i, op := range s.ops {
		s.opIndex[op] = uint16(i + 1)
	}
	return s
}

// add keeps a row and returns its position, and the oldest rows that had to go
// for it.
func (s *store) add(r Row, t *Texts) (p Pos, gone [][]Row) {
	if int(s.next-s.first) == len(s.chunks)*chunkRows {
		if n := len(s.chunks); n > 0 {
			s.chunks[n-1].shared = nil
		}
		gone = s.makeRoom()
		s.chunks = append(s.chunks, &chunk{rows: make([]Row, 0, chunkRows), shared: map[string]ref{}})
	}
	c := s.chunks[len(s.chunks)-1]
	r.op, r.method, r.version = s.opIndex[t.Op], s.name(t.Method), s.name(t.Version)
	r.path, r.query, r.summary = c.put(t.Path), c.put(t.Query), c.put(t.Summary)
	c.rows = append(c.rows, r)
	s.next++
	return s.next - 1, gone
}

// makeRoom makes room for a further chunk, and returns the oldest rows that had to go
// for it.
func (s *store) makeRoom() (gone [][]Row) {
	for s.full() && !s.moveOut() { // those outside go with it
		gone = append(gone, s.forget())
	}
	return gone
}

// forget lets the oldest rows go.
func (s *store) forget() []Row {
	rows := s.chunks[0].rows
	s.chunks = slices.Delete(s.chunks, 0, 1)
	s.first += chunkRows
	s.moved = max(s.moved-1, 0)
	return rows
}

// full says that there is no room for a further chunk.
func (s *store) full() bool { return (len(s.chunks)-s.moved)*chunkRows >= s.max }

// moveOut moves the oldest chunk that is in memory out of it, where that can be.
func (s *store) moveOut() bool {
	if s.outside == nil {
		return false
	}
	c := s.chunks[s.moved]
	rows := unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(c.rows))), len(c.rows)*int(unsafe.Sizeof(Row{})))
	b := s.outside(rows, c.text)
	if b == nil {
		s.outside = nil
		return false
	}
	c.rows = unsafe.Slice((*Row)(unsafe.Pointer(unsafe.SliceData(b))), len(c.rows))
	c.text = b[len(rows):len(b):len(b)] // what is put there later goes elsewhere
	s.moved++
	return true
}

// shown is where it is kept whether a row is shown, and the bit that says so.
func (s *store) shown(p Pos) (*uint64, uint64) {
	i := (p - s.first) % chunkRows
	return &s.chunk(p).shown[i/64], 1 << (i % 64)
}

// row returns a row that is kept, else nil.
func (s *store) row(p Pos) *Row {
	if p < s.first || p >= s.next {
		return nil
	}
	i := p - s.first
	return &s.chunks[i/chunkRows].rows[i%chunkRows]
}

func (s *store) chunk(p Pos) *chunk { return s.chunks[(p-s.first)/chunkRows] }

// texts returns the texts of a row that is kept.
func (s *store) texts(p Pos) Texts { return s.textsOf(s.chunk(p), s.row(p)) }

func (s *store) textsOf(c *chunk, r *Row) Texts {
	return Texts{
		Op: s.op(r), Method: s.names[r.method], Version: s.names[r.version],
		Path: c.get(r.path), Query: c.get(r.query), Summary: c.get(r.summary), Failure: c.get(r.failure),
	}
}

func (s *store) op(r *Row) *engine.Operation {
	if r.op == 0 {
		return nil
	}
	return s.ops[r.op-1]
}

// setTexts replaces what may change as an exchange goes on.
func (s *store) setTexts(p Pos, summary, failure string) {
	r, c := s.row(p), s.chunk(p)
	if c.get(r.summary) != summary {
		r.summary = c.put(summary)
	}
	if c.get(r.failure) != failure {
		r.failure = c.put(failure)
	}
}

// name numbers a text of which there are few.
func (s *store) name(text string) uint8 {
	i := slices.Index(s.names, text)
	if i < 0 {
		if len(s.names) == 256 { // a client that makes up methods
			return 0
		}
		i = len(s.names)
		s.names = append(s.names, text)
	}
	return uint8(i)
}

func (s *store) party(r *Row) decode.Party   { return decode.Party(s.names[r.by]) }
func (s *store) ending(r *Row) decode.Ending { return decode.Ending(s.names[r.how]) }

func (c *chunk) put(text string) ref {
	if text == "" {
		return ref{}
	}
	text = text[:min(len(text), maxText)]
	if r, ok := c.shared[text]; ok {
		return r
	}
	r := ref{uint32(len(c.text)), uint16(len(text))}
	c.text = append(c.text, text...)
	if c.shared != nil {
		c.shared[c.get(r)] = r
	}
	return r
}

// get returns a text without copying: what was written once stays as it is,
// also where the slice has grown elsewhere since.
func (c *chunk) get(r ref) string {
	if r.n == 0 {
		return ""
	}
	return unsafe.String(&c.text[r.at], int(r.n))
}
