package decode

import "time"

// sink says who takes the bytes of a body apart.
type sink uint8

const (
	contentBytes  sink = iota // nobody: as they were read
	contentFrames             // stdcopy
	contentValues             // JSON values
	contentUnread             // of no exchange: given out as anomalies
)

// body is what a message or stream carries: bytes after transfer decoding.
type body struct {
	sink    sink
	frames  *stdcopy
	values  *jsonStream
	peeking bool // collect peek
	peek    []byte
}

// piece is a run of body bytes that belongs together.
type piece struct {
	fd    int
	more  bool // goes on in the next piece
	first time.Duration
	bytes []byte
}

// maxPiece is the most that is put together before it is given out.
const maxPiece = 64 << 10

func sinkFor(c Content) sink {
	switch c {
	case ContentStdcopy:
		return contentFrames
	case ContentJSONStream:
		return contentValues
	}
	return contentBytes
}

func (b *body) start(s sink) {
	b.sink, b.peeking, b.peek = s, false, b.peek[:0]
	switch s {
	case contentFrames:
		b.frames = new(stdcopy)
	case contentValues:
		b.values = new(jsonStream)
	}
}

// deliver passes body bytes on.
func (h *half) deliver(p []byte) {
	b := &h.body
	if len(p) == 0 {
		return
	}
	if b.peeking {
		b.collect(p)
	}
	switch b.sink {
	case contentBytes:
		h.data(piece{fd: NoFd, first: h.c.now, bytes: p})
	case contentFrames:
		h.deliverFrames(p)
	case contentValues:
		for len(p) > 0 {
			pc, rest, ok := b.values.next(p, h.c.now)
			if p = rest; ok {
				h.data(pc)
			}
		}
	case contentUnread:
		h.skip(p, "body of a response to a request that was not read")
	}
}

func (h *half) deliverFrames(p []byte) {
	f := h.body.frames
	for len(p) > 0 {
		was := f.broken
		pc, rest, ok := f.next(p, h.c.now)
		if f.broken && !was {
			h.anomaly("not a stdcopy frame header: the rest is shown raw", pc.bytes)
		}
		if p = rest; ok {
			h.data(pc)
		}
	}
}

// chunkEnd is called where a chunk ends. dockerd flushes whole JSON values
// (moby pkg/ioutils WriteFlusher), so that one need not wait for a line end.
func (h *half) chunkEnd() {
	if h.body.sink == contentValues {
		if pc, ok := h.body.values.pause(); ok {
			h.data(pc)
		}
	}
}

// endBody gives out what is still being put together.
func (h *half) endBody() {
	b := &h.body
	switch b.sink {
	case contentFrames:
		if pc, ok := b.frames.end(); ok {
			h.anomaly("ended inside a stdcopy frame", b.frames.header[:b.frames.have])
			h.data(pc)
		}
	case contentValues:
		if pc, ok := b.values.end(); ok {
			h.data(pc)
		}
	case contentUnread:
		h.skipped.flush(h)
	}
	b.sink, b.frames, b.values = contentBytes, nil, nil
}

func (h *half) data(pc piece) {
	e := &h.c.s.ev.data
	*e = Data{
		Origin: h.c.origin(h.ex), First: pc.first, Dir: h.dir,
		Fd: pc.fd, More: pc.more, Bytes: pc.bytes,
	}
	h.c.s.emit(e)
}
