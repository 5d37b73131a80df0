// Command screens turns what tmux captured of a screen, text with SGR
// sequences on stdin, into an SVG on stdout. make screens uses it.
package main

import (
	"bufio"
	"fmt"
	"html"
	"io"
	"os"
	"strconv"
	"strings"

	"github.com/dockwire/dockwire/ui/safe"
)

// Size of a cell, and colours of a terminal that sets none, in the picture.
const (
	cellWidth  = 8.4
	cellHeight = 18
	margin     = 12
	foreground = "#d8dee6"
	background = "#14181d"
)

// style is what SGR sequences have set.
type style struct {
	fg, bg                         string
	bold, dim, underline, reversed bool
}

func main() {
	if err := draw(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "screens:", err)
		os.Exit(1)
	}
}

func draw(in io.Reader, out io.Writer) error {
	var lines []string
	columns := 0
	s := bufio.NewScanner(in)
	for s.Scan() {
		lines = append(lines, s.Text())
		columns = max(columns, safe.Width(plain(s.Text())))
	}
	if err := s.Err(); err != nil {
		return err
	}
	w := bufio.NewWriter(out)
	width, height := float64(columns)*cellWidth+2*margin, len(lines)*cellHeight+2*margin
	fmt.Fprintf(w, `<svg xmlns="http://www.w3.org/2000/svg" width="%.0f" height="%d" font-family="ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace" font-size="14">`+"\n", width, height)
	fmt.Fprintf(w, `<rect width="100%%" height="100%%" rx="8" fill="%s"/>`+"\n", background)
	st := style{}
	for y, line := range lines {
		st = row(w, y, line, st)
	}
	fmt.Fprintln(w, "</svg>")
	return w.Flush()
}

// row draws a line and returns the style that goes on in the next.
func row(w io.Writer, y int, line string, st style) style {
	column := 0
	for line != "" {
		if rest, ok := strings.CutPrefix(line, "\x1b["); ok {
			codes, after, _ := strings.Cut(rest, "m")
			st = st.set(strings.Split(codes, ";"))
			line = after
			continue
		}
		run := line
		if i := strings.IndexByte(line, 0x1b); i > 0 {
			run = line[:i]
		} else if i == 0 {
			run = line[:1]
		}
		line = line[len(run):]
		n := safe.Width(run)
		text(w, column, y, n, run, st)
		column += n
	}
	return st
}

func text(w io.Writer, column, y, columns int, run string, st style) {
	x, top := margin+float64(column)*cellWidth, margin+y*cellHeight
	fg, bg := st.fg, st.bg
	if fg == "" {
		fg = foreground
	}
	if st.reversed {
		fg, bg = background, fg
	}
	if bg != "" {
		fmt.Fprintf(w, `<rect x="%.1f" y="%d" width="%.1f" height="%d" fill="%s"/>`+"\n", x, top, float64(columns)*cellWidth, cellHeight, bg)
	}
	if strings.TrimSpace(run) == "" {
		return
	}
	more := ""
	if st.bold {
		more += ` font-weight="bold"`
	}
	if st.dim {
		more += ` opacity="0.6"`
	}
	if st.underline {
		more += ` text-decoration="underline"`
	}
	fmt.Fprintf(w, `<text x="%.1f" y="%d" fill="%s" textLength="%.1f" xml:space="preserve"%s>%s</text>`+"\n",
		x, top+13, fg, float64(columns)*cellWidth, more, html.EscapeString(run))
}

// set applies the parameters of an SGR sequence (ECMA-48 8.3.117; 38 and 48
// with 2 or 5 as ITU T.416 has them).
func (st style) set(codes []string) style {
	for i := 0; i < len(codes); i++ {
		switch n, _ := strconv.Atoi(codes[i]); {
		case n == 0:
			st = style{}
		case n == 1:
			st.bold = true
		case n == 2:
			st.dim = true
		case n == 4:
			st.underline = true
		case n == 7:
			st.reversed = true
		case n == 22:
			st.bold, st.dim = false, false
		case n == 24:
			st.underline = false
		case n == 27:
			st.reversed = false
		case n == 38 || n == 48:
			colour, used := extended(codes[i+1:])
			if n == 38 {
				st.fg = colour
			} else {
				st.bg = colour
			}
			i += used
		case n == 39:
			st.fg = ""
		case n == 49:
			st.bg = ""
		}
	}
	return st
}

// extended reads a colour of the 256 or of all, and how many parameters it
// took.
func extended(codes []string) (colour string, used int) {
	value := func(i int) int {
		if i >= len(codes) {
			return 0
		}
		n, _ := strconv.Atoi(codes[i])
		return n
	}
	switch value(0) {
	case 2:
		return fmt.Sprintf("#%02x%02x%02x", value(1), value(2), value(3)), 4
	case 5:
		return indexed(value(1)), 2
	}
	return "", len(codes)
}

// indexed is a colour of xterm's 256: a cube of 6 × 6 × 6 from 16 on, then
// greys from 232 on.
func indexed(n int) string {
	level := func(i int) int {
		if i == 0 {
			return 0
		}
		return 55 + 40*i
	}
	switch {
	case n >= 232:
		g := 8 + 10*(n-232)
		return fmt.Sprintf("#%02x%02x%02x", g, g, g)
	case n >= 16:
		n -= 16
		return fmt.Sprintf("#%02x%02x%02x", level(n/36), level(n/6%6), level(n%6))
	}
	return foreground
}

// plain is a line without its sequences.
func plain(line string) string {
	var b strings.Builder
	for line != "" {
		if rest, ok := strings.CutPrefix(line, "\x1b["); ok {
			_, line, _ = strings.Cut(rest, "m")
			continue
		}
		b.WriteByte(line[0])
		line = line[1:]
	}
	return b.String()
}
