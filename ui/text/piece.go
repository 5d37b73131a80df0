package text

import (
	"strings"
	"time"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/engine"
	"github.com/dockwire/dockwire/decode/exchange"
)

// piece prints one piece of a stream on one line; n is its whole size.
func (p *Printer) piece(x *exchange.Exchange, at time.Duration, d decode.Direction, fd int, b []byte, n int64) {
	p.group(x)
	p.begin(at, x.ID)
	l := &p.line
	l.text(dim, "  │ ", -1)
	if d == decode.Response && x.Response.Content == decode.ContentJSONStream {
		p.value(b)
		p.emit()
		return
	}
	name, st := lane(d, fd)
	l.text(st, name, -1)
	l.to(0)
	total := size(n)
	room := p.room(len(total) + 1)
	if room < 0 {
		room = plainData
	}
	if l.quoted(normal, b, room) || int64(len(b)) < n {
		l.to(p.room(0) + l.columns - len(total))
		l.text(dim, total, p.room(0))
	}
	p.emit()
}

func lane(d decode.Direction, fd int) (string, style) {
	switch {
	case d == decode.Request:
		return "stdin ", outward
	case fd == 0:
		return "stdin echoed", outward
	case fd == 1:
		return "stdout", good
	case fd == 2:
		return "stderr", warn
	case fd == 3:
		return "daemon's error", alarm
	}
	return "output", good
}

// value adds one value of a JSON stream in words where they are known.
func (p *Printer) value(b []byte) {
	l := &p.line
	var v engine.Progress
	v.Add(b)
	switch {
	case v.Err != "":
		l.text(alarm, "error ", p.room(0))
		l.text(bad, v.Err, p.room(0))
	case v.Samples > 0:
		l.text(normal, strings.TrimSpace(v.CPUText()+"  memory "+size(v.Memory)), p.room(0))
		if v.MemoryMax > 0 {
			l.text(dim, " of "+size(v.MemoryMax), p.room(0))
		}
	case v.LastEvent != "":
		l.text(normal, v.LastEvent, p.room(0))
	case v.Status != "":
		l.text(normal, v.Status, p.room(0))
		if v.Total > 0 {
			l.text(dim, " "+size(v.Current)+" of "+size(v.Total), p.room(0))
		}
	case v.ImageID != "":
		l.text(normal, "image "+v.ImageID, p.room(0))
	case v.Digest != "":
		l.text(normal, "digest "+v.Digest, p.room(0))
	default:
		room := p.room(0)
		if room < 0 {
			room = plainData
		}
		l.text(normal, string(trimmed(b)), room)
	}
}

// trimmed is a value without the white space it ends with.
func trimmed(b []byte) []byte {
	for len(b) > 0 && (b[len(b)-1] == '\n' || b[len(b)-1] == '\r' || b[len(b)-1] == ' ') {
		b = b[:len(b)-1]
	}
	return b
}

// Piece is a piece of a stream for packages that show it elsewhere: what it is, and
// its text, which is not safe to show. What no person follows has no lane.
func Piece(x *exchange.Exchange, e *decode.Data) (name, says string) {
	if !streams(x, e.Dir) || blank(x, e) || isTrace(x, e) {
		return "", ""
	}
	if e.Dir == decode.Response && x.Response.Content == decode.ContentJSONStream {
		var v engine.Progress
		v.Add(e.Bytes)
		for _, s := range [...]string{v.Err, v.LastEvent, v.Status, v.ImageID, v.Digest} {
			if s != "" {
				return "progress", s
			}
		}
		return "progress", string(trimmed(e.Bytes))
	}
	name, _ = lane(e.Dir, e.Fd)
	return strings.TrimSpace(name), string(e.Bytes)
}
