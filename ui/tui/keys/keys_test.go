package keys

import (
	"testing"

	"github.com/gdamore/tcell/v2"
)

func TestNames(t *testing.T) {
	for _, c := range []struct {
		e    *tcell.EventKey
		want string
	}{
		{tcell.NewEventKey(tcell.KeyRune, 'G', 0), "G"},
		{tcell.NewEventKey(tcell.KeyRune, ' ', 0), "space"},
		{tcell.NewEventKey(tcell.KeyRune, 'x', tcell.ModAlt), "alt-x"},
		{tcell.NewEventKey(tcell.KeyEnter, 0, 0), "enter"},
		{tcell.NewEventKey(tcell.KeyCtrlZ, 0, 0), "ctrl-z"},
		{tcell.NewEventKey(tcell.KeyF5, 0, 0), "f5"},
		{tcell.NewEventKey(tcell.KeyBackspace, 0, 0), "backspace"},
	} {
		got := Name(c.e)
		if got != c.want {
			t.Errorf("%v is %q, want %q", c.e.Name(), got, c.want)
		}
		if err := Check(got); err != nil {
			t.Error(err)
		}
	}
	for _, bad := range []string{"", "ctrl-", "ctrl-1", "f13", "hyper", "qq"} {
		if Check(bad) == nil {
			t.Errorf("%q passes for a key", bad)
		}
	}
}
