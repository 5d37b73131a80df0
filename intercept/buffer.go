package intercept

import "sync/atomic"

// Buffer is a chunk of bytes that the relay and the tap share while the one
// writes it and the other decodes it. Its memory goes back to a pool when all
// who hold it have released it.
type Buffer struct {
	mem  []byte
	n    int
	refs atomic.Int32
}

// Bytes returns the chunk; read only.
func (b *Buffer) Bytes() []byte { return b.mem[:b.n] }

// Size is the memory the chunk pins, which is more than its length.
func (b *Buffer) Size() int { return cap(b.mem) }

// Release gives up one hold on the buffer.
func (b *Buffer) Release() {
	if b.refs.Add(-1) == 0 {
		b.free()
	}
}

// NewBuffer makes a buffer outside any pool; tests and dockwire's own answers
// use it.
func NewBuffer(p []byte) *Buffer {
	b := &Buffer{mem: p, n: len(p)}
	b.refs.Store(1)
	return b
}

func (b *Buffer) free() { b.mem = nil }
