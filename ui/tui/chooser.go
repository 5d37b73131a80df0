package tui

import (
	"fmt"
	"strings"
	"time"

	"github.com/gdamore/tcell/v2"
	"github.com/rivo/tview"

	"github.com/dockwire/dockwire/ui/text"
	"github.com/dockwire/dockwire/ui/tui/cells"
	"github.com/dockwire/dockwire/ui/tui/config"
	"github.com/dockwire/dockwire/ui/tui/keys"
	"github.com/dockwire/dockwire/ui/tui/theme"
	"github.com/dockwire/dockwire/ui/tui/widgets"
)

// Recording is a recording of a folder.
type Recording struct {
	Name    string
	Size    int64
	Started time.Time
	Changed time.Time
	About   string
	Problem string // why it cannot be opened
	Folder  bool   // a folder of recordings
	Calls   int    // -1: not counted
	Failed  int
}

// ChooserOptions say what a Chooser offers.
type ChooserOptions struct {
	Title   string
	Theme   string
	Config  config.Config
	Chosen  string // selected to begin with
	Note    string // what went wrong with that
	List    func() []Recording
	Changed <-chan struct{} // List may give something else now
	Screen  tcell.Screen    // nil: the terminal
}

// Chooser lets the user choose a recording of a folder.
type Chooser struct {
	o      ChooserOptions
	tv     *tview.Application
	theme  *theme.Theme
	box    *tview.Box
	lines  widgets.Lines
	list   []Recording
	sel    string
	chosen string
	help   bool
}

// NewChooser makes a chooser. Run shows it.
func NewChooser(o ChooserOptions) (*Chooser, error) {
	c := &Chooser{o: o, tv: tview.NewApplication(), sel: o.Chosen}
	name := o.Theme
	if o.Config.Theme != "" {
		name = o.Config.Theme
	}
	var err error
	if c.theme, err = theme.Named(name); err != nil {
		return nil, err
	}
	c.lines.Source, c.lines.Focus = c, true
	c.box = tview.NewBox().SetDrawFunc(c.draw)
	c.tv.SetRoot(c.box, true).SetInputCapture(c.key)
	if o.Screen != nil {
		c.tv.SetScreen(o.Screen)
	}
	c.refresh()
	return c, nil
}

// Run shows the chooser and returns the name that was chosen, "" for none.
func (c *Chooser) Run() (string, error) {
	done := make(chan struct{})
	go c.follow(done)
	err := c.tv.Run()
	close(done)
	return c.chosen, err
}

// follow lists again what has changed, a few times a second at most.
func (c *Chooser) follow(done <-chan struct{}) {
	t := time.NewTicker(300 * time.Millisecond)
	defer t.Stop()
	changed := false
	for {
		select {
		case <-done:
			return
		case <-c.o.Changed:
			changed = true
		case <-t.C:
			if changed {
				changed = false
				go c.tv.QueueUpdateDraw(c.refresh)
			}
		}
	}
}

func (c *Chooser) refresh() {
	c.list = c.o.List()
	for i, r := range c.list {
		if r.Name == c.sel {
			c.lines.Keep(i)
			return
		}
	}
	c.moved()
}

func (c *Chooser) moved() {
	c.lines.Move(0)
	if c.lines.Cursor < len(c.list) {
		c.sel = c.list[c.lines.Cursor].Name
	}
}

// Len and Line make the list a source of lines.
func (c *Chooser) Len() int { return len(c.list) }

func (c *Chooser) Line(i, width int) cells.Line {
	r := &c.list[i]
	var l cells.Line
	l.Add(cells.Dim, " "+r.Changed.Local().Format("2006-01-02 15:04")+"  ")
	if r.Folder {
		return *l.Add(cells.Text, strings.Repeat(" ", sizeColumn+callsColumns(width))).Raw(cells.Command, r.Name+"/")
	}
	l.Add(cells.Number, cells.Fit(text.Size(r.Size), sizeColumn-2, true)+"  ")
	if callsColumns(width) > 0 {
		calls, failed := "", ""
		if r.Calls >= 0 {
			calls = grouped(r.Calls)
		}
		if r.Failed > 0 {
			failed = grouped(r.Failed)
		}
		l.Add(cells.Text, cells.Fit(calls, 8, true)).Add(cells.Bad, cells.Fit(failed, 8, true)+"  ")
	}
	l.Raw(cells.Strong, r.Name)
	if r.Problem != "" {
		l.Raw(cells.Warn, "  "+r.Problem)
	} else if width >= 70 {
		l.Raw(cells.Dim, "  "+r.About)
	}
	return l
}

// Columns of sizes, and of calls where there is room.
const sizeColumn = 10

func callsColumns(width int) int {
	if width < 64 {
		return 0
	}
	return 18
}

// headings names the columns.
func headings(width int) cells.Line {
	var l cells.Line
	l.Add(cells.Dim, " "+cells.Fit("changed", 18, false)+cells.Fit("size", sizeColumn-2, true)+"  ")
	if callsColumns(width) > 0 {
		l.Add(cells.Dim, cells.Fit("calls", 8, true)+cells.Fit("failed", 8, true)+"  ")
	}
	return *l.Add(cells.Dim, "recording")
}

// chooserHelp is what ? shows.
var chooserHelp = [...][2]string{
	{"enter l right", "open the recording, or the folder"}, {"h left backspace", "to the folder above"},
	{"j down k up", "a line down or up"}, {"pgdn pgup", "a page down or up"}, {"g home G end", "to the first or last"},
	{"q esc ctrl-c", "leave"}, {"?", "show or hide this help"},
}

func (c *Chooser) key(e *tcell.EventKey) *tcell.EventKey {
	c.o.Note = ""
	name := keys.Name(e)
	if c.help {
		c.help = false
		return nil
	}
	switch name {
	case "?", "f1":
		c.help = true
	case "h", "left", "backspace":
		if len(c.list) > 0 && c.list[0].Name == ".." {
			c.chosen = ".."
			c.tv.Stop()
		}
	case "q", "esc", "ctrl-c":
		c.chosen = ""
		c.tv.Stop()
	case "enter", "l", "right":
		if c.sel != "" && len(c.list) > 0 {
			c.chosen = c.sel
			c.tv.Stop()
		}
	case "j", "down":
		c.lines.Move(1)
	case "k", "up":
		c.lines.Move(-1)
	case "pgdn", "ctrl-f":
		c.lines.Move(c.lines.Height() - 1)
	case "pgup", "ctrl-b":
		c.lines.Move(1 - c.lines.Height())
	case "g", "home":
		c.lines.Move(-1 << 30)
	case "G", "end":
		c.lines.Move(1 << 30)
	}
	c.moved()
	return nil
}

func (c *Chooser) draw(s tcell.Screen, x, y, width, height int) (int, int, int, int) {
	widgets.PlainSigns(s)
	row := func(y int, l cells.Line) {
		for n := widgets.Spans(s, x, y, width, 0, l.Spans, c.theme.Of); n < width; n++ {
			s.SetContent(x+n, y, ' ', nil, c.theme.Base)
		}
	}
	var title cells.Line
	title.Add(cells.Title, "dockwire ").Raw(cells.Dim, "recordings in "+c.o.Title)
	row(y, title)
	if height > 3 {
		row(y+1, headings(width))
		c.lines.SetRect(x, y+2, width, height-3)
		if c.lines.Draw(s, c.theme); c.help {
			for i := range height - 3 {
				row(y+2+i, cells.Line{})
			}
			for i, h := range chooserHelp[:min(len(chooserHelp), height-3)] {
				row(y+2+i, *new(cells.Line).Add(cells.Key, " "+cells.Fit(h[0], 18, false)).Add(cells.Text, "  "+h[1]))
			}
		}
		n := 0
		for i := range c.list {
			if !c.list[i].Folder {
				n++
			}
		}
		count := fmt.Sprintf("%d recordings", n)
		if n == 1 {
			count = "1 recording"
		}
		last := cells.Make(cells.Dim, count+"   ? help  enter opens  q leaves")
		if c.o.Note != "" {
			last = *new(cells.Line).Raw(cells.Bad, c.o.Note)
		}
		row(y+height-1, last)
	}
	if len(c.list) == 0 && height > 3 {
		row(y+2, cells.Make(cells.Dim, "  no recordings here: dockwire run -o FILE.jsonl -- docker … makes one"))
	}
	return x, y, width, height
}
