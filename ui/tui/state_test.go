package tui

import (
	"testing"

	"github.com/gdamore/tcell/v2"
	"github.com/rivo/tview"

	"github.com/dockwire/dockwire/ui/model"
	"github.com/dockwire/dockwire/ui/tui/cells"
)

// What was typed and where the splits were moved to is there again on the next
// screen.
func TestTheNextScreenTakesOver(t *testing.T) {
	var left []byte
	s := newStage(t, scene(), 100, 30, func(o *Options) { o.SaveState = func(b []byte) { left = b } })
	s.press("f", "'is:failed", "enter", "t", "enter", "+", "+")
	s.app.saveState()
	split := s.app.frame.split
	if split != 50 {
		t.Errorf("+ moves the split to %d", split)
	}
	next := newStage(t, scene(), 100, 30, func(o *Options) { o.State = left })
	if next.app.frame.split != split {
		t.Errorf("the next screen's split is at %d", next.app.frame.split)
	}
	next.press("f")
	next.shows("is:failed", "used before")
	newStage(t, scene(), 100, 30, func(o *Options) { o.State = []byte(`{"split":"x`) })
}

// Splits are moved with the mouse.
func TestTheMouseMovesSplits(t *testing.T) {
	drag := func(s *stage, x, y, toX, toY int) {
		h := s.app.frame.MouseHandler()
		focus := func(tview.Primitive) {}
		h(tview.MouseLeftDown, tcell.NewEventMouse(x, y, tcell.ButtonPrimary, 0), focus)
		h(tview.MouseMove, tcell.NewEventMouse(toX, toY, tcell.ButtonPrimary, 0), focus)
		h(tview.MouseLeftUp, tcell.NewEventMouse(toX, toY, tcell.ButtonNone, 0), focus)
		h(tview.MouseMove, tcell.NewEventMouse(1, 1, tcell.ButtonNone, 0), focus)
		s.settle()
	}
	s := newStage(t, scene(), 100, 30, nil)
	s.press("t", "enter")
	at := s.app.frame.tabsY
	drag(s, 50, at, 50, at-2)
	if s.app.frame.tabsY != at-2 {
		t.Errorf("the detail begins in row %d, was in %d", s.app.frame.tabsY, at)
	}
	s = newStage(t, scene(), 200, 30, nil)
	s.press("t", "enter")
	drag(s, s.app.frame.wideX, 9, 120, 9)
	if s.app.frame.wideX != 120 {
		t.Errorf("the detail begins in column %d", s.app.frame.wideX)
	}
}

// Statistics are sorted by a click on a column, by another the other way round.
func TestStatisticsAreSortedByClicks(t *testing.T) {
	s := newStage(t, scene(), 100, 30, nil)
	s.press("S")
	for _, c := range []struct{ column, first, heading string }{
		{"operation", "ContainerAttach", "operation▾"}, {"operation", "SystemPingHead", "operation▴"}, {"max", "ImageCreate", "max▾"},
	} {
		x := 0
		for ; x < 100; x++ {
			if by, ok := cells.StatColumnAt(x, s.app.page.lines().width); ok && model.StatColumns[by] == c.column {
				break
			}
		}
		s.app.click(x, s.app.frame.headY)
		s.settle()
		s.shows(c.heading)
		if got := s.app.page.(*statsPage).ops[0].Op.ID; got != c.first {
			t.Errorf("%s first, want %s", got, c.first)
		}
	}
}
