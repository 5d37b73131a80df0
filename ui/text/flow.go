package text

import (
	"bytes"
	"strings"
	"time"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/engine"
	"github.com/dockwire/dockwire/decode/exchange"
)

const (
	// burst is how many lines of a direction of one exchange are printed in a
	// second; what comes faster is counted, and the latest of it shown.
	burst = 20
	// bufferBytes is how much of a held piece is kept, enough for a line.
	bufferBytes = 1 << 10
	// plainData is how many columns of a piece are shown without a width.
	plainData = 160
)

// flow bounds how many lines a direction of a stream makes.
type flow struct {
	second time.Duration // begin of the second that is counted
	lines  int           // printed in it
	held   int           // pieces held back since the last line
	size   int64         // their bytes
	since  time.Duration // when the first of them came
	fd     int
	at     time.Duration // of the latest of them
	latest []byte        // its beginning
}

// data prints a piece of a stream.
func (p *Printer) data(x *exchange.Exchange, e *decode.Data) {
	if !p.o.Streams || !streams(x, e.Dir) {
		return
	}
	s := p.announced(x)
	if s == nil || blank(x, e) || !p.o.All && isTrace(x, e) {
		return
	}
	f := &s.flow[e.Dir]
	if !p.o.All && !f.admit(e, x.Side(e.Dir).Content == decode.ContentJSONStream) {
		return
	}
	p.held(x, e.Dir, f)
	p.piece(x, e.Time, e.Dir, e.Fd, e.Bytes, int64(len(e.Bytes)))
}

// blank says that a value is an empty line of output, as the classic builder
// sends after each step.
func blank(x *exchange.Exchange, e *decode.Data) bool {
	if e.Dir != decode.Response || x.Response.Content != decode.ContentJSONStream || len(e.Bytes) > maxBlank {
		return false
	}
	var v engine.Progress
	v.Add(e.Bytes)
	return v.Blank
}

// isTrace says that a value is BuildKit's progress in base64, which is printed
// as the steps of the build.
func isTrace(x *exchange.Exchange, e *decode.Data) bool {
	return x.Build != nil && e.Dir == decode.Response && bytes.HasPrefix(e.Bytes, []byte(`{"id":"moby.buildkit.trace"`))
}

// maxBlank is the longest value that is looked at for being blank.
const maxBlank = 64

// streams says whether that direction carries what a person follows.
func streams(x *exchange.Exchange, d decode.Direction) bool {
	c := x.Response.Content
	if c == decode.ContentHTTP2 || c == decode.ContentWebSocket {
		return false
	}
	if d == decode.Request {
		return x.State == exchange.Hijacked // before that it is the request's body
	}
	return x.Response.Streams()
}

// admit says whether a piece may be printed, and holds it back otherwise.
func (f *flow) admit(e *decode.Data, isJSON bool) bool {
	if e.Time-f.second >= time.Second {
		f.second, f.lines = e.Time, 0
	}
	limit := burst
	// Layers report their progress many times a second.
	progress := isJSON && bytes.Contains(e.Bytes, []byte(`"current":`))
	if progress {
		limit = 1
	}
	if f.lines < limit {
		f.lines++
		return true
	}
	if f.held == 0 {
		f.since = e.Time
	}
	f.held++
	f.size += int64(len(e.Bytes))
	f.at, f.fd = e.Time, e.Fd
	f.latest = append(f.latest[:0], e.Bytes[:min(len(e.Bytes), bufferBytes)]...)
	return false
}

// overdue prints what was held back for a second.
func (p *Printer) overdue(x *exchange.Exchange, s *shown) {
	for d := range s.flow {
		if f := &s.flow[d]; f.held > 0 && p.now-f.since >= time.Second {
			p.held(x, decode.Direction(d), f)
		}
	}
}

// flows prints what is held back of an exchange.
func (p *Printer) flows(x *exchange.Exchange, s *shown) {
	if s == nil {
		return
	}
	for d := range s.flow {
		p.held(x, decode.Direction(d), &s.flow[d])
	}
}

// held prints one line for all that was held back.
func (p *Printer) held(x *exchange.Exchange, d decode.Direction, f *flow) {
	if f.held == 0 {
		return
	}
	if f.held == 1 && f.size == int64(len(f.latest)) {
		p.piece(x, f.at, d, f.fd, f.latest, f.size)
	} else {
		noun := "piece"
		switch {
		case x.Side(d).Content == decode.ContentJSONStream:
			noun = "value"
		case f.fd != decode.NoFd:
			noun = "frame"
		}
		p.group(x)
		p.begin(f.at, x.ID)
		p.line.text(dim, "  │ ", -1)
		p.line.text(dim, "… "+counted(f.held, "more "+noun)+", "+size(f.size), p.room(0))
		if noun == "value" {
			p.line.text(dim, ", now ", p.room(0))
			p.value(f.latest)
		}
		p.emit()
	}
	f.held, f.size, f.latest = 0, 0, f.latest[:0]
}

// directionEnd says that the client closed its half of a stream, which is
// what makes many programs end, and why a WebSocket was closed.
func (p *Printer) directionEnd(x *exchange.Exchange, e *decode.DirectionEnd) {
	why := ""
	for _, f := range e.Trailer {
		if f.Name == decode.CloseField {
			why = f.Value
		}
	}
	if e.Dir != decode.Request && why == "" || !p.o.Streams || !streams(x, e.Dir) {
		return
	}
	s := p.announced(x)
	if s == nil {
		return
	}
	p.held(x, e.Dir, &s.flow[e.Dir])
	p.group(x)
	p.begin(e.Time, x.ID)
	p.line.text(dim, "  │ ", -1)
	name, st := lane(e.Dir, decode.NoFd)
	p.line.text(st, strings.TrimSpace(name), -1)
	p.line.text(dim, " closed", -1)
	if why != "" {
		p.line.text(dim, ": "+why, p.room(0))
	}
	p.emit()
}
