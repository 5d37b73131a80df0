package widgets

import (
	"fmt"
	"strings"
	"testing"

	"github.com/gdamore/tcell/v2"

	"github.com/dockwire/dockwire/ui/tui/cells"
	"github.com/dockwire/dockwire/ui/tui/theme"
)

func numbered(n int) cells.Fixed {
	var f cells.Fixed
	for i := range n {
		f = append(f, cells.Make(cells.Text, fmt.Sprintf("line %d", i)))
	}
	return f
}

// drawn is what a screen shows of lines.
func drawn(t *testing.T, l *Lines, width, height int) []string {
	t.Helper()
	s := tcell.NewSimulationScreen("UTF-8")
	if err := s.Init(); err != nil {
		t.Fatal(err)
	}
	defer s.Fini()
	s.SetSize(width, height)
	th, err := theme.Named("dark")
	if err != nil {
		t.Fatal(err)
	}
	l.SetRect(0, 0, width, height)
	l.Draw(s, th)
	s.Show()
	all, _, _ := s.GetContents()
	var rows []string
	for y := range height {
		var b strings.Builder
		for x := range width {
			if r := all[y*width+x].Runes; len(r) > 0 {
				b.WriteString(string(r))
			}
		}
		rows = append(rows, strings.TrimRight(b.String(), " \x00"))
	}
	return rows
}

func TestTheCursorStaysInSight(t *testing.T) {
	l := &Lines{Source: numbered(100)}
	drawn(t, l, 20, 10)
	for _, c := range []struct{ by, cursor, top int }{
		{5, 5, 0}, {10, 15, 6}, {-12, 3, 3}, {1 << 30, 99, 90}, {-1 << 30, 0, 0},
	} {
		l.Move(c.by)
		if l.Cursor != c.cursor || l.Top != c.top {
			t.Errorf("after %d: cursor %d, top %d, want %d, %d", c.by, l.Cursor, l.Top, c.cursor, c.top)
		}
	}
	l.Scroll(20)
	if l.Top != 20 || l.Cursor != 20 {
		t.Errorf("scrolled: cursor %d, top %d", l.Cursor, l.Top)
	}
	l.Keep(25) // five lines came before it
	if l.Cursor != 25 || l.Top != 25 {
		t.Errorf("kept: cursor %d, top %d", l.Cursor, l.Top)
	}
	l.Source = numbered(3)
	if rows := drawn(t, l, 20, 10); rows[0] != "line 0" || l.Cursor != 2 {
		t.Errorf("after lines have gone: %q, cursor %d", rows[0], l.Cursor)
	}
}

func TestAtAndContains(t *testing.T) {
	l := &Lines{Source: numbered(3)}
	l.SetRect(5, 2, 10, 8)
	for _, c := range []struct {
		x, y, line int
		ok, in     bool
	}{{5, 2, 0, true, true}, {14, 4, 2, true, true}, {5, 5, 3, false, true}, {4, 2, 0, false, false}, {5, 1, -1, false, false}, {15, 2, 0, false, false}} {
		i, ok := l.At(c.x, c.y)
		if ok != c.ok || ok && i != c.line || l.Contains(c.x, c.y) != c.in {
			t.Errorf("%d,%d: line %d, %v, contained %v", c.x, c.y, i, ok, l.Contains(c.x, c.y))
		}
	}
}

func TestSeek(t *testing.T) {
	l := &Lines{Source: numbered(30), Find: "line 1"}
	drawn(t, l, 20, 10)
	var at []int
	for l.Seek(1) {
		at = append(at, l.Cursor)
	}
	if fmt.Sprint(at) != "[1 10 11 12 13 14 15 16 17 18 19]" {
		t.Errorf("%v", at)
	}
	if l.Seek(-1); l.Cursor != 18 {
		t.Errorf("back to %d", l.Cursor)
	}
}

// Wide signs are never cut in half, and what is scrolled to the side is
// counted in columns.
func TestWideSigns(t *testing.T) {
	l := &Lines{Source: cells.Fixed{cells.Make(cells.Text, "ab日本語"), {}}}
	for _, c := range []struct {
		left, width int
		want        string
	}{{0, 8, "ab日本語"}, {0, 5, "ab日"}, {2, 8, "日本語"}, {4, 8, "本語"}} {
		l.Left = c.left
		if got := strings.TrimRight(strings.ReplaceAll(drawn(t, l, c.width, 2)[0], "\x00", ""), " "); strings.ReplaceAll(got, " ", "") != c.want {
			t.Errorf("from %d, %d wide: %q, want %q", c.left, c.width, got, c.want)
		}
	}
}

func TestNothingToDraw(t *testing.T) {
	l := &Lines{}
	l.Move(3)
	l.Scroll(-2)
	if rows := drawn(t, l, 5, 2); rows[0] != "" || l.Cursor != 0 || l.Seek(1) {
		t.Errorf("%q", rows)
	}
}
