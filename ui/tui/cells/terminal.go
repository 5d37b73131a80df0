package cells

import (
	"fmt"
	"strings"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/ui/emulator"
	"github.com/dockwire/dockwire/ui/model"
	"github.com/dockwire/dockwire/ui/safe"
	"github.com/dockwire/dockwire/ui/text"
)

// The size of the terminal that output is played to, where the recording does not
// have it, and how many lines that scrolled out of it are shown.
const (
	ttyColumns  = 120
	ttyRows     = 40
	ttyScrolled = 5000
)

// terminalLines plays the output to a terminal of our own and shows its screen.
func terminalLines(d *model.Detail, sizes []model.TerminalSize) Source {
	size := "of an unknown size"
	if n := len(sizes); n > 0 {
		size = fmt.Sprintf("of %d × %d", sizes[n-1].Columns, sizes[n-1].Rows)
	}
	screen, ok := played(d, sizes)
	if !ok {
		return join(Fixed{Make(Warn, "the output could not be played; as bytes:")}, lanesOf(d))
	}
	head := Fixed{Make(Dim, "as the terminal "+size+" showed it (v: as bytes)"), {}}
	if d.Skipped > 0 {
		head[1] = Make(Warn, text.Size(d.Skipped)+" in the middle are recorded and were not played")
	}
	return join(head, Fixed(screen))
}

func played(d *model.Detail, sizes []model.TerminalSize) (lines []Line, ok bool) {
	defer func() {
		if recover() != nil { // untrusted bytes, in a parser that is not ours
			lines, ok = nil, false
		}
	}()
	s := emulator.New(ttyColumns, ttyRows, ttyScrolled)
	if len(sizes) > 0 { // the first comes a moment after the first output
		s = emulator.New(sizes[0].Columns, sizes[0].Rows, ttyScrolled)
		sizes = sizes[1:]
	}
	for i := range d.Pieces {
		p := &d.Pieces[i]
		for len(sizes) > 0 && sizes[0].At <= p.At {
			s.Resize(sizes[0].Columns, sizes[0].Rows)
			sizes = sizes[1:]
		}
		if p.Dir == decode.Response {
			s.Write(p.Bytes)
		}
	}
	last := 0
	for y, row := range s.Cells() {
		l := cellsLine(row)
		if l.Width() > 0 {
			last = y + 1
		}
		lines = append(lines, l)
	}
	return lines[:last], true
}

// cellsLine is a row of a terminal without the blanks at its end.
func cellsLine(row []emulator.Cell) Line {
	end := len(row)
	for end > 0 && row[end-1].Text == " " {
		end--
	}
	var l Line
	var run strings.Builder
	role := Text
	for _, c := range row[:end] {
		if r := cellRole(c); r != role {
			l.Add(role, safe.String(run.String()))
			run.Reset()
			role = r
		}
		run.WriteString(c.Text)
	}
	l.Add(role, safe.String(run.String()))
	return l
}

// cellRole turns the colours of terminals into roles, so that they suit the
// theme.
func cellRole(c emulator.Cell) Role {
	if c.FG == emulator.Default {
		if c.Bold {
			return Strong
		}
		return Text
	}
	return [...]Role{Dim, Bad, Good, Warn, Outward, Notice, Notice, Text}[basic(c.FG)]
}

// basic is the colour of the first eight that a colour is nearest to: the one
// in which it has the same parts of red, green and blue.
func basic(c emulator.Color) int {
	switch {
	case c < 16:
		return int(c % 8)
	case c >= 232 && c < 256: // greys
		return [...]int{0, 7}[(c-232)/12]
	case c < 256:
		n := c - 16
		c = n/36*51<<16 | n/6%6*51<<8 | n%6*51
	}
	red, green, blue := int(c>>16&255), int(c>>8&255), int(c&255)
	most := max(red, green, blue)
	n := 0
	for i, part := range [...]int{red, green, blue} {
		if part > most*2/3 {
			n |= 1 << i
		}
	}
	return n
}
