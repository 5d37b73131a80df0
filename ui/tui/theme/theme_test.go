package theme

import (
	"testing"

	"github.com/gdamore/tcell/v2"

	"github.com/dockwire/dockwire/ui/tui/cells"
)

func TestThemesAreNamed(t *testing.T) {
	at := Names()[0]
	for range Names() {
		th, err := Named(at)
		if err != nil || th.Name != at {
			t.Errorf("%s: %v", at, err)
		}
		at = Next(at).Name
	}
	if at != Names()[0] {
		t.Errorf("after all of them comes %s", at)
	}
	if _, err := Named("pink"); err == nil {
		t.Error("there is a theme pink")
	}
}

// Red says that something failed, and nothing else has that colour. What is
// selected and what was found stand out in every theme.
func TestRedIsForFailures(t *testing.T) {
	for _, name := range Names() {
		th, _ := Named(name)
		base, _, _ := th.Of(cells.Text).Decompose()
		if _, bg, attr := th.Selected(th.Base, true).Decompose(); bg == tcell.ColorDefault && attr&(tcell.AttrReverse|tcell.AttrUnderline) == 0 {
			t.Errorf("%s: the selected line looks like any other", name)
		}
		if th.Found == th.Base {
			t.Errorf("%s: what was found looks like any other text", name)
		}
		bad, _, _ := th.Of(cells.Bad).Decompose()
		if bad == base { // no colours
			if _, _, attr := th.Of(cells.Bad).Decompose(); attr&tcell.AttrBold == 0 {
				t.Errorf("%s: what is bad does not stand out", name)
			}
			continue
		}
		for r := range cells.Roles {
			if fg, _, _ := th.Of(r).Decompose(); fg == bad && r != cells.Bad && r != cells.Alarm {
				t.Errorf("%s: role %d is as red as a failure", name, r)
			}
		}
	}
}
