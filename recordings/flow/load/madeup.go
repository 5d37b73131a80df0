package load

import (
	"bytes"
	"io"
)

// MadeUp reports whether a client had a value from no answer: it is not in the
// recording, or in a request first. The value is one that JSON does not escape.
func (r *Recording) MadeUp(value string) bool {
	for i, s := range r.sources {
		if at := first(s.f, []byte(value)); at >= 0 {
			return r.asks(int32(i), at)
		}
	}
	return true
}

// asks reports whether a place in a file is in a request.
func (r *Recording) asks(file int32, at int64) bool {
	for _, x := range r.Exchanges {
		for l := range x.lines {
			if l.file == file && l.Offset <= at && at < l.Offset+int64(l.Length) {
				return true
			}
		}
	}
	return false
}

// first is where a value is first in a file, -1 if it is not.
func first(f io.ReaderAt, value []byte) int64 {
	buf := make([]byte, 256<<10)
	for at := int64(0); ; at += int64(len(buf) - len(value)) {
		n, err := f.ReadAt(buf, at)
		if i := bytes.Index(buf[:n], value); i >= 0 {
			return at + int64(i)
		}
		if err != nil {
			return -1 // the end, or what is read again when it is played
		}
	}
}
