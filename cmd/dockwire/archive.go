package main

import (
	"context"
	"errors"
	"io"
	"math"
	"os"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/recordings"
)

// idleEvery is after how many events a scan tells how far it is.
const idleEvery = 4096

// fileArchive lets the screen read exchanges back from a recording.
type fileArchive struct {
	path  string
	grows bool
	// shift is by how much the file's numbers are greater than the screen's,
	// when a recording was continued.
	shift decode.ExchangeID
}

// open opens the recording so that it can be followed, where it may grow and
// is not compressed.
func (a fileArchive) open() (in *recordings.Reader, grows bool, err error) {
	if a.grows {
		if in, err = recordings.Follow(a.path); err == nil {
			return in, true, nil
		}
	}
	in, err = recordings.Open(a.path)
	return in, false, err
}

func (a fileArchive) Exchange(ctx context.Context, id decode.ExchangeID, at int64, deliver func(decode.Event), idle func()) error {
	in, grows, err := a.open()
	if err != nil {
		return err
	}
	defer in.Close()
	if err := in.Resume(at, math.MaxInt64, map[decode.ExchangeID]bool{id + a.shift: true}); err != nil {
		return err
	}
	return untilOver(ctx, func(ctx context.Context, deliver func(decode.Event)) error {
		return scan(ctx, in, a.size, func(e decode.Event) {
			if o := e.From(); o.Exchange == id+a.shift {
				o.Exchange = id
				deliver(e)
			}
		}, func(int64, int64) { idle() }, grows)
	}, deliver)
}

// untilOver reads until the end of an exchange was delivered.
func untilOver(ctx context.Context, read func(context.Context, func(decode.Event)) error, deliver func(decode.Event)) error {
	ctx, over := context.WithCancel(ctx)
	defer over()
	ended := false
	err := read(ctx, func(e decode.Event) {
		if ended {
			return
		}
		deliver(e)
		if _, ended = e.(*decode.ExchangeEnd); ended {
			over()
		}
	})
	if ended {
		return nil
	}
	return err
}

func (a fileArchive) Scan(ctx context.Context, deliver func(decode.Event), idle func(done, all int64)) error {
	in, grows, err := a.open()
	if err != nil {
		return err
	}
	defer in.Close()
	return scan(ctx, in, a.size, func(e decode.Event) {
		o := e.From()
		if o.Exchange == 0 || o.Exchange > a.shift {
			if o.Exchange > 0 {
				o.Exchange -= a.shift
			}
			deliver(e)
		}
	}, idle, grows)
}

func (a fileArchive) size() int64 {
	info, err := os.Stat(a.path)
	if err != nil {
		return 0
	}
	return info.Size()
}

// scan delivers what a reader gives, and waits for more where it grows. It ends
// where a line does.
func scan(ctx context.Context, in *recordings.Reader, size func() int64, deliver func(decode.Event), idle func(done, all int64), grows bool) error {
	for n := 1; ctx.Err() == nil || in.Pending(); n++ {
		e, err := in.Next()
		var line *recordings.LineError
		switch {
		case err == nil:
			deliver(e)
			if n%idleEvery == 0 {
				_, at, _ := in.Line()
				idle(at, max(size(), at+1))
			}
		case errors.As(err, &line):
		case err == io.EOF && grows:
			idle(1, 1)
			if err := in.Wait(ctx); err != nil {
				return followEnd(err)
			}
		case err == io.EOF:
			idle(1, 1)
			return nil
		default:
			return err
		}
	}
	return nil
}

// spoolSegment is how long a part of a spool gets; two are kept.
const spoolSegment = 1 << 30

// spool records what the screen may want to read back when nobody asked for a
// recording: in private files that are removed at the end, the latest two
// parts of it.
type spool struct {
	create func(path string) (*recordings.Writer, error)
	dir    string
	tell   teller
	length int64 // of a part

	mu      sync.Mutex
	writer  *recordings.Writer
	parts   []spoolPart // the latest is being written
	failed  bool
	behind  bool            // something is not in the file yet
	waiting []chan struct{} // for that
}

type spoolPart struct {
	path   string
	number int64
}

// partBits is where the number of the part begins in what at gives.
const partBits = 40

func newSpool(dir string, create func(string) (*recordings.Writer, error), tell teller) (*spool, error) {
	s := &spool{create: create, dir: dir, tell: tell, length: spoolSegment}
	return s, s.begin()
}

// begin begins a part, and removes the one before the last.
func (s *spool) begin() error {
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

// at is where the exchange that begins now will be.
func (s *spool) at() int64 {
	if s.failed {
		return -1
	}
	return s.parts[len(s.parts)-1].number<<partBits | s.writer.Offset()
}

func (s *spool) Event(e decode.Event) {
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

// check gives the spool up when the disk is full, say: the screen goes on.
func (s *spool) check(err error) {
	if err != nil && !s.failed {
		s.failed = true
		s.tell("calls can no longer be looked into, traffic goes on: %v", err)
	}
}

// settle waits until what came before is in the file. It is written in few
// and large pieces, as it is read now and then only.
func (s *spool) settle(ctx context.Context) {
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

func (s *spool) Exchange(ctx context.Context, id decode.ExchangeID, at int64, deliver func(decode.Event), idle func()) error {
	s.settle(ctx)
	offset, number := at&(1<<partBits-1), at>>partBits
	if s.list()[0].number > number {
		return errors.New("this call is too long ago: without -o only the last gigabyte or two can be looked into")
	}
	return untilOver(ctx, func(ctx context.Context, deliver func(decode.Event)) error {
		return s.through(ctx, number, func(a fileArchive) error {
			err := a.Exchange(ctx, id, offset, deliver, idle)
			offset = 0
			return err
		})
	}, deliver)
}

// through reads one part after the other, also those that come.
func (s *spool) through(ctx context.Context, number int64, read func(fileArchive) error) error {
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
		if err := read(fileArchive{path: parts[i].path, grows: true}); err != nil {
			return err
		}
		number = parts[i].number + 1
	}
	return nil
}

// partPatience is how long to wait before looking for the next part again.
const partPatience = 20 * time.Millisecond

// size is how much the parts are that are kept.
func (s *spool) size() (n int64) {
	for _, p := range s.list() {
		n += fileArchive{path: p.path}.size()
	}
	return n
}

func (s *spool) list() []spoolPart {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]spoolPart(nil), s.parts...)
}

// Scan goes through the parts, and tells how far it is of all of them.
func (s *spool) Scan(ctx context.Context, deliver func(decode.Event), idle func(done, all int64)) error {
	var before int64
	return s.through(ctx, 0, func(a fileArchive) error {
		err := a.Scan(ctx, deliver, func(done, all int64) {
			parts := s.list()
			if latest := parts[len(parts)-1]; done >= all && latest.path == a.path {
				idle(1, 1)
				return
			}
			if done >= all {
				done = a.size()
			}
			idle(before+done, max(s.size(), before+done+1))
		})
		before += a.size()
		return err
	})
}

// copy delivers what there is by now. What began in a part that is gone is
// left out: there is no head of it.
func (s *spool) copy(ctx context.Context, deliver func(decode.Event) error) error {
	ctx, enough := context.WithCancel(ctx)
	defer enough()
	s.settle(ctx)
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

// Flush is called many times a second. Only who reads wants it done at once.
func (s *spool) Flush() {
	s.mu.Lock()
	s.behind = true
	read := len(s.waiting) > 0
	s.mu.Unlock()
	if read {
		s.flush()
	}
}

func (s *spool) Tick(now time.Duration) {
	if !s.failed {
		s.writer.Tick(now)
	}
	s.flush()
}

func (s *spool) flush() {
	if !s.failed {
		s.check(s.writer.Flush())
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.behind = false
	for _, w := range s.waiting {
		close(w)
	}
	s.waiting = nil
}

func (s *spool) close() {
	s.flush()
	_ = s.writer.Close()
	_ = os.RemoveAll(s.dir)
}
