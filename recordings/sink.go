package recordings

import (
	"errors"
	"io"
	"os"
	"time"

	"github.com/klauspost/compress/zstd"
)

// sink is where lines go.
type sink interface {
	Write(line []byte) error
	Tick(now time.Duration) error
	Close(sync bool) error
}

// plainSink writes each line with one write(2) to a file opened for append.
type plainSink struct {
	f    *os.File
	size int64
}

func (s *plainSink) Write(line []byte) error {
	n, err := s.f.Write(line)
	if err != nil {
		if n > 0 {
			// The disk is full: give back the part of a line that went in.
			err = errors.Join(err, s.f.Truncate(s.size))
		}
		return err
	}
	s.size += int64(n)
	return nil
}

func (s *plainSink) Tick(time.Duration) error { return nil }

func (s *plainSink) Close(sync bool) error {
	var err error
	if sync {
		err = s.f.Sync()
	}
	return errors.Join(err, s.f.Close())
}

// zstdSink compresses. What was written reaches the file 100 ms later at the
// latest; a file that is cut anywhere reads up to the last such flush.
type zstdSink struct {
	f       *os.File
	enc     *zstd.Encoder
	waiting bool
	since   time.Duration
}

func newZstdSink(f *os.File) (*zstdSink, error) {
	// One at a time means that the encoder has no goroutines.
	enc, err := zstd.NewWriter(f, zstd.WithEncoderConcurrency(1), zstd.WithEncoderLevel(zstd.SpeedFastest),
		zstd.WithWindowSize(1<<20), zstd.WithLowerEncoderMem(true))
	if err != nil {
		return nil, err
	}
	return &zstdSink{f: f, enc: enc}, nil
}

func (s *zstdSink) Write(line []byte) error {
	s.waiting = true
	_, err := s.enc.Write(line)
	return err
}

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
	}
	return errors.Join(err, (&plainSink{f: s.f}).Close(sync))
}

// streamSink writes to anything.
type streamSink struct{ w io.Writer }

func (s streamSink) Write(line []byte) error {
	_, err := s.w.Write(line)
	return err
}

func (s streamSink) Tick(time.Duration) error { return nil }
func (s streamSink) Close(bool) error         { return nil }
