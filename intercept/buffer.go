package intercept

import (
	"sync"
	"sync/atomic"
)

// Buffer is a chunk of bytes. The relay writes it while the tap decodes it. Its
// memory returns to a pool when both have released it.
type Buffer struct {
	mem   []byte
	n     int
	holds atomic.Uint32
	pool  *sync.Pool // nil: left to the garbage collector
}

// Each side has a flag of its own instead of a shared count: a tap that releases
// twice can then never free memory that the relay still writes from.
const (
	heldByRelay uint32 = 1 << iota
	heldByTap
)

// Bytes returns the chunk; read only.
func (b *Buffer) Bytes() []byte { return b.mem[:b.n] }

// Size is the memory the chunk pins, which is more than its length.
func (b *Buffer) Size() int { return cap(b.mem) }

// Release gives up the tap's hold on the buffer.
func (b *Buffer) Release() { b.drop(heldByTap) }

// NewBuffer makes a buffer outside any pool; tests and dockwire's own answers
// use it.
func NewBuffer(p []byte) *Buffer {
	b := &Buffer{mem: p, n: len(p)}
	b.holds.Store(heldByTap)
	return b
}

func (b *Buffer) drop(hold uint32) {
	was := b.holds.And(^hold)
	if was&hold == 0 || was&^hold != 0 || b.pool == nil {
		return
	}
	b.pool.Put(b)
}

const (
	// smallSize holds nearly every head and small answer; a tap that queues
	// many of them pins little.
	smallSize = 4 << 10
	// largeSize is what one read can take of a bulk transfer. A GiB through
	// Unix sockets costs, both ends included, 0.67 s of processor time with
	// 16 KiB, 0.51 with 32, 0.44 with 64 and 0.40 with 128 or 256; what a chunk
	// pins grows with it.
	largeSize = 128 << 10
)

// buffers are the pools of one server.
type buffers struct{ small, large sync.Pool }

func newBuffers() *buffers {
	p := &buffers{}
	p.small.New = func() any { return &Buffer{mem: make([]byte, smallSize), pool: &p.small} }
	p.large.New = func() any { return &Buffer{mem: make([]byte, largeSize), pool: &p.large} }
	return p
}

func (p *buffers) getSmall() *Buffer { return held(p.small.Get().(*Buffer)) }
func (p *buffers) getLarge() *Buffer { return held(p.large.Get().(*Buffer)) }

func held(b *Buffer) *Buffer {
	b.n = 0
	b.holds.Store(heldByRelay)
	return b
}
