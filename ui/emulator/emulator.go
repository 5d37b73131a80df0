// Package emulator is a terminal without a display: it takes the bytes that a
// program writes to its terminal and says what they show. It knows nothing of the
// program. Start reading at Screen.
package emulator

import (
	"image/color"
	"io"

	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/vt"
)

// Cell is a place of a screen.
type Cell struct {
	Text            string // one character with its marks; "" behind a character of two cells
	FG, BG          Color
	Bold, Underline bool
}

// Color is a colour of the 256 that terminals number, or of all (0xRRGGBB),
// which does not use the first 256; or Default.
type Color uint32

// Default is whatever colour the terminal has of itself.
const Default Color = 1 << 24

// Screen is what a terminal shows. It is for one goroutine.
type Screen struct {
	vt   *vt.Emulator
	keep int // lines that scrolled out
}

// New makes a screen that remembers so many lines that scrolled out.
func New(columns, rows, keep int) *Screen {
	s := &Screen{vt: vt.NewEmulator(columns, rows), keep: keep}
	s.vt.SetScrollbackSize(max(keep, 1))
	// Nobody reads the terminal's answers: with the pipe closed they are dropped.
	if answers, ok := s.vt.InputPipe().(io.Closer); ok {
		_ = answers.Close()
	}
	return s
}

// Resize gives it another size.
func (s *Screen) Resize(columns, rows int) { s.vt.Resize(columns, rows) }

// maxWrite bounds one write: the emulator joins the marks of a character without
// a bound until a write ends.
const maxWrite = 4 << 10

// Write shows what a program has written.
func (s *Screen) Write(b []byte) {
	for len(b) > 0 {
		n := min(len(b), maxWrite)
		_, _ = s.vt.Write(b[:n])
		b = b[n:]
	}
}

// Cells is what is seen, by row and column, below what has scrolled out.
func (s *Screen) Cells() [][]Cell {
	var rows [][]Cell
	if back := s.vt.Scrollback(); back != nil && s.keep > 0 {
		for _, line := range back.Lines() {
			rows = append(rows, s.row(func(x int) *uv.Cell { return line.At(x) }))
		}
	}
	for y := range s.vt.Height() {
		rows = append(rows, s.row(func(x int) *uv.Cell { return s.vt.CellAt(x, y) }))
	}
	return rows
}

func (s *Screen) row(at func(x int) *uv.Cell) []Cell {
	row := make([]Cell, s.vt.Width())
	for x := range row {
		row[x] = Cell{Text: " ", FG: Default, BG: Default}
		c := at(x)
		if c == nil {
			continue
		}
		row[x].Text = c.Content
		if c.Content == "" && (x == 0 || c.Width > 0) {
			row[x].Text = " "
		}
		st := &c.Style
		row[x].FG, row[x].BG = colour(st.Fg), colour(st.Bg)
		if st.Attrs&uv.AttrReverse != 0 {
			row[x].FG, row[x].BG = row[x].BG, row[x].FG
		}
		row[x].Bold, row[x].Underline = st.Attrs&uv.AttrBold != 0, st.Underline != uv.UnderlineNone
	}
	return row
}

func colour(c color.Color) Color {
	switch c := c.(type) {
	case nil:
		return Default
	case ansi.BasicColor:
		return Color(c)
	case ansi.IndexedColor:
		return Color(c)
	}
	r, g, b, _ := c.RGBA()
	return Color(r>>8<<16 | g>>8<<8 | b>>8)
}
