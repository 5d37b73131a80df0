package model

import (
	"math/bits"
	"runtime"
	"sync"
	"sync/atomic"
)

// part is rows of one chunk that are judged together.
type part struct {
	chunk    *chunk
	first    Pos // of the chunk
	from, to int
	yes      [chunkRows / 64]uint64 // which of them the filter lets through
}

// partsEach is how many parts a processor judges between two looks at the clock.
const partsEach = 2

// judgeNext judges the next rows, on all processors, and shows those that the
// filter lets through.
func (m *Model) judgeNext() {
	parts := m.nextParts(partsEach * runtime.GOMAXPROCS(0))
	var next atomic.Int32
	work := func(s *scratch) {
		for i := int(next.Add(1)) - 1; i < len(parts); i = int(next.Add(1)) - 1 {
			m.judgePart(s, &parts[i])
		}
	}
	var others sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(parts)) - 1 {
		others.Go(func() { work(&scratch{}) })
	}
	work(&m.scratch)
	others.Wait()
	for i := range parts {
		m.showPart(&parts[i])
	}
}

// nextParts moves the cursor behind the rows that it returns.
func (m *Model) nextParts(most int) []part {
	m.parts = m.parts[:0]
	for ; m.cursor < m.store.next && len(m.parts) < most; m.cursor = m.parts[len(m.parts)-1].end() {
		c := m.store.chunk(m.cursor)
		from := int(m.cursor-m.store.first) % chunkRows
		m.parts = append(m.parts, part{chunk: c, first: m.cursor - Pos(from), from: from, to: len(c.rows)})
	}
	return m.parts
}

func (p *part) end() Pos { return p.first + Pos(p.to) }

func (m *Model) judgePart(s *scratch, p *part) {
	for i := p.from; i < p.to; i++ {
		if m.shows(s, p.chunk, &p.chunk.rows[i]) {
			p.yes[i/64] |= 1 << (i % 64)
		}
	}
}

// showPart looks only at rows of which the filter says something else than before.
func (m *Model) showPart(p *part) {
	for w := p.from / 64; w*64 < p.to; w++ {
		other := p.yes[w] ^ p.chunk.shown[w]
		if w == p.from/64 { // rows before were judged earlier
			other &= ^uint64(0) << (p.from % 64)
		}
		for ; other != 0; other &= other - 1 {
			i := w*64 + bits.TrailingZeros64(other)
			m.show(p.first+Pos(i), &p.chunk.rows[i], p.yes[w]>>(i%64)&1 != 0)
		}
	}
}
