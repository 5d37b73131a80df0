// Package picture draws what a terminal shows as an SVG: for the README by
// ui/screens, and for users by ":export screen" and "doctor --picture". It must not know what the
// cells are about. Start reading at Draw.
package picture

import (
	"bytes"
	"fmt"
	"html"
	"strings"

	"github.com/dockwire/dockwire/ui/emulator"
)

// Size of a cell, and colours of a terminal that sets none, in the picture.
const (
	cellWidth  = 8.4
	cellHeight = 18
	margin     = 12

	Foreground emulator.Color = 0xd8dee6
	Background emulator.Color = 0x14181d
)

// style is how a cell looks.
type style struct {
	fg, bg          string
	bold, underline bool
}

// Draw draws cells as an SVG. Each run of text says its length, so that
// columns stay columns in any font; lines of boxes are drawn, not written, so
// that they join.
func Draw(out *bytes.Buffer, cells [][]emulator.Cell) {
	width, height := float64(len(cells[0]))*cellWidth+2*margin, len(cells)*cellHeight+2*margin
	fmt.Fprintf(out, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %.0f %d" width="%.0f" height="%d" font-family="ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono','Liberation Mono',monospace" font-size="14" xml:space="preserve">`+"\n", width, height, width, height)
	fmt.Fprintf(out, `<rect width="100%%" height="100%%" rx="8" fill="%s"/>`+"\n", colour(Background, ""))
	for y, row := range cells {
		for x := 0; x < len(row); {
			n, st := run(row[x:])
			place(out, x, y, row[x:x+n], st)
			x += n
		}
	}
	out.WriteString("</svg>\n")
}

// run is how many cells look the same from the first on, and how.
func run(row []emulator.Cell) (int, style) {
	st := styleOf(row[0])
	n := 1
	for n < len(row) && styleOf(row[n]) == st {
		n++
	}
	return n, st
}

func styleOf(c emulator.Cell) style {
	return style{colour(c.FG, colour(Foreground, "")), colour(c.BG, ""), c.Bold, c.Underline}
}

// colour is a colour of all of them; what the terminal decides stays ours.
func colour(c emulator.Color, own string) string {
	if c == emulator.Default || c < 256 {
		return own
	}
	return fmt.Sprintf("#%06x", uint32(c))
}

func place(out *bytes.Buffer, x, y int, cells []emulator.Cell, st style) {
	if st.bg != "" {
		rect(out, float64(x)*cellWidth, float64(y*cellHeight), float64(len(cells))*cellWidth, cellHeight, st.bg)
	}
	for i := 0; i < len(cells); {
		c := char(cells[i])
		n := 1
		switch strokes, drawn := boxes[c]; {
		case c == ' ':
		case drawn:
			for i+n < len(cells) && char(cells[i+n]) == c && !strokes.upright() {
				n++
			}
			strokes.draw(out, x+i, y, n, st.fg)
		default:
			n = word(cells[i:])
			write(out, x+i, y, cells[i:i+n], st)
		}
		i += n
	}
}

// char is the first rune of a cell, 0 behind a character of two cells.
func char(c emulator.Cell) rune {
	for _, r := range c.Text {
		return r
	}
	return 0
}

// word is how many cells are text with no more than one space in between.
func word(cells []emulator.Cell) int {
	n := 1
	for n < len(cells) {
		c := char(cells[n])
		if _, drawn := boxes[c]; drawn || c == ' ' && (n+1 == len(cells) || char(cells[n+1]) == ' ') {
			break
		}
		n++
	}
	return n
}

func write(out *bytes.Buffer, x, y int, cells []emulator.Cell, st style) {
	var text strings.Builder
	for _, c := range cells {
		text.WriteString(c.Text)
	}
	more := ""
	if st.bold {
		more += ` font-weight="bold"`
	}
	if st.underline {
		more += ` text-decoration="underline"`
	}
	fmt.Fprintf(out, `<text x="%.1f" y="%d" fill="%s" textLength="%.1f"%s>%s</text>`+"\n",
		margin+float64(x)*cellWidth, margin+y*cellHeight+13, st.fg, float64(len(cells))*cellWidth, more, html.EscapeString(text.String()))
}

func rect(out *bytes.Buffer, x, y, width, height float64, fill string) {
	fmt.Fprintf(out, `<rect x="%.1f" y="%.1f" width="%.1f" height="%.1f" fill="%s"/>`+"\n", margin+x, margin+y, width, height, fill)
}

// box is a character of lines: how thick it is to each side of its middle.
type box struct{ left, right, up, down float64 }

var boxes = map[rune]box{
	'┌': {0, 1, 0, 1}, '┐': {1, 0, 0, 1}, '└': {0, 1, 1, 0}, '┘': {1, 0, 1, 0},
	'─': {1, 1, 0, 0}, '━': {3, 3, 0, 0}, '│': {0, 0, 1, 1}, '┬': {1, 1, 0, 1}, '┴': {1, 1, 1, 0}, '├': {0, 1, 1, 1}, '┤': {1, 0, 1, 1}, '┼': {1, 1, 1, 1},
}

func (b box) upright() bool { return b.up+b.down > 0 }

// draw draws n of them beside one another.
func (b box) draw(out *bytes.Buffer, x, y, n int, fill string) {
	left, top := float64(x)*cellWidth, float64(y*cellHeight)
	middle, centre := top+cellHeight/2.0, left+cellWidth/2
	across := max(b.left, b.right)
	switch {
	case b.left > 0 && b.right > 0:
		rect(out, left, middle-across/2, float64(n)*cellWidth, across, fill)
	case b.left > 0:
		rect(out, left, middle-across/2, cellWidth/2, across, fill)
	case b.right > 0:
		rect(out, centre, middle-across/2, cellWidth/2, across, fill)
	}
	if b.up > 0 {
		rect(out, centre-b.up/2, top, b.up, cellHeight/2.0, fill)
	}
	if b.down > 0 {
		rect(out, centre-b.down/2, middle, b.down, cellHeight/2.0, fill)
	}
}
