package recordings

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/recordings/v1"
)

// lookEvery is how often the writer looks whether its file still stands.
const lookEvery = time.Second

// retryAfter is how long the writer waits when no new file could be begun.
const retryAfter = time.Minute

// Rotation says when a recording goes on in a new file; zero values: never.
type Rotation struct {
	Size int64         // bytes of the file
	Age  time.Duration // of the file
}

// series is a recording as a row of files, one after the other at the same
// path. What is full gets a name with the time at which it began. A file that
// was deleted or truncated by others is begun again.
//
// Each file can be read alone: it begins with the header and with the heads of
// what was open then, under their numbers of before.
type series struct {
	path   string
	header []byte // the first line of each file
	lines  int64  // written when the latest file had nothing but its beginning

	began  time.Duration // when the latest file was begun
	birth  time.Time     // the same, as its name will say
	looked time.Duration
	wait   time.Duration // no new file before

	wanted atomic.Bool                   // Writer.Rotate was called
	aside  atomic.Pointer[chan struct{}] // Writer.MoveAside was called; closed when it is done
	moved  bool                          // it was said
	shared bool                          // it was said
	lost   error                         // the first thing that is missing

	exchanges map[int64][]byte // lines of what is open
	conns     map[int64][]byte
	spare     [][]byte
}

// follow makes a writer tend its file. The header is the line that the writer
// has in its hands.
func (w *Writer) follow(path string) {
	header := bytes.TrimSuffix(slices.Clone(w.line), []byte("\n"))
	w.series = &series{
		path: path, birth: time.Now(), header: append(header, '\n'), lines: w.lines,
		exchanges: make(map[int64][]byte), conns: make(map[int64][]byte),
	}
	w.watchTruncation()
}

// maxCarried is how many bytes of lines are kept of an exchange that is open.
const maxCarried = 16 << 10

// see keeps the lines that a new file has to begin with.
func (s *series) see(line []byte) {
	event, x, _ := v1.Scan(line)
	switch string(event) {
	case "conn":
		if c, ok := bytes.CutPrefix(afterTime(behind(line)), []byte(`,"c":`)); ok {
			s.keep(s.conns, leadingInt(c), line)
		}
	case "req", "res":
		s.keep(s.exchanges, int64(x), line)
	}
}

func (s *series) keep(in map[int64][]byte, key int64, line []byte) {
	kept, ok := in[key]
	if n := len(s.spare); !ok && n > 0 {
		kept, s.spare = s.spare[n-1], s.spare[:n-1]
	}
	if len(kept)+len(line) <= maxCarried {
		in[key] = append(kept, line...)
	}
}

// over drops the lines of what has ended.
func (s *series) over(in map[int64][]byte, key int64) {
	kept, ok := in[key]
	if !ok {
		return
	}
	delete(in, key)
	if len(s.spare) < 64 {
		s.spare = append(s.spare, kept[:0])
	}
}

// beginning is how a new file begins.
func (s *series) beginning() []byte {
	var lines [][]byte
	for _, of := range []map[int64][]byte{s.conns, s.exchanges} {
		for _, kept := range of {
			lines = append(lines, slices.Collect(bytes.Lines(kept))...)
		}
	}
	slices.SortStableFunc(lines, func(a, b []byte) int { return cmp.Compare(lineTime(a), lineTime(b)) })
	return append(slices.Clone(s.header), bytes.Join(lines, nil)...)
}

// behind returns what is behind the exchange's number in a line that Scan
// has read.
func behind(line []byte) []byte {
	_, rest, _ := bytes.Cut(line, []byte(`","x":`))
	return rest[digits(rest):]
}

func lineTime(line []byte) int64 {
	rest, _ := bytes.CutPrefix(behind(line), []byte(`,"t":`))
	return leadingInt(rest)
}

func afterTime(rest []byte) []byte {
	rest, _ = bytes.CutPrefix(rest, []byte(`,"t":`))
	return rest[digits(rest):]
}

func digits(b []byte) int {
	n := 0
	for n < len(b) && b[n] >= '0' && b[n] <= '9' {
		n++
	}
	return n
}

func leadingInt(b []byte) int64 {
	n, _ := strconv.ParseInt(string(b[:digits(b)]), 10, 64)
	return n
}

// Rotate makes the recording go on in a new file, at the next Tick. It may be
// called from any goroutine.
func (w *Writer) Rotate() {
	if w.series != nil {
		w.series.wanted.Store(true)
	}
}

// MoveAside gives the file the name of a full one and goes on in it, so that
// another process can begin one at its path. It is done at the next Tick, and the
// channel is closed then. It may be called from any goroutine.
func (w *Writer) MoveAside() <-chan struct{} {
	done := make(chan struct{})
	if w.series == nil || !w.series.aside.CompareAndSwap(nil, &done) {
		close(done)
	}
	return done
}

func (w *Writer) moveAside() {
	s := w.series
	done := s.aside.Swap(nil)
	if done == nil {
		return
	}
	defer close(*done)
	name, err := s.rename()
	if err != nil {
		w.notice("%s keeps its name: %v", s.path, err)
		return
	}
	w.notice("%s goes on as %s", s.path, name)
	s.path, w.opt.Rotate = name, Rotation{}
}

// forget drops what a new file would have said of something that has ended.
func (w *Writer) forget(e decode.Event) {
	switch o := e.From(); e.(type) {
	case *decode.ExchangeEnd:
		w.series.over(w.series.exchanges, int64(o.Exchange+w.base.exchange))
	case *decode.ConnClosed:
		w.series.over(w.series.conns, int64(w.conn(o.Conn)))
	}
}

// tend looks after the file: whether it still stands, and whether it is full.
func (w *Writer) tend(now time.Duration) {
	s := w.series
	if s == nil || w.err != nil {
		return
	}
	w.moveAside()
	if now-s.looked >= lookEvery {
		s.looked = now
		w.look(now)
	}
	if w.err == nil && now >= s.wait && (s.wanted.Load() || w.full(now)) {
		w.next(now)
	}
}

func (w *Writer) full(now time.Duration) bool {
	r := w.opt.Rotate
	if w.lines <= w.series.lines {
		return false
	}
	return r.Size > 0 && w.out.Size() >= r.Size || r.Age > 0 && now-w.series.began >= r.Age
}

// look says what others did to the file, and repairs what can be repaired.
func (w *Writer) look(now time.Duration) {
	s := w.series
	switch err := w.out.FileState(s.path); {
	case err == nil:
	case errors.Is(err, errTruncated):
		w.fail(w.out.Restart(w.again()))
	case errors.Is(err, errDeleted):
		w.missing("%s was deleted while it was written: what it held is gone, and a new file is begun", s.path)
		w.reopen(now)
	case errors.Is(err, errMoved):
		if !s.moved {
			s.moved = true
			w.notice("%s was moved while it was written: recording goes on in the file that was moved; SIGHUP begins a new one", s.path)
		}
	case errors.Is(err, errShared):
		if !s.shared {
			s.shared = true
			w.missing("another program writes to %s: it may not be readable", s.path)
		}
	default:
		w.fail(err)
	}
}

// next begins a new file and gives the full one its name.
func (w *Writer) next(now time.Duration) {
	s := w.series
	s.wanted.Store(false)
	if err := w.out.FileState(s.path); !errors.Is(err, errMoved) {
		old, err := s.rename()
		if err != nil {
			w.notice("no new recording is begun, the one at %s goes on: %v", s.path, err)
			s.wait = now + retryAfter
			return
		}
		w.notice("%s is complete; recording goes on in %s", old, s.path)
	}
	w.release()
	w.stop()
	w.reopen(now)
}

// reopen goes on in a new file at the same path.
func (w *Writer) reopen(now time.Duration) {
	s := w.series
	f, err := os.OpenFile(s.path, os.O_WRONLY|os.O_CREATE|os.O_EXCL|os.O_APPEND, 0o600)
	if err != nil {
		w.fail(fmt.Errorf("a new file cannot be begun: %w", err))
		return
	}
	_ = lock(f) // it is new: no other process has it
	out, err := newSink(f, s.path, w.opt)
	if err != nil {
		w.fail(errors.Join(err, f.Close()))
		return
	}
	w.fail(w.out.Close(true))
	w.out = out
	w.watchTruncation()
	w.fail(w.out.Write(w.beginning()))
	w.fail(w.out.Flush())
	s.began, s.birth, s.moved, s.shared = now, time.Now(), false, false
}

// beginning is how a new file begins, which is counted.
func (w *Writer) beginning() []byte {
	b := w.series.beginning()
	w.written = int64(len(b))
	w.lines = int64(bytes.Count(b, []byte("\n")))
	w.exchanges = int64(bytes.Count(b, []byte("\n"+`{"e":"req"`)))
	w.series.lines = w.lines
	return b
}

// rename gives the file that is at path the name of the time it began.
func (s *series) rename() (string, error) {
	stem, ext := s.path, ""
	for _, e := range []string{".zst", ".jsonl"} {
		if cut, ok := strings.CutSuffix(stem, e); ok {
			stem, ext = cut, e+ext
		}
	}
	stem += "-" + s.birth.UTC().Format("20060102T150405Z")
	for n := 1; ; n++ {
		name := stem + ext
		if n > 1 {
			name = fmt.Sprintf("%s.%d%s", stem, n, ext)
		}
		if _, err := os.Lstat(name); !errors.Is(err, fs.ErrNotExist) {
			if err != nil || n > 1000 {
				return "", errors.Join(errors.New("no free name was found"), err)
			}
			continue
		}
		return name, os.Rename(s.path, name)
	}
}

// watchTruncation makes the sink write the beginning of a file again when it
// finds that what it wrote was cut off.
func (w *Writer) watchTruncation() {
	if p, ok := w.out.(*plainSink); ok {
		p.again = w.again
	}
}

// again is what a file that was truncated begins with.
func (w *Writer) again() []byte {
	w.missing("%s was truncated while it was written: what it held before is gone, unless it was copied; SIGHUP begins a new file instead", w.series.path)
	return w.beginning()
}

// missing says what is missing, and makes Close say it again.
func (w *Writer) missing(format string, args ...any) {
	if w.series.lost == nil {
		w.series.lost = fmt.Errorf(format, args...)
	}
	w.notice(format, args...)
}

func (w *Writer) notice(format string, args ...any) {
	if w.opt.Notice != nil {
		w.opt.Notice(fmt.Sprintf(format, args...))
	}
}
