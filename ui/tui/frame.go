package tui

import (
	"strings"

	"github.com/gdamore/tcell/v2"
	"github.com/rivo/tview"

	"github.com/dockwire/dockwire/ui/model"
	"github.com/dockwire/dockwire/ui/safe"
	"github.com/dockwire/dockwire/ui/tui/cells"
	"github.com/dockwire/dockwire/ui/tui/widgets"
)

// frame is the whole screen: title, list, detail, status.
type frame struct {
	*tview.Box
	a      *App
	split  int // hundredths of the height that the list has at most
	wide   int // hundredths of the width, where the detail is beside it
	wideX  int // where the detail begins then, -1: nowhere
	grip   grip
	top    int // first row of list and detail
	rows   int // that they have
	tabsY  int // where the tabs are, -1: nowhere
	tabsX  [tabs]int
	headY  int          // where the heading of the list is, -1: nowhere
	screen tcell.Screen // the one drawn to last
}

func newFrame(a *App) *frame {
	return &frame{Box: tview.NewBox(), a: a, split: 40, wide: 50, tabsY: -1, wideX: -1}
}

// small is how many rows are too few for list and detail one below the other.
const small = 16

// sideBySide is from how many columns on they stand beside each other.
const sideBySide = 160

// Draw draws the screen.
func (f *frame) Draw(s tcell.Screen) {
	a := f.a
	if f.screen != s {
		f.screen = s
		widgets.PlainSigns(s)
	}
	x, y, width, height := f.GetRect()
	if width < 4 || height < 3 {
		return
	}
	a.arrange() // whatever has changed since: keys, the prompt, a resize
	s.Fill(' ', a.theme.Base)
	f.title(s, x, y, width)
	top, rows := y+1, height-2
	if rows > 3 && f.filterLine(s, x, top, width) {
		top, rows = top+1, rows-1
	}
	f.tabsY, f.headY, f.wideX, f.top, f.rows = -1, -1, -1, top, rows
	switch {
	case a.page != nil:
		f.page(s, x, top, width, rows)
	case a.detail.open && width >= sideBySide && !a.detail.whole:
		n := width * f.wide / 100
		f.wideX = x + n
		f.list(s, x, top, n, rows-f.message(s, x, top, n, rows))
		for row := range rows {
			f.line(s, x+n, top+row, 1, cells.Make(cells.Rest, "│"))
		}
		f.detail(s, x+n+1, top, width-n-1, rows)
	case a.detail.open && (a.detail.whole || height < small):
		f.detail(s, x, top, width, rows)
	case a.detail.open:
		n := max(min(rows*f.split/100, rows-5, a.m.Lines()+1), 3)
		f.list(s, x, top, width, n)
		f.detail(s, x, top+n, width, rows-n)
	default:
		f.list(s, x, top, width, rows-f.message(s, x, top, width, rows))
	}
	f.status(s, x, y+height-1, width)
	a.prompt.draw(s, x, y, width, height)
}

func (f *frame) line(s tcell.Screen, x, y, width int, l cells.Line) {
	t := f.a.theme
	n := widgets.Spans(s, x, y, width, 0, l.Spans, t.Of)
	for ; n < width; n++ {
		s.SetContent(x+n, y, ' ', nil, t.Base)
	}
}

func (f *frame) title(s tcell.Screen, x, y, width int) {
	a := f.a
	var right cells.Line
	switch {
	case a.loading():
		done, all := a.o.Loading()
		right.Add(cells.Notice, "reading "+percent(done, all))
	case a.pageBusy():
		right.Add(cells.Notice, "reading the recording")
	case a.search.running():
		right.Add(cells.Notice, a.search.progress())
	case a.o.Stopped != nil && a.o.Stopped():
		right.Add(cells.Warn, "● live, recording stopped")
	case a.over != "":
		right.Add(cells.Dim, "over")
	case a.o.Live:
		right.Add(cells.Good, "● live")
	default:
		right.Add(cells.Dim, "recording")
	}
	if a.list.following && (a.o.Live || a.loading()) && a.over == "" && a.page == nil {
		right.Add(cells.Dim, " · follow")
	}
	var l cells.Line
	l.Add(cells.Title, "dockwire ")
	if a.page != nil {
		l.Add(cells.Strong, a.page.name()+"  ")
	}
	room := width - l.Width() - right.Width() - 1
	if room > 4 {
		l.Add(cells.Dim, safe.Cut(a.o.Title, room))
	}
	if width-right.Width() > l.Width() {
		l.To(width - right.Width())
		l.Spans = append(l.Spans, right.Spans...)
	}
	f.line(s, x, y, width, l)
}

// filterLine shows the filter that is in use.
func (f *frame) filterLine(s tcell.Screen, x, y, width int) bool {
	a := f.a
	if a.m.Filter().Empty() && a.search.text == "" {
		return false
	}
	var l cells.Line
	if !a.m.Filter().Empty() {
		l.Add(cells.Notice, "filter ").Raw(cells.Text, a.m.Filter().String())
		if a.m.Deep() && a.search.running() {
			l.Add(cells.Dim, "  "+a.search.progress())
		}
	}
	if a.search.text != "" {
		if len(l.Spans) > 0 {
			l.Add(cells.Dim, "   ")
		}
		l.Add(cells.Notice, "search ").Raw(cells.Text, a.search.text).Add(cells.Dim, "  "+a.search.found())
	}
	f.line(s, x, y, width, l)
	return true
}

func (f *frame) list(s tcell.Screen, x, y, width, rows int) {
	a := f.a
	p := &a.list
	if a.m.Lines() == 0 {
		p.SetRect(x, y, width, rows)
		f.empty(s, x, y, width, rows)
		return
	}
	if rows > 3 {
		c := cells.Fitting(width, a.m.Mode() == model.ByCommand, a.list.paths)
		f.headY = y
		f.line(s, x, y, width, c.Heading(a.m.Sort()))
		y, rows = y+1, rows-1
	}
	p.SetRect(x, y, width, rows)
	p.Focus = !a.detail.focused()
	p.Draw(s, a.theme)
}

// maxMessage bounds the rows that a message takes.
const maxMessage = 6

// message shows below the list what went wrong with the selected line, and
// returns how many rows that takes.
func (f *frame) message(s tcell.Screen, x, y, width, rows int) int {
	text := f.a.list.message()
	if text == "" || rows < 6 || width < 20 || f.a.prompt.on {
		return 0
	}
	lines := cells.Wrapped(cells.Bad, "✗ ", text, width, min(maxMessage, rows/3))
	for i, l := range lines {
		f.line(s, x, y+rows-len(lines)+i, width, l)
	}
	return len(lines)
}

// empty is what is shown as long as there are no calls.
func (f *frame) empty(s tcell.Screen, x, y, width, rows int) {
	a := f.a
	text := a.o.Welcome
	switch {
	case a.loading():
		text = []string{"", "reading…"}
	case !a.m.Filter().Empty() && a.m.Totals().Exchanges > 0:
		text = []string{"", "no call matches the filter so far", "", "f changes it, esc removes it"}
	case len(text) == 0:
		text = []string{"", "no calls"}
	}
	for i, t := range text {
		if i >= rows {
			return
		}
		role := cells.Dim
		if strings.HasPrefix(t, "export ") {
			role = cells.Strong
		}
		l := cells.Line{}
		l.Add(cells.Text, "  ").Raw(role, t)
		f.line(s, x, y+i, width, l)
	}
}

func (f *frame) detail(s tcell.Screen, x, y, width, rows int) {
	p := &f.a.detail
	p.SetRect(x+1, y+1, width-1, rows-1)
	p.refresh(width - 2)
	f.tabs(s, x, y, width)
	p.Focus = p.focused()
	p.Find = strings.ToLower(f.a.search.text)
	p.Draw(s, f.a.theme)
}

// tabs is the line above the detail: a rule with the tabs in it, and the line that the
// cursor is on where not all are seen.
func (f *frame) tabs(s tcell.Screen, x, y, width int) {
	p := &f.a.detail
	l := cells.Line{}
	l.Add(cells.Rest, "─")
	if p.line.IsCommand || !f.a.list.has {
		l.Add(cells.TabOn, " Command ")
	} else {
		f.tabsY = y
		names := tabNames
		if width < 60 {
			names = [tabs]string{"Over", "Req", "Res", "Strm", "Bld", "Raw", "Copy"}
		}
		for i, n := range names {
			if p.empty(tab(i)) {
				f.tabsX[i] = -1
				continue
			}
			role := cells.Tab
			if tab(i) == p.shown() {
				role = cells.TabOn
			}
			f.tabsX[i] = x + l.Width()
			l.Add(cells.Text, " ").Add(role, n).Add(cells.Text, " ")
		}
	}
	at := ""
	if n := p.Source.Len(); n > p.Height() { // there is more than what is seen
		at = " " + itoa(min(p.Cursor, n-1)+1) + "/" + itoa(n) + " ─"
	}
	if n := width - l.Width() - safe.Width(at); n > 0 {
		l.Add(cells.Rest, strings.Repeat("─", n)).Add(cells.Dim, at)
	}
	f.line(s, x, y, width, l)
}

func (f *frame) page(s tcell.Screen, x, y, width, rows int) {
	f.a.page.refresh(f.a, width-2)
	p := f.a.page.lines()
	for i, h := range p.heading {
		if i < rows-1 {
			f.line(s, x, y, width, h)
			f.headY = y
			y, rows = y+1, rows-1
		}
	}
	p.SetRect(x+1, y, width-1, rows)
	p.Focus = true
	p.Draw(s, f.a.theme)
}

func (f *frame) status(s tcell.Screen, x, y, width int) {
	a := f.a
	var l cells.Line
	t := a.m.Totals()
	meaning := a.detail.meaning()
	switch {
	case a.asked:
		l.Add(cells.Notice, safe.Cut(a.question(), width))
	case a.flash.text != "":
		l.Add(a.flash.role, safe.Cut(a.flash.text, width))
	case meaning != "" && a.page == nil && lost(t) == "":
		l.Add(cells.Notice, safe.Cut(meaning, width))
	case a.over != "" && lost(t) == "":
		l.Add(cells.Good, safe.Cut(a.over, width))
	default:
		counts := a.list.counts()
		l.Spans = append(l.Spans, counts.Spans...)
		if lost := lost(t); lost != "" && width > 40 {
			l.Add(cells.Warn, " · "+lost)
		}
		if unread := a.unread(); unread != "" {
			l.Add(cells.Warn, " · "+unread)
		}
	}
	hint := a.hint(width - l.Width() - 2)
	l.To(width - safe.Width(hint))
	if l.Width()+safe.Width(hint) <= width {
		l.Add(cells.Dim, hint)
	}
	f.line(s, x, y, width, l)
}

// focused says whether keys go to the detail.
func (p *detailPage) focused() bool {
	return p.open && (p.whole || p.a.detail.hasFocus || p.a.frame.tooSmall())
}

func (f *frame) tooSmall() bool {
	_, _, _, h := f.GetRect()
	return h < small
}

// HasFocus, InputHandler and PasteHandler hand keys to the prompt while it is
// open: all others were dealt with before (App.key).
func (f *frame) HasFocus() bool { return f.Box.HasFocus() || f.a.prompt.field.HasFocus() }

func (f *frame) InputHandler() func(*tcell.EventKey, func(tview.Primitive)) {
	if f.a.prompt.on {
		return f.a.prompt.field.InputHandler()
	}
	return f.Box.InputHandler()
}

func (f *frame) PasteHandler() func(string, func(tview.Primitive)) {
	if f.a.prompt.on {
		return f.a.prompt.field.PasteHandler()
	}
	return f.Box.PasteHandler()
}

// MouseHandler turns the wheel into scrolling and clicks into selections.
func (f *frame) MouseHandler() func(tview.MouseAction, *tcell.EventMouse, func(tview.Primitive)) (bool, tview.Primitive) {
	return func(action tview.MouseAction, e *tcell.EventMouse, _ func(tview.Primitive)) (bool, tview.Primitive) {
		x, y := e.Position()
		switch action {
		case tview.MouseScrollUp:
			f.a.scroll(x, y, -3)
		case tview.MouseScrollDown:
			f.a.scroll(x, y, 3)
		case tview.MouseLeftDown:
			f.grip = f.gripAt(x, y)
			return false, nil
		case tview.MouseMove:
			if e.Buttons()&tcell.ButtonPrimary == 0 || !f.drag(x, y) {
				return false, nil
			}
		case tview.MouseLeftUp:
			f.grip = noGrip
			return false, nil
		case tview.MouseLeftClick:
			f.a.click(x, y)
		case tview.MouseLeftDoubleClick:
			f.a.click(x, y)
			f.a.enter()
		default:
			return false, nil
		}
		return true, nil
	}
}

// grip is a split that the mouse holds.
type grip uint8

const (
	noGrip grip = iota
	gripRow
	gripColumn
)

func (f *frame) gripAt(x, y int) grip {
	switch {
	case f.a.page != nil || !f.a.detail.open:
	case f.wideX >= 0 && x >= f.wideX-1 && x <= f.wideX:
		return gripColumn
	case f.wideX < 0 && y == f.tabsY && !f.a.detail.whole:
		return gripRow
	}
	return noGrip
}

// drag moves the split that the mouse holds, if it holds one.
func (f *frame) drag(x, y int) bool {
	_, _, width, _ := f.GetRect()
	switch f.grip {
	case gripColumn:
		f.wide = bounded((x*100 + width - 1) / width)
	case gripRow:
		f.split = bounded(((y-f.top)*100 + f.rows - 1) / max(f.rows, 1))
	default:
		return false
	}
	return true
}

func (a *App) scroll(x, y, by int) {
	switch {
	case a.page != nil:
		a.page.lines().Scroll(by)
	case a.detail.open && a.detail.Contains(x, y):
		a.detail.Scroll(by)
	default:
		a.list.following = false
		a.list.Scroll(by)
		a.list.moved()
	}
}

func (a *App) click(x, y int) {
	if a.page != nil {
		if p, is := a.page.(*statsPage); is && y == a.frame.headY {
			if by, ok := cells.StatColumnAt(x, p.width); ok {
				p.sortColumn(by)
			}
			return
		}
		if i, ok := a.page.lines().At(x, y); ok {
			a.page.lines().Cursor = i
		}
		return
	}
	if a.detail.open && y == a.frame.tabsY {
		for i := tabs - 1; i >= 0; i-- {
			if a.frame.tabsX[i] >= 0 && x >= a.frame.tabsX[i] {
				a.detail.show(i)
				return
			}
		}
	}
	if a.detail.open && a.detail.Contains(x, y) {
		a.detail.hasFocus = true
		if i, ok := a.detail.At(x, y); ok {
			a.detail.Cursor = i
		}
		return
	}
	if y == a.frame.headY {
		c := cells.Fitting(a.list.Width(), a.m.Mode() == model.ByCommand, a.list.paths)
		if by, ok := c.At(x); ok {
			a.sortColumn(by)
		}
		return
	}
	if i, ok := a.list.At(x, y); ok && !(a.detail.open && a.detail.whole) {
		a.detail.hasFocus = false
		a.list.following = false
		a.list.Cursor = i
		a.list.moved()
		a.arrange()
	}
}

func percent(done, all int64) string {
	if all <= 0 {
		return "…"
	}
	return grouped(int(done*100/all)) + "%"
}
