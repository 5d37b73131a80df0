package tarlist

import (
	"bytes"
	"errors"
	"io"

	"github.com/klauspost/compress/gzip"
)

const (
	maxPacked   = 4 << 20  // bytes of a tar by gzip that are kept until its end
	maxUnpacked = 64 << 20 // bytes that are read of it then
)

// pack keeps the next bytes of a tar by gzip.
func (l *List) pack(p []byte) {
	if len(l.packed)+len(p) > maxPacked {
		l.packed = nil
		l.fail("gzip")
		return
	}
	l.packed = append(l.packed, p...)
}

// unpack lists what a tar by gzip has in it.
func (l *List) unpack() {
	r, err := gzip.NewReader(bytes.NewReader(l.packed))
	if err != nil {
		l.fail("gzip")
		return
	}
	inside := New(l.max)
	inside.inside = true
	if _, err = io.CopyN(feeder{inside}, r, maxUnpacked); !errors.Is(err, io.EOF) { // broken or too long
		l.fail("gzip")
		return
	}
	inside.End()
	l.entries, l.cut, l.err = inside.entries, inside.cut, inside.err
}

// feeder writes into a list.
type feeder struct{ *List }

func (f feeder) Write(p []byte) (int, error) {
	f.Feed(p)
	return len(p), nil
}
