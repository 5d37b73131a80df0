// Package emulator is a terminal without a display: it takes the bytes that a
// program writes to its terminal and says what they show. It knows nothing of the
// program. Start reading at Screen.
package emulator

import (
	"bytes"
	"slices"
	"unicode/utf8"

	"github.com/hinshun/vt10x"
)

// Cell is a place of a screen.
type Cell struct {
	Char            rune
	FG, BG          Color
	Bold, Underline bool
}

// Color is a colour of the 256 that terminals number, or of all (0xRRGGBB), of
// which does not use the first 256; or Default.
type Color uint32

// Default is whatever colour the terminal has of itself.
const Default Color = 1 << 24

// Screen is what a terminal shows. It is for one goroutine.
type Screen struct {
	columns, rows int
	vt            vt10x.Terminal
	part          []byte   // of a character that is not all there yet
	above         [][]Cell // what has scrolled out of sight
	keep          int      // lines of above
}

// New makes a screen that remembers so many lines that scrolled out.
func New(columns, rows, keep int) *Screen {
	return &Screen{columns: columns, rows: rows, vt: vt10x.New(vt10x.WithSize(columns, rows)), keep: keep}
}

// Resize gives it another size.
func (s *Screen) Resize(columns, rows int) {
	s.columns, s.rows = columns, rows
	s.vt.Resize(columns, rows)
}

// Write shows what a program has written.
func (s *Screen) Write(b []byte) {
	b = append(s.part, b...)
	n := whole(b)
	s.part = slices.Clone(b[n:])
	for b = b[:n]; len(b) > 0; {
		n := len(b)
		if i := bytes.IndexByte(b, '\n'); i >= 0 && s.keep > 0 {
			n = max(i, 1)
			if i == 0 {
				s.scroll()
			}
		}
		_, _ = s.vt.Write(b[:n])
		b = b[n:]
	}
}

// scroll remembers the first line when a line feed is about to push it out.
func (s *Screen) scroll() {
	if s.vt.Mode()&vt10x.ModeAltScreen != 0 || s.vt.Cursor().Y < s.rows-1 {
		return
	}
	s.above = append(s.above, s.row(0))
	if len(s.above) > s.keep {
		s.above = s.above[1:]
	}
}

// whole is how many bytes there are without a character that is cut off.
func whole(b []byte) int {
	for n := 1; n <= min(len(b), utf8.UTFMax-1); n++ {
		if at := len(b) - n; utf8.RuneStart(b[at]) {
			if utf8.FullRune(b[at:]) {
				break
			}
			return at
		}
	}
	return len(b)
}

// Cells is what is seen, by row and column, below what has scrolled out.
func (s *Screen) Cells() [][]Cell {
	rows := slices.Clone(s.above)
	for y := range s.rows {
		rows = append(rows, s.row(y))
	}
	return rows
}

// Attributes of a glyph, which vt10x does not export.
const (
	underline = 1 << 1
	bold      = 1 << 2
)

func (s *Screen) row(y int) []Cell {
	row := make([]Cell, s.columns)
	for x := range row {
		g := s.vt.Cell(x, y)
		c := Cell{Char: g.Char, FG: colour(g.FG), BG: colour(g.BG), Bold: g.Mode&bold != 0, Underline: g.Mode&underline != 0}
		if c.Char == 0 {
			c.Char = ' '
		}
		row[x] = c
	}
	return row
}

func colour(c vt10x.Color) Color { return min(Color(c), Default) }
