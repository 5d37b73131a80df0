package load

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"

	"github.com/klauspost/compress/zstd"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/recordings"
)

// source gives lines of a file back as events. It is safe for
// concurrent use.
type source struct {
	path   string
	f      *os.File
	header recordings.Header
	before int // lines of the files before
	mu     sync.Mutex
	free   []*reader
}

// reader is the memory one caller needs.
type reader struct {
	parser *recordings.LineParser
	buf    []byte
}

// events calls f with each event of a line. They are valid during the call.
func (s *source) events(l Line, f func(decode.Event) error) error {
	r := s.take()
	defer s.give(r)
	if cap(r.buf) < int(l.Length) {
		r.buf = make([]byte, l.Length)
	}
	r.buf = r.buf[:l.Length]
	if _, err := s.f.ReadAt(r.buf, l.Offset); err != nil {
		return fmt.Errorf("the recording changed while it was replayed: %w", err)
	}
	if err := r.parser.Parse(r.buf); err != nil {
		return fmt.Errorf("the recording changed while it was replayed: %w", err)
	}
	for e := r.parser.Next(); e != nil; e = r.parser.Next() {
		if err := f(e); err != nil {
			return err
		}
	}
	return nil
}

// maxFree and maxBuf bound the memory that is kept for the next caller.
const (
	maxFree = 16
	maxBuf  = 256 << 10
)

func (s *source) take() *reader {
	s.mu.Lock()
	defer s.mu.Unlock()
	if n := len(s.free); n > 0 {
		r := s.free[n-1]
		s.free = s.free[:n-1]
		return r
	}
	return &reader{parser: recordings.NewLineParser(s.header)}
}

func (s *source) give(r *reader) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.free) < maxFree && cap(r.buf) <= maxBuf {
		s.free = append(s.free, r)
	}
}

// maxText bounds the text of a compressed recording: a recording is untrusted.
const maxText = 64 << 30

// openText opens a recording so that it can be read at any offset. A
// compressed one is unpacked into a file that has no name any more.
func openText(path string) (*os.File, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	magic := make([]byte, 4)
	if n, _ := f.ReadAt(magic, 0); n < 4 || string(magic) != "\x28\xb5\x2f\xfd" { // RFC 8878 section 3.1.1
		return f, nil
	}
	defer f.Close()
	text, err := os.CreateTemp("", filepath.Base(path)+".*")
	if err != nil {
		return nil, err
	}
	if err := os.Remove(text.Name()); err != nil {
		// Windows removes no open file; it stays for its temporary folder's owner.
		_ = err
	}
	dec, err := zstd.NewReader(f, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(8<<20))
	if err == nil {
		defer dec.Close()
		// A file that was cut gives what was written up to there, and no stop line.
		if _, err = io.Copy(text, io.LimitReader(dec, maxText)); err == io.ErrUnexpectedEOF {
			err = nil
		}
	}
	if err == nil {
		_, err = text.Seek(0, io.SeekStart)
	}
	if err != nil {
		text.Close()
		return nil, fmt.Errorf("unpacking: %w", err)
	}
	return text, nil
}
