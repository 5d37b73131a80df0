package cells

import (
	"bytes"
	"fmt"
	"time"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/ui/model"
	"github.com/dockwire/dockwire/ui/safe"
	"github.com/dockwire/dockwire/ui/text"
)

// maxLanes bounds the lines of a stream that are shown; the latest count.
const maxLanes = 20_000

// IsTerminal says whether what the daemon streams is a terminal's output, or
// may be one: a WebSocket does not say.
func IsTerminal(d *model.Detail) bool {
	c := d.Response.Content
	return (c == decode.ContentRaw || c == decode.ContentWSData) && d.Response.Size > 0
}

// Stream shows what streamed in lanes: stdin, stdout and stderr, each line
// with the time after the beginning of the stream. terminal shows a TTY's
// output as its terminal showed it, which had these sizes. JSON values are told
// in words.
func Stream(d *model.Detail, sizes []model.TerminalSize, clock Clock, width int, terminal bool) []Line {
	p := page{width: max(width, 20)}
	if len(d.Pieces) == 0 {
		p.lines = append(p.lines, Make(Dim, "nothing has streamed"))
		return p.lines
	}
	if !d.Hijack && !d.Request.Streams() && !d.Response.Streams() {
		p.lines = append(p.lines, Make(Dim, "not a stream: see Request and Response"))
		return p.lines
	}
	if d.Response.Content == decode.ContentJSONStream && !d.Request.Streams() {
		p.progress(d, clock)
		return p.lines
	}
	if terminal && IsTerminal(d) {
		p.terminal(d, sizes)
		return p.lines
	}
	p.lanes(d)
	if d.Cut > 0 {
		p.lines = append(p.lines, Make(Warn, "… "+text.Size(d.Cut)+" more are recorded than are shown here"))
	}
	return p.lines
}

// lane is a direction or stdcopy stream, and its line that is not over.
type lane struct {
	name string
	role Role
	part []byte
	at   time.Duration
}

func (p *page) lanes(d *model.Detail) {
	byName := map[string]*lane{}
	var last *lane
	start := d.Start
	flush := func(l *lane) {
		if l == nil || len(l.part) == 0 {
			return
		}
		p.lines = append(p.lines, p.lane(l, l.at-start, l.part))
		l.part = nil
	}
	for i := range d.Pieces {
		c := &d.Pieces[i]
		name, role := laneOf(c)
		l := byName[name]
		if l == nil {
			l = &lane{name: name, role: role}
			byName[name] = l
		}
		if last != l {
			flush(last) // what another says comes between
			last = l
		}
		for b := c.Bytes; len(b) > 0; {
			if len(l.part) == 0 {
				l.at = c.At
			}
			n := bytes.IndexByte(b, '\n') + 1
			if n == 0 {
				n = len(b)
			}
			l.part = append(l.part, b[:n]...)
			if b[n-1] == '\n' {
				flush(l)
			}
			b = b[n:]
		}
	}
	flush(last)
	if n := len(p.lines) - maxLanes; n > 0 {
		p.lines = append([]Line{Make(Warn, fmt.Sprintf("… %d earlier lines are not shown", n))}, p.lines[n:]...)
	}
}

func (p *page) lane(l *lane, at time.Duration, b []byte) Line {
	var line Line
	line.Add(Dim, Fit("+"+text.Took(at), 8, true)+" ")
	line.Add(l.role, Fit(l.name, 6, false)).Add(Dim, " │ ")
	b = bytes.TrimRight(b, "\r\n")
	line.Add(Text, safe.Cut(expandTabs(b), maxString))
	return line
}

func laneOf(c *model.Piece) (string, Role) {
	switch {
	case c.Dir == decode.Request:
		return "stdin", Outward
	case c.Fd == 0:
		return "echo", Outward
	case c.Fd == 2:
		return "stderr", Bad
	case c.Fd == 3:
		return "daemon", Alarm
	case c.Fd == 1:
		return "stdout", Good
	}
	return "output", Good
}
