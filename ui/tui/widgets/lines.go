// Package widgets has the parts of the screen that know nothing of what they
// show: lines that come from anywhere, with a cursor.
package widgets

import (
	"strings"
	"unicode/utf8"

	"github.com/gdamore/tcell/v2"
	"github.com/rivo/uniseg"

	"github.com/dockwire/dockwire/ui/safe"
	"github.com/dockwire/dockwire/ui/tui/cells"
	"github.com/dockwire/dockwire/ui/tui/theme"
)

// Lines shows the lines of a source, with a cursor.
type Lines struct {
	Source cells.Source
	Cursor int
	Top    int
	Left   int    // columns scrolled to the side
	Find   string // shown wherever it is found, in lower case
	Focus  bool
	Plain  bool // the line at the cursor looks as any other

	x, y, width, height int
}

// SetRect says where on the screen the lines are.
func (l *Lines) SetRect(x, y, width, height int) { l.x, l.y, l.width, l.height = x, y, width, height }

// Height is how many lines are seen.
func (l *Lines) Height() int { return l.height }

// Width is how many columns are seen.
func (l *Lines) Width() int { return l.width }

// At is the line at a place of the screen, and whether there is one.
func (l *Lines) At(x, y int) (int, bool) {
	i := l.Top + y - l.y
	return i, x >= l.x && x < l.x+l.width && y >= l.y && y < l.y+l.height && i < l.len()
}

// Contains says whether a place of the screen is within the widget.
func (l *Lines) Contains(x, y int) bool {
	return x >= l.x && x < l.x+l.width && y >= l.y && y < l.y+l.height
}

func (l *Lines) len() int {
	if l.Source == nil { // nothing was drawn yet
		return 0
	}
	return l.Source.Len()
}

// Move moves the cursor by so many lines.
func (l *Lines) Move(by int) { l.Cursor += by; l.clamp(true) }

// Scroll moves what is seen, and the cursor only where it has to.
func (l *Lines) Scroll(by int) {
	l.Top = max(min(l.Top+by, l.len()-l.height), 0)
	l.Cursor = max(min(l.Cursor, l.Top+l.height-1), l.Top)
	l.clamp(false)
}

// Keep sets the cursor where the selected line is now, and keeps that line at
// the height at which it is seen.
func (l *Lines) Keep(cursor int) {
	l.Top += cursor - l.Cursor
	l.Cursor = cursor
	l.clamp(true)
}

// Seek moves the cursor to the next line (by 1) or the one before (by -1) that
// holds Find, and reports whether there is one.
func (l *Lines) Seek(by int) bool {
	for i := l.Cursor + by; l.Find != "" && i >= 0 && i < l.len(); i += by {
		line := l.Source.Line(i, l.width)
		if strings.Contains(strings.ToLower(line.Plain()), l.Find) {
			l.Move(i - l.Cursor)
			return true
		}
	}
	return false
}

func (l *Lines) clamp(follow bool) {
	n := l.len()
	l.Cursor = max(min(l.Cursor, n-1), 0)
	if follow && l.height > 0 {
		l.Top = max(min(l.Top, l.Cursor), l.Cursor-l.height+1)
	}
	l.Top = max(min(l.Top, n-l.height), 0)
}

// Draw draws the lines that are seen.
func (l *Lines) Draw(s tcell.Screen, t *theme.Theme) {
	l.clamp(true)
	n := l.len()
	for row := range l.height {
		i := l.Top + row
		style := func(r cells.Role) tcell.Style { return t.Of(r) }
		fill := t.Base
		if i < n && i == l.Cursor && !l.Plain {
			style = func(r cells.Role) tcell.Style { return t.Selected(t.Of(r), l.Focus) }
			fill = t.Selected(t.Base, l.Focus)
		}
		var line cells.Line
		if i < n {
			line = l.Source.Line(i, l.width)
		}
		drawn := Spans(s, l.x, l.y+row, l.width, l.Left, line.Spans, style)
		for x := drawn; x < l.width; x++ {
			s.SetContent(l.x+x, l.y+row, ' ', nil, fill)
		}
		if l.Find != "" && i < n {
			l.mark(s, row, line, t)
		}
	}
}

// mark shows what was searched for.
func (l *Lines) mark(s tcell.Screen, row int, line cells.Line, t *theme.Theme) {
	text := line.Plain()
	low := strings.ToLower(text)
	if len(low) != len(text) {
		return // a letter whose lower case has another length
	}
	for from := 0; ; {
		i := strings.Index(low[from:], l.Find)
		if i < 0 {
			return
		}
		at := from + i
		column := safe.Width(text[:at]) - l.Left
		for _, r := range text[at : at+len(l.Find)] {
			w := safe.Width(string(r))
			if column >= 0 && column < l.width {
				s.SetContent(l.x+column, l.y+row, r, nil, t.Found)
			}
			column += w
		}
		from = at + len(l.Find)
	}
}

// Spans draws spans from x on, without the first left columns, within width,
// and returns how many columns that took.
func Spans(s tcell.Screen, x, y, width, left int, spans []cells.Span, style func(cells.Role) tcell.Style) int {
	column := -left
	for _, span := range spans {
		st := style(span.Role)
		text := span.Text
		for len(text) > 0 {
			if text[0] < utf8.RuneSelf && (len(text) == 1 || text[1] < utf8.RuneSelf) {
				if column >= 0 && column < width {
					s.SetContent(x+column, y, rune(text[0]), nil, st)
				}
				column++
				text = text[1:]
				continue
			}
			cluster, rest, _, _ := uniseg.FirstGraphemeClusterInString(text, -1)
			text = rest
			runes := []rune(cluster)
			w := safe.Width(cluster)
			if column >= 0 && column+w <= width && w > 0 {
				s.SetContent(x+column, y, runes[0], runes[1:], st)
			}
			column += w
		}
		if column >= width {
			break
		}
	}
	return max(min(column, width), 0)
}
