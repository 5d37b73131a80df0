package recordings

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"strconv"
	"time"

	"github.com/klauspost/compress/zstd"

	"github.com/dockwire/dockwire/decode"
	v1 "github.com/dockwire/dockwire/recordings/v1"
)

// Reader reads a recording of any version. A recording is untrusted: lines
// are bounded, nothing in one is run or followed.
type Reader struct {
	lines    *lines
	line     []byte
	position // of line
	header   Header
	decoder  decoder               // of line
	decoders func() func() decoder // makes what makes further ones
	ahead    readAhead
	says     v1.Says       // what the last line says that could be read,
	now      time.Duration // and when it was
	open     *unfinished
	closers  []func()
	tail     *tail // set by Follow
	warned   bool
	err      error

	resumed int64 // see Resume
	again   map[decode.ExchangeID]bool
}

// LineError is the error of a line that could not be read. Reading may go on after
// it.
type LineError struct {
	Line int // from 1
	Err  error
}

func (e *LineError) Error() string { return "line " + strconv.Itoa(e.Line) + ": " + e.Err.Error() }
func (e *LineError) Unwrap() error { return e.Err }

// Open opens a recording, compressed or not, and reads its header.
func Open(path string) (*Reader, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	r, err := NewReader(f)
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	r.closers = append(r.closers, func() { f.Close() })
	r.readsBeside(f)
	return r, nil
}

// readsBeside lets a goroutine read what is in a file: bytes that are still to come,
// through a pipe say, may never do.
func (r *Reader) readsBeside(f *os.File) {
	info, err := f.Stat()
	r.ahead.beside = err == nil && info.Mode().IsRegular()
}

// zstdMagic begins a Zstandard frame (RFC 8878 section 3.1.1).
var zstdMagic = []byte{0x28, 0xb5, 0x2f, 0xfd}

// NewReader reads a recording from a stream.
func NewReader(in io.Reader) (*Reader, error) {
	first := make([]byte, len(zstdMagic))
	n, err := io.ReadFull(in, first)
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
		return nil, err
	}
	r := &Reader{}
	if bytes.Equal(first[:n], zstdMagic) {
		// One at a time means that the decoder has no goroutines. Its memory is
		// bounded by the window; the output is not kept in memory.
		dec, err := zstd.NewReader(io.MultiReader(bytes.NewReader(first), in), zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(8<<20))
		if err != nil {
			return nil, err
		}
		r.closers = append(r.closers, dec.Close)
		r.lines = newLines(nil, dec)
	} else {
		r.lines = newLines(first[:n], in)
	}
	if err := r.readHeader(); err != nil {
		r.Close()
		return nil, err
	}
	return r, nil
}

// Interrupt makes a read that is under way end soon, and every later one. It
// may be called from any goroutine.
func (r *Reader) Interrupt() { r.lines.interrupted.Store(true) }

func (r *Reader) readHeader() error {
	// What is no recording need not have lines, nor an end.
	if first := r.lines.peek(len(magic)); len(first) == len(magic) && first[0] != '{' {
		return errForeign
	}
	line, err := r.lines.read()
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF):
		return errors.New("the compressed recording is cut off within its first line")
	case err == io.EOF && r.lines.rest() == 0:
		return errors.New("the file is empty: not a dockwire recording, or one that was never begun")
	case err == io.EOF:
		line = r.lines.buf[r.lines.start:r.lines.end]
		if _, err := version(line); err != nil {
			return err
		}
		return errors.New("the recording ends within its first line")
	case err != nil:
		return fmt.Errorf("reading the recording's first line: %w", err)
	}
	v, err := version(line)
	if err != nil {
		return err
	}
	r.line, r.position, r.decoders, r.open = line, r.lines.position, versions[v], &unfinished{exchanges: map[decode.ExchangeID]begun{}, conns: map[decode.ConnID]bool{}}
	r.decoder = r.decoders()()
	r.header, err = r.decoder.Header(line)
	return err
}

// Header returns the first line.
func (r *Reader) Header() Header { return r.header }

// Stopped reports whether the last line read says that the recording ended
// in order. Without such a line it was cut off, or goes on.
func (r *Reader) Stopped() bool { return r.says.Stop }

// Next returns the next event, or io.EOF at the end. The event is valid until
// the next call. Events that this program does not know are skipped. A line
// that cannot be read gives a *LineError, after which Next may be called on; a
// torn last line gives a decode.Mark that says so.
func (r *Reader) Next() (decode.Event, error) {
	for {
		if e := r.event(); e != nil {
			return e, nil
		}
		if r.err != nil {
			return nil, r.err
		}
		line, err := r.advance()
		for err == nil && line.left.exchange != 0 {
			line, err = r.advance()
		}
		switch {
		case err != nil:
			err = r.ended(err)
			if !r.torn(err) {
				return nil, err
			}
			r.warned = true
			return &decode.Mark{Origin: decode.Origin{Time: r.now}, Text: r.tornText()}, nil
		case line.err != nil:
			return nil, &LineError{line.number, line.err}
		}
	}
}

// All yields what Next returns, up to the end. A reader may go on after a *LineError,
// and ends at any other error.
func (r *Reader) All() iter.Seq2[decode.Event, error] {
	return func(yield func(decode.Event, error) bool) {
		for {
			e, err := r.Next()
			var line *LineError
			if err == io.EOF || !yield(e, err) || err != nil && !errors.As(err, &line) {
				return
			}
		}
	}
}

// event returns the next event of the line that was parsed, or nil.
func (r *Reader) event() decode.Event {
	if e := r.open.next(); e != nil {
		return e
	}
	e := r.decoder.Next()
	if e != nil {
		r.open.see(e, r.decoder.Says())
	}
	return e
}

// NextLine goes to the next line and returns it without looking at it, for
// tools that rewrite recordings and keep what they do not know. The line is
// valid until the next call. It is not for readers on which Next is called, too.
func (r *Reader) NextLine() ([]byte, error) {
	if r.err != nil {
		return nil, r.err
	}
	line, err := r.lines.read()
	for err == nil && r.skips(line) {
		line, err = r.lines.read()
	}
	r.position = r.lines.position
	switch {
	case err == nil:
		r.line = line
		return line, nil
	case err == errTooLong:
		return nil, &LineError{r.number, err}
	}
	return nil, r.ended(err)
}

// ended turns the error of a read into that of the reader, which stays, but for the
// end of a file that may grow.
func (r *Reader) ended(err error) error {
	switch {
	case err == io.EOF:
		return err
	case errors.Is(err, io.ErrUnexpectedEOF):
		r.err = io.EOF // a compressed file that was cut
		r.warned = r.warned && r.lines.rest() == 0
	default:
		r.err = fmt.Errorf("reading the recording: %w", err)
	}
	return r.err
}

// torn reports whether there is something to say about the end of the file.
func (r *Reader) torn(err error) bool {
	return err == io.EOF && !r.warned && r.tail == nil && (r.lines.rest() > 0 || r.err != nil)
}

func (r *Reader) tornText() string {
	if r.err != nil {
		return "the compressed recording is cut off: what was written last is lost"
	}
	return "the last line is torn: " + strconv.FormatInt(r.lines.rest(), 10) + " bytes are left out"
}

// Torn says what the file lacks at its end, once Next has come there; "" if
// nothing.
func (r *Reader) Torn() string {
	if !r.warned {
		return ""
	}
	return r.tornText()
}

// Line returns the line of the latest event, or the one that could not be read, as it is
// in the file: it is valid until the next call of Next, and nil when it is too long. It
// also returns the offset at which the line begins, in bytes (of the text, when that is
// compressed), and its number from 1.
func (r *Reader) Line() (line []byte, offset int64, number int) { return r.line, r.offset, r.number }

// Close closes the file, if Open or Follow opened one.
func (r *Reader) Close() error {
	r.Interrupt()
	r.ahead.wait()
	for _, c := range r.closers {
		c()
	}
	r.closers = nil
	r.err = cmp.Or(r.err, os.ErrClosed)
	return nil
}
