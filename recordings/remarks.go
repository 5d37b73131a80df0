package recordings

import (
	"path/filepath"
	"slices"
	"time"

	"github.com/dockwire/dockwire/decode"
)

// remark writes what is no part of a message.
func (w *Writer) remark(e decode.Event) {
	w.release()
	switch e := e.(type) {
	case *decode.ConnOpened:
		w.opened(e)
	case *decode.ConnClosed:
		l := w.place("close", &e.Origin)
		l.ending(e.By, e.How, e.Err)
	case *decode.Gap:
		l := w.place("drop", &e.Origin)
		l.str(`,"dir":`, dirName(e.Dir))
		l.int(`,"n":`, e.Bytes)
		l.opt(`,"why":`, e.Why)
	case *decode.Anomaly:
		w.anomaly(e)
	case *decode.Mark:
		l := w.place("mark", &e.Origin)
		l.str(`,"text":`, e.Text)
	default:
		return // an event this version of the format has no line for
	}
	w.line.raw("}")
	w.put()
}

// place begins a line that may be tied to an exchange, a connection or
// neither.
func (w *Writer) place(event string, o *decode.Origin) *line {
	t := w.stamp(o.Time)
	if o.Exchange != 0 {
		if x := w.open[o.Exchange+w.base.exchange]; x != nil {
			return w.begin(event, x, t)
		}
	}
	l := &w.line
	id := o.Exchange
	if id != 0 {
		id += w.base.exchange
	}
	l.begin(event, id, t)
	if o.Conn != 0 {
		l.int(`,"c":`, int64(w.conn(o.Conn)))
	}
	return l
}

func (w *Writer) opened(e *decode.ConnOpened) {
	l := w.place("conn", &e.Origin)
	w.peer(&e.Peer)
	l.opt(`,"listener":`, e.Listener)
	l.opt(`,"upstream":`, e.Upstream)
	if e.Dial != 0 {
		l.int(`,"dial":`, int64(e.Dial/time.Microsecond))
	}
}

// peer writes who the client is. Who sits at the machine is left out unless
// asked for.
func (w *Writer) peer(p *decode.Peer) {
	l := &w.line
	l.raw(`,"peer":{`)
	l.int(`"pid":`, int64(p.PID))
	if p.HasUID {
		l.int(`,"uid":`, int64(p.UID))
	}
	command := p.Command
	if w.opt.Peers {
		l.opt(`,"user":`, p.User)
	} else if len(command) > 0 {
		command = slices.Clone(command)
		command[0] = filepath.Base(command[0])
	}
	if len(command) > 0 {
		l.strings(`,"cmd":`, command)
	}
	l.opt(`,"addr":`, p.Address)
	l.opt(`,"cn":`, p.Name)
	l.raw("}")
}

// anomaly writes bytes that could not be decoded, in lines of at most 64 KiB.
func (w *Writer) anomaly(e *decode.Anomaly) {
	for b := e.Bytes; ; {
		piece := b[:min(len(b), maxInline)]
		b = b[len(piece):]
		l := w.place("anomaly", &e.Origin)
		l.str(`,"dir":`, dirName(e.Dir))
		l.str(`,"why":`, e.Reason)
		l.raw(",")
		l.value(piece, false)
		if len(b) == 0 {
			return
		}
		l.raw("}")
		w.put()
	}
}

// stop writes that the recording ended in order.
func (w *Writer) stop() {
	open := make([]decode.ExchangeID, 0, len(w.open))
	for id := range w.open {
		open = append(open, id)
	}
	slices.Sort(open)
	l := &w.line
	l.begin("stop", 0, w.now)
	l.int(`,"lines":`, w.lines+1)
	l.int(`,"exchanges":`, w.exchanges)
	l.ids(`,"open":`, open)
	l.raw("}")
	w.put()
}

func (l *line) ids(key string, list []decode.ExchangeID) {
	l.raw(key)
	l.raw("[")
	for i, id := range list {
		sep := ","
		if i == 0 {
			sep = ""
		}
		l.int(sep, int64(id))
	}
	l.raw("]")
}
