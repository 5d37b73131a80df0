package recordings

import (
	"maps"
	"path/filepath"
	"slices"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/recordings/v1"
)

// remark writes what is no part of a message.
func (w *Writer) remark(e decode.Event) {
	w.release()
	switch e := e.(type) {
	case *decode.ConnOpened:
		w.opened(e)
	case *decode.ConnClosed:
		delete(w.undecoded, e.Conn)
		w.line.ConnClosed(w.place(&e.Origin), e)
	case *decode.Gap:
		w.line.Gap(w.place(&e.Origin), e)
	case *decode.Anomaly:
		w.anomaly(e)
		return
	case *decode.ControlFrames:
		w.line.ControlFrames(w.place(&e.Origin), e)
	case *decode.Mark:
		w.line.Mark(w.place(&e.Origin), e.Text)
	default:
		return // an event this version of the format has no line for
	}
	w.put()
}

// place places a line that may be of an exchange, of a connection or of
// neither.
func (w *Writer) place(o *decode.Origin) v1.At {
	if o.Exchange == 0 {
		return v1.At{Conn: w.conn(o.Conn), Time: w.stamp(o.Time)}
	}
	id := o.Exchange + w.base.exchange
	if x := w.open[id]; x != nil {
		return w.at(x, o.Time)
	}
	return v1.At{Exchange: id, Conn: w.conn(o.Conn), Time: w.stamp(o.Time)}
}

// opened writes a connection. What identifies the user of the machine is left
// out unless asked for.
func (w *Writer) opened(e *decode.ConnOpened) {
	c := *e
	if p := &c.Peer; !w.opt.Peers {
		p.User = ""
		if len(p.Command) > 0 {
			p.Command = slices.Clone(p.Command)
			p.Command[0] = filepath.Base(p.Command[0])
		}
	}
	w.line.ConnOpened(w.place(&e.Origin), &c)
}

// anomaly writes bytes that could not be decoded, in lines of at most 64 KiB. Of
// a connection as many are kept as of a body.
func (w *Writer) anomaly(e *decode.Anomaly) {
	c := *e
	kept, left := e.Bytes, 0
	if w.keep >= 0 {
		kept = kept[:min(int64(len(kept)), w.keep-w.undecoded[e.Conn])]
		left = len(e.Bytes) - len(kept)
	}
	if len(kept) > 0 {
		w.undecoded[e.Conn] += int64(len(kept))
	}
	for {
		c.Bytes = kept[:min(len(kept), maxInline)]
		kept = kept[len(c.Bytes):]
		w.line.Anomaly(w.place(&e.Origin), &c)
		w.put()
		if len(kept) == 0 {
			break
		}
	}
	if left > 0 {
		w.line.Gap(w.place(&e.Origin), &decode.Gap{Dir: e.Dir, Bytes: int64(left), Why: "max-body"})
		w.put()
	}
}

// stop writes that the recording ended in order.
func (w *Writer) stop() {
	w.line.Stop(w.now, w.lines+1, w.exchanges, slices.Sorted(maps.Keys(w.open)))
	w.put()
}
