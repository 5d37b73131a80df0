package cells

import (
	"bytes"
	"fmt"
	"time"

	"github.com/hinshun/vt10x"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/ui/model"
	"github.com/dockwire/dockwire/ui/safe"
	"github.com/dockwire/dockwire/ui/text"
)

// maxLanes bounds the lines of a stream that are shown; the latest count.
const maxLanes = 20_000

// IsTerminal says whether what the daemon streams is a terminal's output.
func IsTerminal(d *model.Detail) bool {
	return d.Response.Content == decode.ContentRaw && d.Response.Size > 0
}

// Stream shows what streamed in lanes: stdin, stdout and stderr, each line
// with the time after the beginning of the stream. terminal shows a TTY's
// output as its terminal showed it. JSON values are told in words.
func Stream(d *model.Detail, clock Clock, width int, terminal bool) []Line {
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
		p.terminal(d)
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

// Size of the terminal that output is played to, where nothing tells the one
// it had.
const (
	ttyColumns = 120
	ttyRows    = 200
)

// terminal plays the output to a terminal of our own and shows its screen.
func (p *page) terminal(d *model.Detail) {
	p.lines = append(p.lines, Make(Dim, "as the terminal showed it (v: as bytes)"), Line{})
	screen, ok := played(d)
	if !ok {
		p.lines = append(p.lines, Make(Warn, "the output could not be played; as bytes:"))
		p.lanes(d)
		return
	}
	p.lines = append(p.lines, screen...)
}

func played(d *model.Detail) (lines []Line, ok bool) {
	defer func() {
		if recover() != nil { // bytes of a stranger in a parser that is not ours
			lines, ok = nil, false
		}
	}()
	vt := vt10x.New(vt10x.WithSize(ttyColumns, ttyRows))
	for i := range d.Pieces {
		if p := &d.Pieces[i]; p.Dir == decode.Response {
			_, _ = vt.Write(p.Bytes)
		}
	}
	last := 0
	for y := range ttyRows {
		var l Line
		run, role := []rune{}, Text
		for x := range ttyColumns {
			g := vt.Cell(x, y)
			r := colourRole(g)
			if r != role {
				l.Add(role, safe.String(string(run)))
				run, role = run[:0], r
			}
			c := g.Char
			if c == 0 {
				c = ' '
			}
			run = append(run, c)
		}
		l.Add(role, safe.String(string(bytes.TrimRight([]byte(string(run)), " "))))
		if l.Width() > 0 {
			last = y + 1
		}
		lines = append(lines, l)
	}
	return lines[:last], true
}

// colourRole brings the sixteen colours of terminals to roles, so that they
// suit the theme.
func colourRole(g vt10x.Glyph) Role {
	if g.FG >= 16 {
		return Text
	}
	return [...]Role{Dim, Bad, Good, Warn, Outward, Notice, Notice, Text}[g.FG%8]
}
