package recordings

import (
	"fmt"
	"os"
	"time"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/recordings/v1"
)

// Writer writes a recording. It has no goroutine and no lock: one goroutine
// calls it.
//
// A line goes to the file in one write as soon as it is complete (with
// Options.Bursts, at the next Flush). The one other thing that is held back is
// the head of an exchange whose body may still fit into its line: at most one
// such head at a time, at most 64 KiB of its body, at most 100 ms (see Tick). Any event of another exchange or
// connection is written after it, so the file keeps the order of cause and
// effect. A process that is killed loses what is held and the line it was
// writing, nothing else.
type Writer struct {
	out  sink
	name string
	opt  Options
	keep int64 // Options.MaxBody, resolved
	line v1.Line
	hold hold
	open map[decode.ExchangeID]*exchange
	last *exchange // the one the latest event was of

	base      base
	now       int64 // µs of the latest line
	lines     int64
	written   int64 // bytes of text
	exchanges int64
	undecoded map[decode.ConnID]int64 // bytes kept of what could not be decoded
	dropped   int64
	err       error
	told      bool // Event has returned err

	series *series // nil: not a file of our own
}

// base is where a recording that is continued goes on.
type base struct {
	exchange decode.ExchangeID
	conn     decode.ConnID
	time     time.Duration
}

func newWriter(out sink, name string, o Options) *Writer {
	return &Writer{
		out: out, name: name, opt: o, keep: o.maxBody(),
		open: make(map[decode.ExchangeID]*exchange), undecoded: make(map[decode.ConnID]int64),
	}
}

// Event writes an event. The first error ends the recording (a disk that is
// full, say) and is returned once; later events are only counted, see
// Dropped.
func (w *Writer) Event(e decode.Event) error {
	if w.err != nil {
		return w.drop()
	}
	switch e := e.(type) {
	case *decode.Data:
		w.data(e)
	case *decode.RequestHead:
		w.request(e)
	case *decode.ResponseHead:
		w.response(e)
	case *decode.DirectionEnd:
		w.directionEnd(e)
	case *decode.ExchangeEnd:
		w.exchangeEnd(e)
	case *decode.InterimHead:
		w.interim(e)
	case *decode.Omitted:
		w.omitted(e)
	case *decode.Message:
		w.message(e)
	default:
		w.remark(e)
	}
	if w.series != nil {
		w.forget(e)
	}
	if w.err != nil {
		return w.drop()
	}
	return nil
}

// drop counts an event that comes too late. It returns the error unless Event
// has returned it before: Tick may have met it.
func (w *Writer) drop() error {
	w.dropped++
	if w.told {
		return nil
	}
	w.told = true
	return w.err
}

// Tick writes what has been waiting for longer than 100 ms. now is on the
// clock of the events. It is to be called several times a second.
func (w *Writer) Tick(now time.Duration) {
	if w.err != nil {
		return
	}
	if w.hold.on && now-w.hold.since >= holdTime {
		w.release()
	}
	if w.err == nil {
		w.fail(w.out.Tick(now))
	}
	w.tend(now)
}

// Flush writes the lines that Options.Bursts let wait. A head that waits for
// its body goes on waiting, see Tick.
func (w *Writer) Flush() error {
	if w.err == nil {
		w.fail(w.out.Flush())
	}
	return w.Err()
}

// Close writes the stop line and closes the file; it is safely on the disk
// when there is no error. When the recording had failed before, that error is
// returned.
func (w *Writer) Close() error {
	if w.series != nil && w.err == nil {
		w.look(w.series.looked)
	}
	if w.err == nil {
		w.release()
	}
	if w.err == nil {
		w.stop()
	}
	err := w.out.Close(w.err == nil)
	if w.err == nil {
		w.fail(err)
	}
	if w.err == nil && w.series != nil {
		return w.series.lost
	}
	return w.err
}

// Discard ends a recording that came to nothing. It removes a file that was made
// for it and has only its header.
func (w *Writer) Discard() error {
	empty := w.series != nil && w.lines == w.series.lines && w.base == (base{}) && w.err == nil
	err := w.Close()
	if empty && err == nil {
		err = os.Remove(w.series.path)
	}
	return err
}

// Err returns what ended the recording, if anything did.
func (w *Writer) Err() error { return w.err }

// Dropped returns how many events came after the recording had ended.
func (w *Writer) Dropped() int64 { return w.dropped }

// Lines returns how many lines were written, the header included.
func (w *Writer) Lines() int64 { return w.lines }

// stamp brings a time of an event to the file's: microseconds that never
// decrease.
func (w *Writer) stamp(t time.Duration) int64 {
	w.now = max(w.now, w.micros(t))
	return w.now
}

func (w *Writer) micros(t time.Duration) int64 {
	return int64((t + w.base.time) / time.Microsecond)
}

// put writes the line.
func (w *Writer) put() {
	if w.err != nil {
		return
	}
	if len(w.line) >= maxRead {
		w.line.TooLong(w.now)
	}
	w.line = append(w.line, '\n')
	err := w.out.Write(w.line)
	w.lines++
	w.written += int64(len(w.line))
	if w.series != nil {
		w.series.see(w.line)
	}
	w.fail(err)
}

// header writes the first line.
func (w *Writer) header() {
	w.headerLine()
	w.put()
}

func (w *Writer) headerLine() {
	h := w.opt.Header
	h.Limits = Limits{Inline: maxInline, Keep: w.keep}
	w.line.Header(&h)
}

func (w *Writer) fail(err error) {
	if err == nil || w.err != nil {
		return
	}
	w.err = fmt.Errorf("recording to %s stopped: %w", w.name, err)
	clear(w.open)
	w.last, w.hold.on = nil, false
}
