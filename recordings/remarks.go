package recordings

import (
	"maps"
	"path/filepath"
	"slices"

	"github.com/dockwire/dockwire/decode"
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

// stop writes that the recording ended in order.
func (w *Writer) stop() {
	w.line.Stop(w.now, w.lines+1, w.exchanges, slices.Sorted(maps.Keys(w.open)))
	w.put()
}
