// Package lineout writes lines to a terminal or a pipe and never makes
// its caller wait. A terminal that was stopped with Ctrl-S, or a reader that is slow,
// loses lines and is told how many; nothing else notices.
//
// It knows nothing of what the lines say.
package lineout

import (
	"bytes"
	"fmt"
	"io"
	"sync"
	"time"
)

// limit bounds the bytes that wait to be written.
const limit = 1 << 20

// Writer is an io.Writer that takes whole lines and never blocks. One
// goroutine, ended by Close, does the writing.
type Writer struct {
	out io.Writer
	eol string

	mu      sync.Mutex
	waiting []byte
	dropped int // lines given up since the last note
	total   int
	err     error
	closed  bool

	wake chan struct{}
	done chan struct{}
	gone chan struct{}
}

// New starts a writer on out. eol ends the notes about dropped lines: "\n",
// or "\r\n" for a terminal in raw mode.
func New(out io.Writer, eol string) *Writer {
	w := &Writer{out: out, eol: eol, wake: make(chan struct{}, 1), done: make(chan struct{}), gone: make(chan struct{})}
	go w.run()
	return w
}

// Write queues p, which holds whole lines, or drops all of it. The error is
// the first that writing met, such as a closed pipe.
func (w *Writer) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.err != nil {
		return 0, w.err
	}
	if len(w.waiting)+len(p) > limit {
		n := bytes.Count(p, []byte{'\n'})
		w.dropped += n
		w.total += n
		return len(p), nil
	}
	if w.dropped > 0 {
		w.waiting = fmt.Appendf(w.waiting, "… %d lines not shown: the screen was not reading%s", w.dropped, w.eol)
		w.dropped = 0
	}
	w.waiting = append(w.waiting, p...)
	w.signal()
	return len(p), nil
}

// Gone is closed when writing has failed for good.
func (w *Writer) Gone() <-chan struct{} { return w.gone }

// Dropped is the number of lines that were dropped.
func (w *Writer) Dropped() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.total
}

// Close writes what waits, for at most patience, and ends the writer. A
// screen that still does not read is left to itself.
func (w *Writer) Close(patience time.Duration) error {
	w.mu.Lock()
	if w.dropped > 0 {
		w.waiting = fmt.Appendf(w.waiting, "… %d lines not shown: the screen was not reading%s", w.dropped, w.eol)
		w.dropped = 0
	}
	w.closed = true
	w.signal()
	w.mu.Unlock()
	select {
	case <-w.done:
	case <-time.After(patience):
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.err
}

func (w *Writer) signal() {
	select {
	case w.wake <- struct{}{}:
	default:
	}
}

func (w *Writer) run() {
	defer close(w.done)
	var writing []byte
	for {
		w.mu.Lock()
		writing, w.waiting = w.waiting, writing[:0]
		closed := w.closed
		w.mu.Unlock()
		if len(writing) == 0 {
			if closed {
				return
			}
			<-w.wake
			continue
		}
		if _, err := w.out.Write(writing); err != nil {
			w.mu.Lock()
			w.err = err
			w.mu.Unlock()
			close(w.gone)
			return
		}
	}
}
