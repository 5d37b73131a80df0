package recordings

import (
	"io"
	"os"

	"github.com/dockwire/dockwire/decode"
	v1 "github.com/dockwire/dockwire/recordings/v1"
)

// seek goes to where a line begins, where the file is not compressed.
func (r *Reader) seek(offset int64) error {
	f, ok := r.lines.r.(*os.File)
	if !ok {
		return nil
	}
	if _, err := f.Seek(offset, io.SeekStart); err != nil {
		return err
	}
	r.lines = newLines(nil, f)
	r.lines.next, r.next = offset, offset
	return nil
}

// Offset is where the line after the one read last begins, in bytes of text.
// Once Pending says no, everything before it was delivered. After Resume it is
// never less than the offset given there.
func (r *Reader) Offset() int64 { return max(r.next, r.resumed) }

// Pending reports whether there is more in the line read last than was asked for.
func (r *Reader) Pending() bool { return r.decoder.Pending() || r.open.pending() }

// Resume makes a reader that has read nothing yet go on at an Offset. Of what
// is before it, only the exchanges that were open there are read again, the
// first of which begins at from. Other lines are not parsed.
func (r *Reader) Resume(from, offset int64, open map[decode.ExchangeID]bool) error {
	if len(open) == 0 {
		from = offset
	}
	r.resumed, r.again = offset, open
	if from < r.lines.next || from > offset {
		return nil // as a whole, then
	}
	return r.seek(from)
}

// skips reports whether a line was read before the reader was resumed.
func (r *Reader) skips(line []byte) bool {
	if r.lines.offset >= r.resumed {
		return false
	}
	_, x, ok := v1.Scan(line)
	return !ok || !r.again[x]
}
