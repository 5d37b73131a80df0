package cells

import (
	"bytes"
	"cmp"
	"time"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/ui/model"
	"github.com/dockwire/dockwire/ui/safe"
	"github.com/dockwire/dockwire/ui/text"
)

// IsTerminal says whether what the daemon streams is a terminal's output, or
// may be one: a WebSocket does not say.
func IsTerminal(d *model.Detail) bool {
	c := d.Response.Content
	return (c == decode.ContentRaw || c == decode.ContentWSData) && d.Response.Size > 0
}

// IsStream reports whether an exchange has a part that came bit by bit.
func IsStream(d *model.Detail) bool {
	return d.Hijack || d.Request.Streams() || d.Response.Streams() || d.Response.Content == decode.ContentGRPC
}

// Stream shows what streamed in lanes: stdin, stdout and stderr, each line
// with the time after the beginning of the stream. terminal shows a TTY's
// output as its terminal showed it, which had these sizes. JSON values are shown
// in words.
func Stream(d *model.Detail, sizes []model.TerminalSize, clock Clock, width int, terminal bool) Source {
	p := page{width: max(width, 20)}
	switch {
	case len(d.Pieces) == 0:
		return Fixed{Make(Dim, "nothing has streamed")}
	case !IsStream(d):
		return Fixed{Make(Dim, "not a stream: see Request and Response")}
	case d.Response.Content == decode.ContentJSONStream && !d.Request.Streams():
		p.progress(d, clock)
		return Fixed(p.lines)
	case terminal && IsTerminal(d):
		return terminalLines(d, sizes)
	}
	return lanesOf(d)
}

// lanes are the lines of a stream, each with the lane that it is in. They are
// written out when they are seen: there may be a hundred thousand.
type lanes struct {
	start   time.Duration
	lines   []laneLine
	skipped int64 // bytes that are missing; the line then has no lane
}

type laneLine struct {
	lane *lane
	at   time.Duration
	text []byte
}

// lane is a direction or stdcopy stream, and its line that is not over.
type lane struct {
	name string
	role Role
	part []byte
	at   time.Duration
}

// maxLine bounds the bytes of a line that is put together from pieces.
const maxLine = 64 << 10

func lanesOf(d *model.Detail) *lanes {
	s := &lanes{start: d.Start, skipped: d.Skipped}
	byName := map[string]*lane{}
	var last *lane
	asked := int64(0) // bytes of the request so far: its body comes before what streams
	flush := func(l *lane) {
		if l != nil && len(l.part) > 0 {
			s.lines = append(s.lines, laneLine{l, l.at, l.part})
			l.part = nil
		}
	}
	for i := range d.Pieces {
		c := &d.Pieces[i]
		if i == d.Gap && d.Skipped > 0 {
			flush(last)
			s.lines = append(s.lines, laneLine{at: c.At})
		}
		name, role := laneOf(d, c, c.Dir == decode.Request && asked < d.Request.Length)
		if c.Dir == decode.Request {
			asked += int64(len(c.Bytes))
		}
		l := byName[name]
		if l == nil {
			l = &lane{name: name, role: role}
			byName[name] = l
		}
		if last != l {
			flush(last) // another lane's bytes come between
			last = l
		}
		for b := c.Bytes; len(b) > 0; {
			n := cmp.Or(bytes.IndexByte(b, '\n')+1, len(b))
			if len(l.part) == 0 {
				l.at, l.part = c.At, b[:n:n] // shared as long as it is whole
			} else {
				l.part = append(l.part, b[:n]...)
			}
			if b[n-1] == '\n' || len(l.part) > maxLine {
				flush(l)
			}
			b = b[n:]
		}
	}
	flush(last)
	return s
}

func (s *lanes) Len() int { return len(s.lines) }

func (s *lanes) Line(i, _ int) Line {
	l := &s.lines[i]
	if l.lane == nil {
		return Make(Warn, "… "+text.Size(s.skipped)+" in the middle are recorded and not shown here: print --body shows them")
	}
	var line Line
	line.Add(Dim, Fit("+"+text.Took(l.at-s.start), 8, true)+" ")
	line.Add(l.lane.role, Fit(l.lane.name, 6, false)).Add(Dim, " │ ")
	return *line.Add(Text, safe.Cut(expandTabs(bytes.TrimRight(l.text, "\r\n")), maxString))
}

// laneOf names the lane of a piece; body says that it is the request's body,
// before which nothing can stream.
func laneOf(d *model.Detail, c *model.Piece, body bool) (string, Role) {
	switch {
	case d.Response.Content == decode.ContentGRPC || d.Request.Content == decode.ContentGRPC:
		if (c.Dir == decode.Request) != d.ByDaemon {
			return "client", Outward
		}
		return "daemon", Good
	case body:
		return "body", Outward
	case c.Dir == decode.Request:
		return "stdin", Outward
	case c.Fd == 0:
		return "echo", Outward
	case c.Fd == 2:
		return "stderr", Warn
	case c.Fd == 3:
		return "daemon", Alarm
	case c.Fd == 1:
		return "stdout", Good
	}
	return "output", Good
}
