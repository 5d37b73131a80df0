package tui

import (
	"bytes"

	"github.com/gdamore/tcell/v2"

	"github.com/dockwire/dockwire/ui/emulator"
	"github.com/dockwire/dockwire/ui/picture"
	"github.com/dockwire/dockwire/ui/tui/cells"
)

// screenFormat is what :export calls a picture of the page that is shown.
const screenFormat = "screen"

// exportScreen writes the page that is shown as an SVG.
func (a *App) exportScreen(path string) (problem string) {
	shot, err := a.frame.shot()
	if err == nil {
		var svg bytes.Buffer
		picture.Draw(&svg, shot)
		err = a.o.Picture(path, svg.Bytes())
	}
	if err != nil {
		return err.Error()
	}
	a.say(cells.Good, "the screen is in "+path)
	return ""
}

// shot is what the screen shows, without the prompt.
func (f *frame) shot() ([][]emulator.Cell, error) {
	s := tcell.NewSimulationScreen("UTF-8")
	if err := s.Init(); err != nil {
		return nil, err
	}
	defer s.Fini()
	_, _, width, height := f.GetRect()
	s.SetSize(width, height)
	before := f.screen
	f.Draw(s)
	f.screen = before
	rows := make([][]emulator.Cell, height)
	for y := range rows {
		for x := 0; x < width; {
			text, style, n := s.Get(x, y)
			c := cellOf(text, style)
			rows[y] = append(rows[y], c)
			for c.Text = ""; n > 1; n-- {
				rows[y] = append(rows[y], c)
			}
			x = len(rows[y])
		}
	}
	return rows, nil
}

func cellOf(text string, style tcell.Style) emulator.Cell {
	fg, bg, attributes := style.Decompose()
	c := emulator.Cell{Text: text, FG: colourOf(fg), BG: colourOf(bg), Bold: attributes&tcell.AttrBold != 0, Underline: attributes&tcell.AttrUnderline != 0}
	if attributes&tcell.AttrReverse != 0 {
		c.FG, c.BG = c.BG, c.FG
		if c.FG == emulator.Default {
			c.FG = picture.Background
		}
		if c.BG == emulator.Default {
			c.BG = picture.Foreground
		}
	}
	return c
}

func colourOf(c tcell.Color) emulator.Color {
	if c = c.TrueColor(); c.Hex() < 0 {
		return emulator.Default
	}
	return emulator.Color(max(c.Hex(), 256)) // which are the colours that a terminal numbers
}
