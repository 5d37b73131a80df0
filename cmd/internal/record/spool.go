package record

import (
	"context"
	"errors"
	"os"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/recordings"
)

// spoolSegment is the size at which a part of a spool ends. Two parts are kept.
const spoolSegment = 1 << 30

// Spool records what the screen may read back when the user asked for no
// recording. It writes private files, keeps the latest two, and removes them at
// the end.
type Spool struct {
	create func(path string) (*recordings.Writer, error)
	dir    string
	tell   Tell
	length int64 // of a part

	mu       sync.Mutex
	writer   *recordings.Writer
	parts    []spoolPart // the latest is being written
	failed   bool
	behind   bool            // something is not in the file yet
	waiting  []chan struct{} // for that
	followed int             // exchanges that are read as they go on
	written  time.Time
}

type spoolPart struct {
	path   string
	number int64
}

// partBits is the number of bits of an offset in what At returns. The number of
// the part is above them.
const partBits = 40

// NewSpool begins a spool in dir, which it removes at the end.
func NewSpool(dir string, create func(string) (*recordings.Writer, error), tell Tell) (*Spool, error) {
	s := &Spool{create: create, dir: dir, tell: tell, length: spoolSegment}
	return s, s.begin()
}

// begin begins a part, and removes the third latest.
func (s *Spool) begin() error {
	number := int64(0)
	if n := len(s.parts); n > 0 {
		number = s.parts[n-1].number + 1
	}
	path := s.dir + "/part" + strconv.FormatInt(number, 10) + ".jsonl"
	w, err := s.create(path)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.writer = w
	s.parts = append(s.parts, spoolPart{path, number})
	if len(s.parts) > 2 {
		_ = os.Remove(s.parts[0].path)
		s.parts = s.parts[1:]
	}
	return nil
}

// At is the place of the exchange that begins now, as Exchange takes it.
func (s *Spool) At() int64 {
	if s.failed {
		return -1
	}
	return s.parts[len(s.parts)-1].number<<partBits | s.writer.Offset()
}

// Event implements pipeline.Consumer.
func (s *Spool) Event(e decode.Event) {
	if s.failed {
		return
	}
	if _, head := e.(*decode.RequestHead); head && s.writer.Offset() > s.length {
		_ = s.writer.Close()
		s.check(s.begin())
	}
	if !s.failed {
		s.check(s.writer.Event(e))
	}
}

// check gives the spool up after an error, such as a full disk. The screen goes
// on.
func (s *Spool) check(err error) {
	if err != nil && !s.failed {
		s.failed = true
		s.tell("the details of calls can no longer be kept, traffic goes on: %v", err)
	}
}

// awaitWritten waits until all events that came before are in the file. They are
// written in few and large pieces, because they are seldom read.
func (s *Spool) awaitWritten(ctx context.Context) {
	s.mu.Lock()
	if !s.behind {
		s.mu.Unlock()
		return
	}
	written := make(chan struct{})
	s.waiting = append(s.waiting, written)
	s.mu.Unlock()
	select {
	case <-written:
	case <-ctx.Done():
	}
}

// Exchange implements model.Archive.
func (s *Spool) Exchange(ctx context.Context, id decode.ExchangeID, at int64, deliver func(decode.Event), idle func()) error {
	s.follow(1)
	defer s.follow(-1)
	s.awaitWritten(ctx)
	offset, number := at&(1<<partBits-1), at>>partBits
	if s.list()[0].number > number {
		return errors.New("this call is no longer kept: without -o dockwire keeps only the latest gigabyte or two")
	}
	return untilOver(ctx, func(ctx context.Context, deliver func(decode.Event)) error {
		return s.through(ctx, number, func(a File) error {
			err := a.Exchange(ctx, id, offset, deliver, idle)
			offset = 0
			return err
		})
	}, deliver)
}

// follow counts the readers of an exchange that goes on.
func (s *Spool) follow(n int) {
	s.mu.Lock()
	s.followed += n
	s.mu.Unlock()
}

// through reads one part after the other, and then those that are still to come.
func (s *Spool) through(ctx context.Context, number int64, read func(File) error) error {
	for ctx.Err() == nil {
		parts := s.list()
		i := slices.IndexFunc(parts, func(p spoolPart) bool { return p.number >= number })
		if i < 0 { // the next is about to begin
			select {
			case <-ctx.Done():
			case <-time.After(partPatience):
			}
			continue
		}
		if err := read(File{Path: parts[i].path, Grows: true}); err != nil {
			return err
		}
		number = parts[i].number + 1
	}
	return nil
}

// partPatience is how long to wait before looking for the next part again.
const partPatience = 20 * time.Millisecond

// size is the size of all parts that are kept.
func (s *Spool) size() (n int64) {
	for _, p := range s.list() {
		n += File{Path: p.path}.Size()
	}
	return n
}

func (s *Spool) list() []spoolPart {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]spoolPart(nil), s.parts...)
}

// Scan implements model.Archive. Its progress is that of all parts together.
func (s *Spool) Scan(ctx context.Context, deliver func(decode.Event), idle func(done, all int64)) error {
	var before int64
	return s.through(ctx, 0, func(a File) error {
		err := a.Scan(ctx, deliver, func(done, all int64) {
			parts := s.list()
			if latest := parts[len(parts)-1]; done >= all && latest.path == a.Path {
				idle(1, 1)
				return
			}
			if done >= all {
				done = a.Size()
			}
			idle(before+done, max(s.size(), before+done+1))
		})
		before += a.Size()
		return err
	})
}

// Copy delivers all events that there are by now. It leaves out exchanges that
// began in a part that is gone: their heads are missing.
func (s *Spool) Copy(ctx context.Context, deliver func(decode.Event) error) error {
	ctx, enough := context.WithCancel(ctx)
	defer enough()
	s.awaitWritten(ctx)
	begun := map[decode.ExchangeID]bool{}
	var failed error
	whole := false
	err := s.Scan(ctx, func(e decode.Event) {
		id := e.From().Exchange
		if _, head := e.(*decode.RequestHead); head {
			begun[id] = true
		}
		if failed == nil && !whole && (id == 0 || begun[id]) {
			failed = deliver(e)
		}
		if _, over := e.(*decode.ExchangeEnd); over {
			delete(begun, id)
		}
	}, func(done, all int64) {
		if done >= all || failed != nil {
			whole = true
			enough()
		}
	})
	if whole {
		err = nil
	}
	return errors.Join(failed, err)
}

// freshEvery is how often at most the file is written for a reader who follows.
const freshEvery = 10 * time.Millisecond

// Flush implements pipeline.Consumer. It is called many times a second, and
// writes only when somebody waits to read, or follows.
func (s *Spool) Flush() {
	s.mu.Lock()
	s.behind = true
	read := len(s.waiting) > 0 || s.followed > 0 && time.Since(s.written) >= freshEvery
	s.mu.Unlock()
	if read {
		s.flush()
	}
}

// Tick implements pipeline.Consumer.
func (s *Spool) Tick(now time.Duration) {
	if !s.failed {
		s.writer.Tick(now)
	}
	s.flush()
}

func (s *Spool) flush() {
	if !s.failed {
		s.check(s.writer.Flush())
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.behind, s.written = false, time.Now()
	for _, w := range s.waiting {
		close(w)
	}
	s.waiting = nil
}

// Close ends the spool and removes its files.
func (s *Spool) Close() {
	s.flush()
	_ = s.writer.Close()
	_ = os.RemoveAll(s.dir)
}
