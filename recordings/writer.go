package recordings

import (
	"os"
	"time"

	"github.com/dockwire/dockwire/decode"
)

// Writer writes a recording. One goroutine calls it; a compressed recording is
// compressed by another.
//
// A line goes to the file in one write as soon as it is complete (with
// Options.Bursts, at the next Flush). The one other thing that is held back is
// the head of an exchange whose body may still fit into its line: at most one
// such head at a time, at most 64 KiB of its body, at most 100 ms (see Tick).
// Any event of another exchange or connection is written after it, so the file
// keeps the order of cause and effect. A process that is killed loses what is
// held and the line it was writing, nothing else.
type Writer struct {
	keeper
	dropped int64
	told    bool // Event has returned the error
}

func newWriter(out sink, name string, o Options) *Writer {
	w := new(Writer)
	w.file = file{out: out, name: name, opt: o, keep: o.maxBody()}
	w.open, w.undecoded = make(map[decode.ExchangeID]*exchange), make(map[decode.ConnID]int64)
	return w
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
		w.series.forget(e, &w.places)
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
	clear(w.open)
	w.last = nil
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
	if w.err == nil && w.series != nil && w.series.tend(now) {
		w.release()
		w.stop()
		w.series.reopen(now)
	}
}

// Close writes the stop line and closes the file; it is safely on the disk
// when there is no error, unless Options.Private is set. When the recording had failed before, that error is
// returned.
func (w *Writer) Close() error {
	if w.series != nil && w.err == nil {
		w.series.look(w.series.looked)
	}
	if w.err == nil {
		w.release()
	}
	if w.err == nil {
		w.stop()
	}
	if w.err == nil && w.opt.Private {
		w.fail(w.out.Flush())
	}
	err := w.out.Close(w.err == nil && !w.opt.Private)
	if w.err == nil {
		w.fail(err)
	}
	if w.series.settle(); w.err != nil {
		w.series.unsettled()
	}
	if w.err == nil && w.series != nil {
		return w.series.lost
	}
	return w.err
}

// Discard ends a recording that came to nothing. It removes a file that was made
// for it and has only its header, and one that was to replace another.
func (w *Writer) Discard() error {
	if w.series.unsettled() {
		return w.out.Close(false)
	}
	empty := w.series != nil && w.lines == w.series.lines && w.base == (base{}) && w.err == nil
	err := w.Close()
	if empty && err == nil {
		err = os.Remove(w.series.path)
	}
	return err
}

// Dropped returns how many events came after the recording had ended.
func (w *Writer) Dropped() int64 { return w.dropped }
