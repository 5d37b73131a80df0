package decode

import "github.com/dockwire/dockwire/decode/grpc"

// body is what one direction of an exchange carries: bytes after transfer
// decoding.
type body struct {
	at      *place
	ex      *exchange
	dir     Direction
	split   splitter // nil: there is no body
	peeking bool     // collect peek
	peek    []byte
	held    int   // what the session counts for it
	unseen  int64 // bytes for a layer inside that can no longer follow
	files   fileSums
	of      grpc.Type // of its messages, when typed
	typed   bool
}

func (b *body) start(at *place, ex *exchange, d Direction, s splitter) {
	b.at, b.ex, b.dir, b.split = at, ex, d, s
	b.peeking, b.peek, b.unseen, b.files, b.typed = false, b.peek[:0], 0, fileSums{}, false
	b.count()
}

// deliver passes body bytes on.
func (b *body) deliver(p []byte) {
	if b.dir == Request && b.ex != nil {
		b.ex.expects = false
	}
	if b.peeking && len(p) > 0 {
		b.collect(p)
	}
	for len(p) > 0 {
		pc, rest, ok := b.split.next(p, b.at.now)
		if p = rest; ok {
			b.give(pc)
		}
	}
	if b.count(); b.at.s.held > maxHeldPieces {
		b.spill()
	}
}

// maxHeldPieces bounds what all bodies of a session put together at a time.
const maxHeldPieces = 16 << 20

// count keeps the sum of what all bodies hold.
func (b *body) count() {
	n := len(b.peek)
	if b.split != nil {
		n += b.split.held()
	}
	b.at.s.held += n - b.held
	b.held = n
}

// spill gives out what is being put together before it is whole.
func (b *body) spill() {
	b.peeking, b.peek = false, nil
	if b.split.held() > 0 {
		if pc, ok, _ := b.split.gap(0); ok {
			b.give(pc)
		}
	}
	b.count()
}

// pause is called where a chunk ends. dockerd flushes whole JSON values (moby
// pkg/ioutils WriteFlusher), so that one need not wait for a line end.
func (b *body) pause() {
	if pc, ok := b.split.pause(); ok {
		b.give(pc)
	}
}

// end gives out what is still being put together.
func (b *body) end() {
	if b.split == nil {
		return
	}
	if pc, ok := b.split.end(); ok {
		b.give(pc)
	}
	if b.unseen > 0 {
		b.at.gapEvent(b.ex, b.dir, b.unseen, "not decoded")
	}
	b.ex, b.split, b.peeking, b.peek = nil, nil, false, b.peek[:0]
	b.count()
}

// eof ends a body that ends with its direction.
func (b *body) eof() {
	ex := b.ex
	b.learn()
	b.end()
	if ex != nil && ex.inner != nil {
		ex.inner.eof(b.at.travels(b.dir))
	}
}

// gap gives out what was being put together, and goes on behind n missing
// bytes.
func (b *body) gap(n int64, why string) {
	b.files.lose()
	b.peeking, b.peek = false, nil
	pc, ok, odd := b.split.gap(n)
	if ok {
		b.give(pc)
	}
	if b.ex.inner != nil {
		b.ex.inner.gap(b.at.travels(b.dir), n, why)
	} else {
		b.at.gapEvent(b.ex, b.dir, n, why)
	}
	if odd != "" {
		b.broken(odd, nil)
	}
}

// give passes a piece on: to the layer inside, or as an event.
func (b *body) give(pc piece) {
	if pc.odd != "" {
		b.broken(pc.odd, pc.oddRaw)
	}
	switch {
	case b.unseen > 0:
		b.unseen += int64(len(pc.bytes))
	case b.ex.inner != nil && pc.message:
		b.unwrap(pc)
	case b.ex.inner != nil && pc.fd != stderr:
		b.ex.inner.feed(b.at.travels(b.dir), pc.bytes)
	case pc.message:
		b.message(pc)
	default:
		b.data(pc)
	}
}

// stderr is the Fd of what a program says beside its output.
const stderr = 2

// broken says that the pieces cannot be followed. Without them, the layer
// inside has nothing to read.
func (b *body) broken(odd string, raw []byte) {
	if b.ex.inner != nil {
		raw = nil // the layer's bytes, not data
		b.unseen++
	}
	b.at.anomaly(b.ex, b.dir, odd, raw)
}

func (b *body) data(pc piece) {
	e := &b.at.s.ev.data
	*e = Data{
		Origin: b.at.origin(b.ex), First: pc.first, Dir: b.dir,
		Fd: pc.fd, More: pc.more, Bytes: pc.bytes,
	}
	b.at.s.emit(e)
}
