package recordings

import (
	"fmt"

	v1 "github.com/dockwire/dockwire/recordings/v1"
)

// file takes the lines of a recording, one after the other, until the first error.
type file struct {
	out       sink
	name      string
	opt       Options
	keep      int64   // Options.MaxBody, resolved
	line      v1.Line // the next one
	lines     int64   // in the file
	exchanges int64
	written   int64 // bytes of text
	err       error
	series    *series // nil: not a file of our own
}

// write writes the line.
func (f *file) write() {
	f.line = append(f.line, '\n')
	err := f.out.Write(f.line)
	f.lines++
	f.written += int64(len(f.line))
	if f.series != nil {
		f.series.see(f.line)
	}
	f.fail(err)
}

// headerLine makes the first line.
func (f *file) headerLine() {
	h := f.opt.Header
	h.Limits = Limits{Inline: maxInline, Keep: f.keep}
	f.line.Header(&h)
}

func (f *file) fail(err error) {
	if err != nil && f.err == nil {
		f.err = fmt.Errorf("recording to %s stopped: %w", f.name, err)
	}
}

// Err returns what ended the recording, if anything did.
func (f *file) Err() error { return f.err }

// Lines returns how many lines were written, the header included.
func (f *file) Lines() int64 { return f.lines }

// Offset is where in the file, in bytes of text, lines of events that are
// still to come begin: an exchange is at or after the offset before its head is
// written.
func (f *file) Offset() int64 { return f.written }

// Flush writes the lines that Options.Bursts let wait. A head that waits for
// its body goes on waiting, see Writer.Tick.
func (f *file) Flush() error {
	if f.err == nil {
		f.fail(f.out.Flush())
	}
	return f.err
}

// Rotate makes the recording go on in a new file, at the next Tick. It may be
// called from any goroutine.
func (f *file) Rotate() {
	if f.series != nil {
		f.series.wanted.Store(true)
	}
}

// MoveAside gives the file the name of a full one and goes on in it, so that
// another process can begin one at its path. It is done at the next Tick, and the
// channel is closed then. It may be called from any goroutine.
func (f *file) MoveAside() <-chan struct{} {
	done := make(chan struct{})
	if f.series == nil || !f.series.aside.CompareAndSwap(nil, &done) {
		close(done)
	}
	return done
}
