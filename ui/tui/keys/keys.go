// Package keys gives keys names that people write and read: q, G, ?, enter,
// ctrl-z, space, pgdn, f1.
package keys

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/gdamore/tcell/v2"
)

// named are the keys that have names; the first name of a key is the one shown.
var named = []struct {
	name string
	key  tcell.Key
}{
	{"enter", tcell.KeyEnter}, {"esc", tcell.KeyEscape}, {"tab", tcell.KeyTab}, {"shift-tab", tcell.KeyBacktab},
	{"up", tcell.KeyUp}, {"down", tcell.KeyDown}, {"left", tcell.KeyLeft}, {"right", tcell.KeyRight},
	{"home", tcell.KeyHome}, {"end", tcell.KeyEnd}, {"pgup", tcell.KeyPgUp}, {"pgdn", tcell.KeyPgDn},
	{"backspace", tcell.KeyBackspace2}, {"backspace", tcell.KeyBackspace}, {"delete", tcell.KeyDelete},
}

// Name is the name of the key that was pressed, or "".
func Name(e *tcell.EventKey) string {
	if e.Key() == tcell.KeyRune {
		name := string(e.Rune())
		if e.Rune() == ' ' {
			name = "space"
		}
		if e.Modifiers()&tcell.ModAlt != 0 {
			name = "alt-" + name
		}
		return name
	}
	for _, n := range named {
		if n.key == e.Key() {
			return n.name
		}
	}
	if k := e.Key(); k >= tcell.KeyCtrlA && k <= tcell.KeyCtrlZ {
		return "ctrl-" + string(rune('a'+k-tcell.KeyCtrlA))
	}
	if k := e.Key(); k >= tcell.KeyF1 && k <= tcell.KeyF12 {
		return fmt.Sprintf("f%d", k-tcell.KeyF1+1)
	}
	return ""
}

// Check reports whether a name is one that Name can give.
func Check(name string) error {
	if utf8.RuneCountInString(strings.TrimPrefix(name, "alt-")) == 1 || name == "space" {
		return nil
	}
	for _, n := range named {
		if n.name == name {
			return nil
		}
	}
	if rest, ok := strings.CutPrefix(name, "ctrl-"); ok && len(rest) == 1 && rest[0] >= 'a' && rest[0] <= 'z' {
		return nil
	}
	var n int
	if _, err := fmt.Sscanf(name, "f%d", &n); err == nil && n >= 1 && n <= 12 {
		return nil
	}
	return fmt.Errorf("%q is no key: write a single character, ctrl-x, alt-x, f1, or one of enter, esc, tab, space, up, down, left, right, home, end, pgup, pgdn, backspace, delete", name)
}
