package decode

import "time"

// A splitter cuts a body or a stream into pieces that have a meaning. It
// depends on the bytes alone, not on how they were read.
//
// A new one is a type and a line in splitterFor.
type splitter interface {
	// next takes bytes that were read at time t and returns the first piece
	// that is complete, if any, and the rest of p. A piece may point into p.
	next(p []byte, t time.Duration) (pc piece, rest []byte, ok bool)
	// pause is called where the sender paused, and returns a piece that is
	// complete unless more of it came.
	pause() (pc piece, ok bool)
	// end returns what is still being put together.
	end() (pc piece, ok bool)
	// gap goes on behind n missing bytes and returns what was being put
	// together. odd says why the pieces cannot be followed any more, if so.
	gap(n int64) (pc piece, ok bool, odd string)
	// held is how many bytes are being put together.
	held() int
}

// piece is a run of body bytes that belongs together.
type piece struct {
	fd    int
	more  bool // goes on in the next piece
	first time.Duration
	bytes []byte

	message bool   // a gRPC message: bytes are as they travelled, more is not used
	size    int64  // of the message, bytes that are not kept included
	packed  bool   // it is compressed
	cut     string // why bytes are not all of it

	odd    string // what could not be decoded before it, and its bytes
	oddRaw []byte
}

// maxPiece is the most that is put together before it is given out.
const maxPiece = 64 << 10

// splitterFor chooses what cuts a content into pieces.
func splitterFor(c Content) splitter {
	switch c {
	case ContentStdcopy:
		return new(stdcopy)
	case ContentJSONStream:
		return new(jsonStream)
	case ContentGRPC:
		return new(messages)
	}
	return plain{}
}

// plain gives bytes out as they were read.
type plain struct{}

func (plain) next(p []byte, t time.Duration) (pc piece, rest []byte, ok bool) {
	return piece{fd: NoFd, first: t, bytes: p}, nil, true
}

func (plain) pause() (piece, bool)            { return piece{}, false }
func (plain) end() (piece, bool)              { return piece{}, false }
func (plain) gap(int64) (piece, bool, string) { return piece{}, false, "" }
func (plain) held() int                       { return 0 }
