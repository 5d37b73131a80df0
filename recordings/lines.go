package recordings

import (
	"bytes"
	"cmp"
	"errors"
	"io"
	"sync/atomic"
)

// maxSkip bounds what is read of a line that is too long: a few kilobytes of a
// compressed file can be more bytes than anybody waits for.
const maxSkip = 1 << 30

var errEndless = errors.New("a line that does not end: this is not a recording, or a damaged one")

var errTooLong = errors.New("longer than 16 MiB")

// lines splits a stream into lines without a limit below maxRead (a
// bufio.Scanner stops at 64 KiB) and keeps what is after the last line end,
// so that it can go on when a file has grown.
type lines struct {
	r          io.Reader
	buf        []byte
	start, end int // what was read and not yet given out
	seen       int // up to here there is no line end
	skipping   bool

	position // of the line given out last

	interrupted atomic.Bool
}

var errInterrupted = errors.New("interrupted")

// peek returns the first n bytes of what comes, or what there is of them.
func (l *lines) peek(n int) []byte {
	for l.end-l.start < n {
		if l.fill() != nil { // it comes again
			break
		}
	}
	return l.buf[l.start:min(l.end, l.start+n)]
}

// newLines splits what begins with first and goes on in r, which may return
// more after an io.EOF.
func newLines(first []byte, r io.Reader) *lines {
	l := &lines{r: r, buf: make([]byte, 64<<10)}
	l.end = copy(l.buf, first)
	return l
}

// read returns the next line without its line end, valid until the next call.
// At the end of the stream it returns io.EOF, and rest tells what is left.
func (l *lines) read() ([]byte, error) {
	for {
		if i := bytes.IndexByte(l.buf[l.seen:l.end], '\n'); i >= 0 {
			line := l.buf[l.start : l.seen+i]
			l.take(len(line) + 1)
			l.number++
			if l.skipping {
				l.skipping = false
				return nil, errTooLong
			}
			return line, nil
		}
		l.seen = l.end
		if l.skipping || l.end-l.start > maxRead {
			l.skip()
			if l.number == 0 || l.next-l.offset > maxSkip {
				return nil, errEndless
			}
		}
		if err := l.fill(); err != nil {
			return nil, err
		}
	}
}

func (l *lines) take(n int) {
	if !l.skipping {
		l.offset = l.next
	}
	l.start += n
	l.seen = l.start
	l.next += int64(n)
}

// skip drops the beginning of a line that is too long.
func (l *lines) skip() {
	if !l.skipping {
		l.offset = l.next
		l.skipping = true
	}
	l.next += int64(l.end - l.start)
	l.start, l.end, l.seen = 0, 0, 0
}

func (l *lines) fill() error {
	if l.start > 0 {
		copy(l.buf, l.buf[l.start:l.end])
		l.end -= l.start
		l.seen -= l.start
		l.start = 0
	}
	if l.end == len(l.buf) {
		l.buf = append(l.buf, make([]byte, len(l.buf))...)
	}
	if l.interrupted.Load() {
		return errInterrupted
	}
	n, err := l.r.Read(l.buf[l.end:])
	l.end += n
	if n > 0 {
		return nil // an error comes again
	}
	err = cmp.Or(err, io.ErrNoProgress)
	return err
}

// reached is how far the stream was read.
func (l *lines) reached() int64 { return l.next + int64(l.end-l.start) }

// rest is how many bytes there are after the last line end.
func (l *lines) rest() int64 {
	n := int64(l.end - l.start)
	if l.skipping {
		n += l.next - l.offset
	}
	return n
}
