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
	to     *file
	path   string
	header []byte // the first line of each file
	lines  int64  // written when the latest file had nothing but its beginning

	began  time.Duration // when the latest file was begun
	birth  time.Time     // the same, as its name will say
	looked time.Duration
	wait   time.Duration // no new file before

	place string      // "", or the name that the file is to have, see settle
	old   *os.File    // what has it as yet, so that nobody else replaces that; may be nil
	ready atomic.Bool // Writer.Settle was called

	wanted atomic.Bool                   // Writer.Rotate was called
	aside  atomic.Pointer[chan struct{}] // Writer.MoveAside was called; closed when it is done
	moved  bool                          // it was said
	shared bool                          // it was said
	lost   error                         // the first thing that is missing

	exchanges map[int64][]byte // lines of what is open
	conns     map[int64][]byte
	spare     [][]byte
}

// follow makes the file one of a series. Its header is the line that was made last.
func (f *file) follow(path string) {
	header := bytes.TrimSuffix(slices.Clone(f.line), []byte("\n"))
	f.series = &series{
		to: f, path: path, birth: time.Now(), header: append(header, '\n'), lines: f.lines,
		exchanges: make(map[int64][]byte), conns: make(map[int64][]byte),
	}
	f.series.watchTruncation()
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

// beginning is how a new file begins, which is counted.
func (s *series) beginning() []byte {
	var lines [][]byte
	for _, of := range []map[int64][]byte{s.conns, s.exchanges} {
		for _, kept := range of {
			lines = append(lines, slices.Collect(bytes.Lines(kept))...)
		}
	}
	slices.SortStableFunc(lines, func(a, b []byte) int { return cmp.Compare(lineTime(a), lineTime(b)) })
	b := append(slices.Clone(s.header), bytes.Join(lines, nil)...)
	s.lines = int64(1 + len(lines))
	s.to.lines, s.to.written = s.lines, int64(len(b))
	s.to.exchanges = int64(bytes.Count(b, []byte("\n"+`{"e":"req"`)))
	return b
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

func (s *series) moveAside() {
	done := s.aside.Swap(nil)
	if done == nil {
		return
	}
	defer close(*done)
	name, err := s.rename()
	if err != nil {
		s.notice("%s keeps its name: %v", s.path, err)
		return
	}
	s.notice("%s goes on as %s", s.path, name)
	s.path, s.to.opt.Rotate = name, Rotation{}
}

// forget drops what a new file would have said of something that has ended.
func (s *series) forget(e decode.Event, in *places) {
	switch o := e.From(); e.(type) {
	case *decode.ExchangeEnd:
		s.over(s.exchanges, int64(in.Numbered(o.Exchange)))
	case *decode.ConnClosed:
		s.over(s.conns, int64(in.conn(o.Conn)))
	}
}

// tend looks after the file: whether it still stands, and whether it is full. It
// reports whether the recording has to go on in a new one, see reopen.
func (s *series) tend(now time.Duration) (full bool) {
	if s.due() {
		s.settle()
	}
	if s.place != "" || s.to.err != nil {
		return false
	}
	s.moveAside()
	if now-s.looked >= lookEvery {
		s.looked = now
		s.look(now)
	}
	return s.to.err == nil && now >= s.wait && (s.wanted.Load() || s.full(now)) && s.complete(now)
}

func (s *series) full(now time.Duration) bool {
	r := s.to.opt.Rotate
	if s.to.lines <= s.lines {
		return false
	}
	return r.Size > 0 && s.to.out.Size() >= r.Size || r.Age > 0 && now-s.began >= r.Age
}

// look says what others did to the file, and repairs what can be repaired.
func (s *series) look(now time.Duration) {
	switch err := s.to.out.FileState(s.path); {
	case err == nil:
	case errors.Is(err, errTruncated):
		s.to.fail(s.to.out.Restart(s.again()))
	case errors.Is(err, errDeleted):
		s.missing("%s was deleted while it was written: its content is gone, and a new file is begun", s.path)
		s.reopen(now)
	case errors.Is(err, errMoved):
		if !s.moved {
			s.moved = true
			s.notice("%s was moved while it was written: recording goes on in the file that was moved; SIGHUP begins a new one", s.path)
		}
	case errors.Is(err, errShared):
		if !s.shared {
			s.shared = true
			s.missing("another program writes to %s: it may not be readable", s.path)
		}
	default:
		s.to.fail(err)
	}
}

// complete gives the file its name as a complete one, and reports whether it could.
func (s *series) complete(now time.Duration) bool {
	s.wanted.Store(false)
	if err := s.to.out.FileState(s.path); errors.Is(err, errMoved) {
		return true
	}
	old, err := s.rename()
	if err != nil {
		s.notice("no new recording is begun, the one at %s goes on: %v", s.path, err)
		s.wait = now + retryAfter
		return false
	}
	s.notice("%s is complete; recording goes on in %s", old, s.path)
	return true
}

// reopen goes on in a new file at the same path. It gets there with its beginning:
// a dockwire that is killed leaves no file that is no recording.
func (s *series) reopen(now time.Duration) {
	at := s.path
	if renamesOpen {
		at = beside(s.path)
	}
	f, err := os.OpenFile(at, os.O_WRONLY|os.O_CREATE|os.O_EXCL|os.O_APPEND, 0o600)
	if err != nil {
		s.to.fail(fmt.Errorf("a new file cannot be begun: %w", err))
		return
	}
	_ = lock(f) // it is new: no other process has it
	out, err := newSink(f, s.path, s.to.opt)
	if err != nil {
		s.to.fail(errors.Join(err, f.Close()))
		return
	}
	s.to.fail(s.to.out.Close(true))
	s.to.out = out
	s.watchTruncation()
	s.to.fail(out.Write(s.beginning()))
	s.to.fail(out.Flush())
	if at != s.path && s.to.err == nil {
		s.to.fail(place(at, s.path))
	}
	if at != s.path && s.to.err != nil {
		_ = os.Remove(at)
	}
	s.began, s.birth, s.moved, s.shared = now, time.Now(), false, false
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
func (s *series) watchTruncation() {
	if p, ok := s.to.out.(*plainSink); ok {
		p.again = s.again
	}
}

// again is what a file that was truncated begins with.
func (s *series) again() []byte {
	s.missing("%s was truncated while it was written: its content is gone, unless it was copied; SIGHUP begins a new file instead", s.path)
	return s.beginning()
}

// missing says what is missing, and makes Close say it again.
func (s *series) missing(format string, args ...any) {
	if s.lost == nil {
		s.lost = fmt.Errorf(format, args...)
	}
	s.notice(format, args...)
}

func (s *series) notice(format string, args ...any) {
	if say := s.to.opt.Notice; say != nil {
		say(fmt.Sprintf(format, args...))
	}
}
