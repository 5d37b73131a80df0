package recordings

import (
	"bytes"
	"errors"
	"io"
	"os"
	"sync"
	"time"

	"github.com/klauspost/compress/zstd"
)

// sink is where lines go.
type sink interface {
	Write(line []byte) error
	Flush() error // what waits only for the next line of a burst
	Tick(now time.Duration) error
	Close(sync bool) error

	Size() int64                    // of the file
	FileState(path string) error    // what happened to the file that stood there
	Restart(beginning []byte) error // after the file was truncated
}

// newSink writes to a file that was opened for append, and is empty.
func newSink(f *os.File, path string, o Options) (sink, error) {
	if compressed(path) {
		return newZstdSink(f)
	}
	s := &plainSink{f: f, bursts: o.Bursts, most: burstSize}
	if o.Private {
		s.most = privateBurst
	}
	return s, nil
}

// How many bytes of whole lines may wait for Flush.
const (
	burstSize    = 64 << 10
	privateBurst = 1 << 20
)

// plainSink writes whole lines to a file opened for append: each with one
// write(2), or, in bursts, as many as came since the last Flush.
type plainSink struct {
	f      *os.File
	size   int64 // of the file, always the end of a line
	bursts bool
	burst  []byte
	most   int // bytes of a burst

	again func() []byte // what a file begins with that was truncated; nil: as it is
}

func (s *plainSink) Write(line []byte) error {
	if len(s.burst) == 0 && s.again != nil {
		if info, err := s.f.Stat(); err == nil && info.Size() < s.size {
			if err := s.Restart(s.again()); err != nil {
				return err
			}
		}
	}
	if !s.bursts {
		return s.put(line)
	}
	if len(s.burst)+len(line) > s.most {
		if err := s.Flush(); err != nil {
			return err
		}
	}
	s.burst = append(s.burst, line...)
	return nil
}

func (s *plainSink) Flush() error {
	if len(s.burst) == 0 {
		return nil
	}
	err := s.put(s.burst)
	s.burst = s.burst[:0]
	return err
}

func (s *plainSink) put(lines []byte) error {
	n, err := s.f.Write(lines)
	whole := bytes.LastIndexByte(lines[:n], '\n') + 1
	s.size += int64(whole)
	if err != nil && whole < n {
		// The disk is full: give back the part of a line that went in.
		err = errors.Join(err, s.f.Truncate(s.size))
	}
	return err
}

func (s *plainSink) Size() int64                 { return s.size }
func (s *plainSink) FileState(path string) error { return fileState(s.f, path, s.size) }

func (s *plainSink) Restart(beginning []byte) error {
	s.size = 0
	if err := s.f.Truncate(0); err != nil {
		return err
	}
	return s.put(beginning)
}

func (s *plainSink) Tick(time.Duration) error { return s.Flush() }

func (s *plainSink) Close(sync bool) error {
	var err error
	if sync {
		if err = s.Flush(); err == nil {
			err = s.f.Sync()
		}
	}
	return errors.Join(err, s.f.Close())
}

// zstdSink compresses beside its caller, who waits only when two blocks of
// 128 KiB are behind. What was written reaches the file 100 ms later at the
// latest; a file that is cut anywhere reads up to the last such flush.
type zstdSink struct {
	f       *os.File
	enc     *zstd.Encoder
	waiting bool
	since   time.Duration

	mu   sync.Mutex // the encoder writes from a goroutine of its own
	size int64
}

func newZstdSink(f *os.File) (*zstdSink, error) {
	s := &zstdSink{f: f}
	// Two at a time means that a block is compressed and written while the next
	// one fills.
	enc, err := zstd.NewWriter(s.counted(), zstd.WithEncoderConcurrency(2), zstd.WithEncoderLevel(zstd.SpeedFastest),
		zstd.WithWindowSize(1<<20), zstd.WithLowerEncoderMem(true))
	if err != nil {
		return nil, err
	}
	s.enc = enc
	return s, nil
}

// counted writes to the file and counts.
func (s *zstdSink) counted() io.Writer {
	return writerFunc(func(p []byte) (int, error) {
		s.mu.Lock()
		defer s.mu.Unlock()
		n, err := s.f.Write(p)
		s.size += int64(n)
		return n, err
	})
}

type writerFunc func(p []byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }

func (s *zstdSink) Size() int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.size
}

func (s *zstdSink) FileState(path string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return fileState(s.f, path, s.size)
}

func (s *zstdSink) Restart(beginning []byte) error {
	s.enc.Reset(s.counted()) // once it writes no more
	s.size = 0
	if err := s.f.Truncate(0); err != nil {
		return err
	}
	if err := s.Write(beginning); err != nil {
		return err
	}
	return s.enc.Flush()
}

func (s *zstdSink) Write(line []byte) error {
	s.waiting = true
	_, err := s.enc.Write(line)
	return err
}

func (s *zstdSink) Flush() error { return nil } // Tick does, see holdTime

func (s *zstdSink) Tick(now time.Duration) error {
	if !s.waiting || now-s.since < holdTime {
		return nil
	}
	s.waiting, s.since = false, now
	return s.enc.Flush()
}

func (s *zstdSink) Close(sync bool) error {
	var err error
	if sync {
		err = s.enc.Close()
	} else {
		s.enc.Reset(io.Discard) // once it writes no more
	}
	return errors.Join(err, (&plainSink{f: s.f}).Close(sync))
}
