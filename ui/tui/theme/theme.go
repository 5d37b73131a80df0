// Package theme gives roles their colours: for dark and light backgrounds, for
// terminals with sixteen colours, and for none.
package theme

import (
	"fmt"
	"slices"

	"github.com/gdamore/tcell/v2"

	"github.com/dockwire/dockwire/ui/tui/cells"
)

// Theme is how roles look.
type Theme struct {
	Name     string
	roles    [cells.Roles]tcell.Style
	Base     tcell.Style
	selected func(tcell.Style) tcell.Style
	Unfocus  func(tcell.Style) tcell.Style // the selected line of what has no focus
	Found    tcell.Style                   // what was searched for
	Wrong    tcell.Style                   // a filter that cannot be
	Right    tcell.Style                   // one that can
}

// Of is the style of a role.
func (t *Theme) Of(r cells.Role) tcell.Style { return t.roles[r] }

// Selected is a style where the cursor is.
func (t *Theme) Selected(s tcell.Style, focus bool) tcell.Style {
	if focus {
		return t.selected(s)
	}
	return t.Unfocus(s)
}

// Names are the themes, in the order in which a person steps through them.
func Names() []string { return []string{"dark", "light", "16", "mono"} }

// Named returns a theme.
func Named(name string) (*Theme, error) {
	switch name {
	case "dark":
		return dark(), nil
	case "light":
		return light(), nil
	case "16":
		return sixteen(), nil
	case "mono":
		return mono(), nil
	}
	return nil, fmt.Errorf("there is no theme %q: choose one of %v", name, Names())
}

// Next is the theme after this one.
func Next(name string) *Theme {
	names := Names()
	t, _ := Named(names[(slices.Index(names, name)+1)%len(names)])
	return t
}

// palette is what themes differ in.
type palette struct {
	dim, good, notice, warn, bad, outward, command, key, str, num, bar, rest, title, selected, unfocus, found tcell.Color
}

func coloured(name string, p palette) *Theme {
	d := tcell.StyleDefault
	t := &Theme{Name: name, Base: d}
	fg := func(c tcell.Color) tcell.Style { return d.Foreground(c) }
	t.roles = [cells.Roles]tcell.Style{
		cells.Text: d, cells.Dim: fg(p.dim), cells.Strong: d.Bold(true), cells.Good: fg(p.good), cells.Notice: fg(p.notice),
		cells.Warn: fg(p.warn), cells.Bad: fg(p.bad), cells.Alarm: fg(p.bad).Bold(true), cells.Outward: fg(p.outward),
		cells.Command: fg(p.command).Bold(true), cells.Key: fg(p.key), cells.String: fg(p.str), cells.Number: fg(p.num),
		cells.Literal: fg(p.num), cells.Bar: fg(p.bar), cells.Rest: fg(p.rest), cells.Mark: fg(p.warn).Bold(true),
		cells.Title: fg(p.title).Bold(true), cells.Tab: fg(p.dim), cells.TabOn: fg(p.title).Bold(true).Underline(true),
	}
	t.selected = func(s tcell.Style) tcell.Style { return s.Background(p.selected).Bold(true) }
	t.Unfocus = func(s tcell.Style) tcell.Style { return s.Background(p.unfocus) }
	t.Found = d.Background(p.found).Foreground(tcell.ColorBlack)
	t.Wrong, t.Right = fg(p.bad), fg(p.good)
	return t
}

func hex(n int32) tcell.Color { return tcell.NewHexColor(n) }

func dark() *Theme {
	return coloured("dark", palette{
		dim: hex(0x808a98), good: hex(0x8fc98f), notice: hex(0x6cc4d8), warn: hex(0xe3bd6b), bad: hex(0xf08080), outward: hex(0x7aa6f0),
		command: hex(0x9cc7ff), key: hex(0x86b8e8), str: hex(0xa5d6a7), num: hex(0xe8b98a), bar: hex(0x6cc4d8), rest: hex(0x3c4450),
		title: hex(0x9cc7ff), selected: hex(0x2d3b50), unfocus: hex(0x23282f), found: hex(0xe3bd6b),
	})
}

func light() *Theme {
	return coloured("light", palette{
		dim: hex(0x6b7280), good: hex(0x2e7d32), notice: hex(0x00708a), warn: hex(0x96690a), bad: hex(0xb3261e), outward: hex(0x1f5fbf),
		command: hex(0x0b4f9e), key: hex(0x1f5fbf), str: hex(0x2e7d32), num: hex(0x9a4a00), bar: hex(0x00708a), rest: hex(0xd0d5dc),
		title: hex(0x0b4f9e), selected: hex(0xcfe0f7), unfocus: hex(0xe8ecf1), found: hex(0xffd866),
	})
}

// sixteen knows nothing of the background: blue is not read on black, yellow
// and what is bright not on white, so they are left out.
func sixteen() *Theme {
	t := coloured("16", palette{
		dim: tcell.ColorDefault, good: tcell.ColorGreen, notice: tcell.ColorTeal, warn: tcell.ColorPurple, bad: tcell.ColorMaroon,
		outward: tcell.ColorTeal, command: tcell.ColorDefault, key: tcell.ColorTeal, str: tcell.ColorGreen, num: tcell.ColorPurple,
		bar: tcell.ColorTeal, rest: tcell.ColorDefault, title: tcell.ColorDefault, found: tcell.ColorOlive,
	})
	t.roles[cells.Dim] = tcell.StyleDefault.Dim(true)
	t.roles[cells.Tab] = tcell.StyleDefault.Dim(true)
	t.roles[cells.Rest] = tcell.StyleDefault.Dim(true)
	t.selected = func(s tcell.Style) tcell.Style { return s.Reverse(true).Dim(false) }
	t.Unfocus = func(s tcell.Style) tcell.Style { return s.Underline(true).Dim(false) }
	return t
}

func mono() *Theme {
	d := tcell.StyleDefault
	t := &Theme{Name: "mono", Base: d}
	for r := range t.roles {
		t.roles[r] = d
	}
	for _, r := range []cells.Role{cells.Dim, cells.Rest, cells.Tab} {
		t.roles[r] = d.Dim(true)
	}
	for _, r := range []cells.Role{cells.Strong, cells.Bad, cells.Alarm, cells.Command, cells.Title, cells.Mark} {
		t.roles[r] = d.Bold(true)
	}
	t.roles[cells.TabOn] = d.Bold(true).Underline(true)
	t.selected = func(s tcell.Style) tcell.Style { return s.Reverse(true).Dim(false) }
	t.Unfocus = func(s tcell.Style) tcell.Style { return s.Underline(true) }
	t.Found, t.Wrong, t.Right = d.Reverse(true), d.Underline(true), d
	return t
}
