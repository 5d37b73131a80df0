package recordings

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/dockwire/dockwire/decode"
)

// Offset is where in the file, in bytes of text, lines of events that are
// still to come begin: asked before the head of an exchange is written, it is
// a place from which on ReadExchangeAt finds the exchange.
func (w *Writer) Offset() int64 { return w.written }

// Numbered is the number that an exchange has in the file, which is another
// than its own when a recording was continued.
func (w *Writer) Numbered(id decode.ExchangeID) decode.ExchangeID { return id + w.base.exchange }

// ReadExchangeAt is ReadExchange for who knows an offset, in bytes of text, of
// a line at or before the exchange's first: see Reader.Line and Writer.Offset.
// It reads at most limit bytes of the exchange's lines, and tells by an
// Omitted that it stopped there. Of a recording that is being written it gives
// what there is.
func ReadExchangeAt(ctx context.Context, path string, offset int64, id decode.ExchangeID, limit int64) ([]decode.Event, error) {
	r, err := openAt(path, offset)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	events, err := r.exchangeWithin(ctx, id, limit)
	if err != nil {
		return events, fmt.Errorf("%s: %w", path, err)
	}
	return events, nil
}

// openAt opens a recording and goes to a line, where it can: a compressed one
// is read from its beginning.
func openAt(path string, offset int64) (*Reader, error) {
	r, err := Open(path)
	if err != nil || offset <= r.lines.offset || compressed(path) {
		return r, err
	}
	if err := r.seek(offset); err != nil {
		r.Close()
		return nil, err
	}
	r.warned = true // what is torn is not of interest here
	return r, nil
}

// seek goes to where a line begins, where the file is not compressed.
func (r *Reader) seek(offset int64) error {
	f, ok := r.lines.r.(*os.File)
	if !ok {
		return nil
	}
	if _, err := f.Seek(offset, io.SeekStart); err != nil {
		return err
	}
	r.lines = newLines(nil, f)
	r.lines.next = offset
	return nil
}

// Offset is where the line after the one read last begins, in bytes of text.
// What came before was delivered once Pending says no, to who resumed there,
// too, whose lines may still be on their way to it.
func (r *Reader) Offset() int64 { return max(r.lines.next, r.resumed) }

// Pending says that there is more in the line read last than was asked for.
func (r *Reader) Pending() bool { return r.version.pending() }

// Resume makes a reader that has read nothing yet go on at an Offset. Of what
// is before it, only the exchanges that were open there are read again, the
// first of which begins at from. Other lines are told by how they begin.
func (r *Reader) Resume(from, offset int64, open map[decode.ExchangeID]bool) error {
	if len(open) == 0 {
		from = offset
	}
	r.resumed, r.open = offset, open
	if from < r.lines.next || from > offset {
		return nil // as a whole, then
	}
	return r.seek(from)
}

// skips says whether a line was read before the reader was resumed.
func (r *Reader) skips(line []byte) bool {
	if r.lines.offset >= r.resumed {
		return false
	}
	_, x, ok := prefix(line)
	return !ok || !r.open[x]
}

func (r *Reader) exchangeWithin(ctx context.Context, id decode.ExchangeID, limit int64) ([]decode.Event, error) {
	var events []decode.Event
	for n := 0; ; n++ {
		if n%4096 == 0 && ctx.Err() != nil {
			return events, ctx.Err()
		}
		line, err := r.NextLine()
		var bad *LineError
		switch {
		case err == io.EOF:
			return events, nil
		case errors.As(err, &bad):
			continue
		case err != nil:
			return events, err
		}
		event, x, ok := prefix(line)
		if ok && x != id && string(event) != "resume" || r.version.parse(line) != nil {
			continue
		}
		for e := r.version.next(); e != nil; e = r.version.next() {
			if e.From().Exchange != id {
				continue
			}
			events = append(events, clone(e))
			if _, over := e.(*decode.ExchangeEnd); over {
				return events, nil
			}
		}
		if limit -= int64(len(line)); limit < 0 {
			o := decode.Origin{Exchange: id}
			if len(events) > 0 {
				o = *events[len(events)-1].From()
			}
			return append(events, &decode.Omitted{Origin: o, Dir: decode.Response, Why: "more is recorded than is read back at once"}), nil
		}
	}
}
