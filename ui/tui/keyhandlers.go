package tui

import (
	"context"
	"slices"
	"time"

	"github.com/dockwire/dockwire/ui/model"
	"github.com/dockwire/dockwire/ui/text"
	"github.com/dockwire/dockwire/ui/tui/cells"
	"github.com/dockwire/dockwire/ui/tui/clipboard"
	"github.com/dockwire/dockwire/ui/tui/copyas"
	"github.com/dockwire/dockwire/ui/tui/theme"
	"github.com/dockwire/dockwire/ui/tui/widgets"
)

// active is where the cursor is moved.
func (a *App) active() *widgets.Lines {
	switch a.here() {
	case inPage:
		return &a.page.lines().Lines
	case inDetail:
		return &a.detail.Lines
	}
	return &a.list.Lines
}

func (a *App) move(by int) {
	if a.here() == inList {
		a.list.move(by)
		return
	}
	a.active().Move(by)
}

func (a *App) bottom() {
	a.move(1 << 30)
	if a.here() == inList {
		a.list.following = true
	}
}

func (a *App) follow() {
	a.list.following = !a.list.following
	if a.list.following {
		a.say(cells.Dim, "following what comes; moving up ends that")
	}
}

func (a *App) sideways(by int) { l := a.active(); l.Left = max(l.Left+by, 0) }

// enter opens what the cursor is on.
func (a *App) enter() {
	switch a.here() {
	case inPage:
		a.openFromPage()
		return
	case inDetail:
		if a.detail.shown() == tabCopy && a.detail.d != nil {
			a.copy()
			return
		}
		if !a.detail.toggle() && a.detail.shown() == tabOverview {
			a.turn(1)
		}
		return
	}
	if !a.list.has {
		return
	}
	if a.list.sel.IsCommand {
		a.list.toggle(func(was bool) bool { return !was })
		return
	}
	a.list.following = false
	a.detail.open = true
	a.detail.hasFocus = true
}

func (a *App) expand() {
	if a.list.sel.IsCommand && a.list.has {
		a.list.toggle(func(bool) bool { return true })
		return
	}
	if a.detail.open {
		a.turn(1)
	}
}

func (a *App) collapse() { a.list.toggle(func(bool) bool { return false }) }

// expandAll opens all commands, also those that come later, or closes all where
// all are open.
func (a *App) expandAll() {
	open := !a.m.Expanded()
	for i := 0; !open && i < a.m.Lines(); i++ {
		if l := a.m.Line(i); l.IsCommand {
			open = !a.m.Command(l.Command).Expanded
		}
	}
	a.m.ExpandAll(open)
	if open {
		a.say(cells.Dim, "all commands are open, also those that come; * closes them")
	}
}

func (a *App) switchMode() {
	mode := model.ByTime
	if a.m.Mode() == model.ByTime {
		mode = model.ByCommand
	}
	following := a.list.following
	a.m.SetMode(mode)
	a.m.Arrange()
	if mode == model.ByTime && a.list.sel.IsCommand { // to the first call of the command
		if of := a.m.Of(a.list.sel.Command); len(of) > 0 {
			a.list.goTo(of[0])
		}
	} else if a.list.has && !a.list.sel.IsCommand {
		a.list.goTo(a.list.sel.Pos)
	}
	a.list.following = following
}

func (a *App) switchPaths() {
	if p, is := a.page.(*sequencePage); is {
		p.paths, p.made = !p.paths, time.Time{}
		return
	}
	if a.list.Width() >= cells.Roomy {
		a.say(cells.Dim, "there is room for both")
		return
	}
	a.list.paths = !a.list.paths
}

func (a *App) sortBy(step int) {
	if a.page != nil {
		if p, is := a.page.(*statsPage); is {
			p.sortBy(step)
		}
		return
	}
	s := a.m.Sort()
	n := len(model.Columns)
	a.sortColumn(model.Column((int(s.By) + step + n) % n))
}

// sortColumn sorts by a column; by the one that sorts already, the other way
// round. Numbers are sorted from the greatest, names from A, times as they came.
func (a *App) sortColumn(by model.Column) {
	if a.m.Sort().By == by && a.m.Sort() != (model.Sort{}) {
		a.reverse()
		return
	}
	a.m.SetSort(model.Sort{By: by, Reverse: by >= model.SortStatus})
	a.list.following = false
	a.say(cells.Dim, "sorted by "+by.String())
}

func (a *App) reverse() {
	if a.page != nil {
		if p, is := a.page.(*statsPage); is {
			p.sortColumn(p.by)
		}
		return
	}
	s := a.m.Sort()
	s.Reverse = !s.Reverse
	a.m.SetSort(s)
}

func (a *App) askFilter() { a.prompt.ask(askFilter, a.m.Filter().String()) }
func (a *App) askSearch() { a.prompt.ask(askSearch, "") }

// found goes to the next or the previous line in the detail that has what was
// searched for, then to the next call.
func (a *App) found(by int) {
	if a.here() == inDetail && a.detail.Seek(by) {
		return
	}
	was := a.list.sel
	a.search.next(a, by)
	if d := a.detail.d; a.here() == inDetail && a.list.sel == was && d != nil && len(a.search.hits) > 0 {
		says := "no further line here has it"
		if d.Skipped > 0 {
			says += "; " + text.Size(d.Skipped) + " in the middle are not shown: print --body shows them"
		}
		a.say(cells.Dim, says)
	}
}

// failure goes to the next or the previous call that failed.
func (a *App) failure(by int) {
	p, ok := a.m.NextFailure(a.list.sel, by)
	switch {
	case !ok && a.m.Totals().Failed > 0:
		a.say(cells.Dim, "the filter hides what failed")
	case !ok:
		a.say(cells.Good, "nothing failed")
	default:
		a.list.goTo(p)
	}
}

// failed is the filter for calls that failed.
const failed = "is:failed"

// onlyFailures shows only what failed, or everything again.
func (a *App) onlyFailures() {
	f := failed
	if a.m.Filter().String() == failed {
		f = ""
	}
	if err := a.setFilter(f); err != nil {
		a.say(cells.Warn, err.Error())
	}
}

// onlyCommand filters by the command of the selected line.
func (a *App) onlyCommand() {
	c := a.m.Command(a.list.sel.Command)
	if !a.list.has || c == nil {
		return
	}
	f := "conn>0"
	switch {
	case c.Peer.PID != 0:
		f = "pid:" + itoa(c.Peer.PID)
	case c.Peer.Address != "":
		f = "addr:" + c.Peer.Address
	}
	if err := a.setFilter(f); err != nil {
		a.say(cells.Warn, err.Error())
	}
}

func (a *App) focus() {
	switch {
	case !a.detail.open:
		a.detail.open, a.detail.hasFocus = true, true
	case a.detail.whole || a.frame.tooSmall():
		a.detail.open, a.detail.hasFocus, a.detail.whole = false, false, false
	default:
		a.detail.hasFocus = !a.detail.hasFocus
	}
}

func (a *App) turn(by tab) {
	if !a.detail.open || a.detail.line.IsCommand {
		return
	}
	to := a.detail.shown()
	for range tabs {
		if to = (to + by + tabs) % tabs; !a.detail.empty(to) {
			break
		}
	}
	a.detail.show(to)
}

func (a *App) maximise() {
	a.detail.open = true
	a.detail.whole = !a.detail.whole
	a.detail.hasFocus = true
}

func (a *App) resize(by int) {
	split := &a.frame.split
	if _, _, width, _ := a.frame.GetRect(); width >= sideBySide {
		split = &a.frame.wide
	}
	*split = bounded(*split + 5*by)
}

// wrap breaks long lines of the detail, or lets them run out of sight.
func (a *App) wrap() {
	a.detail.wrap = !a.detail.wrap
	a.detail.made = madeFor{}
	if a.detail.Left = 0; a.detail.wrap {
		a.say(cells.Dim, "long lines are broken")
	}
}

// switchQuiet hides pings and the calls around builds, or shows them again.
func (a *App) switchQuiet() {
	a.m.SetQuiet(!a.m.Quiet())
	if a.m.Quiet() {
		a.say(cells.Dim, "pings and probes are hidden; i shows them")
	}
}

// switchAll shows a ContainerCreate with all its settings, or by what is not a
// default.
func (a *App) switchAll() {
	a.detail.all = !a.detail.all
	a.detail.made = madeFor{}
	if a.detail.all {
		a.say(cells.Dim, "all settings of a create are shown; "+a.keyFor("all")+" leaves the defaults out")
	}
}

func (a *App) terminal() { a.detail.asTTY = !a.detail.asTTY }

func (a *App) mark() {
	r, _, ok := a.list.row()
	if !ok {
		a.say(cells.Dim, "a call can be marked, a command cannot")
		return
	}
	k := a.m.Marks.Of(r.ID)
	k.Marked = !k.Marked
	a.m.Marks.Set(r.ID, k)
	a.saveMarks()
}

func (a *App) askComment() {
	r, _, ok := a.list.row()
	if !ok {
		a.say(cells.Dim, "a comment belongs to a call")
		return
	}
	a.prompt.ask(askComment, a.m.Marks.Of(r.ID).Comment)
}

func (a *App) comment(text string) {
	r, _, ok := a.list.row()
	if !ok {
		return
	}
	k := a.m.Marks.Of(r.ID)
	k.Comment = text
	a.m.Marks.Set(r.ID, k)
	a.saveMarks()
}

func (a *App) nextMark() {
	ids := a.m.Marks.IDs()
	if len(ids) == 0 {
		a.say(cells.Dim, "nothing is marked: m marks a call, ; comments on it")
		return
	}
	i := 0
	if r, _, ok := a.list.row(); ok {
		var there bool
		if i, there = slices.BinarySearch(ids, r.ID); there {
			i++
		}
	}
	for n := range ids {
		if p, ok := a.m.ByID(ids[(i+n)%len(ids)]); ok && a.list.goTo(p) {
			return
		}
	}
	a.say(cells.Warn, "what is marked is not in the list")
}

// copy copies the form under the cursor of the tab Copy as; elsewhere, the call as
// a curl command.
func (a *App) copy() {
	if a.page != nil {
		if p, is := a.page.(*sequencePage); is {
			a.copySequence(p)
		}
		return
	}
	p := &a.detail
	if p.open && p.d != nil && p.shown() == tabCopy && p.Cursor < len(p.formAt) {
		a.copyForm(p.formAt[p.Cursor])
		return
	}
	a.copyForm(0)
}

func (a *App) copyForm(n int) {
	p := &a.detail
	if p.d == nil {
		a.say(cells.Dim, "open a call first: enter")
		return
	}
	f := copyas.Forms(p.d, a.o.Upstream)[n]
	if f.Why != "" {
		a.say(cells.Warn, f.Why)
		return
	}
	a.toClipboard(f.Name, f.Text)
}

func (a *App) copyWelcome() {
	for _, w := range a.o.Welcome {
		if len(w) > 7 && w[:7] == "export " {
			a.toClipboard("the line", w)
			return
		}
	}
	a.say(cells.Dim, "there is no line to copy: this is a recording")
}

// toClipboard hands a text to the terminal and to the native tool, which is
// run on a goroutine of its own, and says which of them has it.
func (a *App) toClipboard(what, text string) {
	a.say(cells.Dim, "copying…")
	if a.frame.screen != nil {
		a.frame.screen.SetClipboard([]byte(text))
	}
	a.start(func(context.Context) {
		tool, ok := clipboard.Copy(text)
		a.inbox.put(func() {
			if ok {
				a.say(cells.Good, what+": copied with "+tool)
				return
			}
			a.say(cells.Notice, what+": sent to the terminal (OSC 52), which may ignore it")
		})
	})
}

func (a *App) switchMouse() {
	a.mouse = !a.mouse
	a.tv.EnableMouse(a.mouse)
	if a.mouse {
		a.say(cells.Dim, "mouse on")
	} else {
		a.say(cells.Dim, "mouse off: the terminal selects text")
	}
}

func (a *App) nextTheme() { a.useTheme(theme.Next(a.theme.Name)) }

func (a *App) useTheme(t *theme.Theme) {
	a.theme = t
	a.detail.made = madeFor{}
	a.say(cells.Dim, "theme "+a.theme.Name)
}

func (a *App) suspend() {
	if a.o.Suspend != nil {
		a.tv.Suspend(a.o.Suspend)
	}
}

func (a *App) redraw() {
	if a.frame.screen != nil {
		a.frame.screen.Sync()
	}
}

// back closes what was opened last.
func (a *App) back() {
	switch {
	case a.page != nil:
		a.leavePage()
	case a.detail.whole:
		a.detail.whole = false
	case a.detail.open:
		a.detail.open, a.detail.hasFocus = false, false
		a.detail.drop()
	case a.search.text != "":
		a.search.begin(a, "")
	case !a.m.Filter().Empty():
		_ = a.setFilter("") // an empty filter has no error
	}
}
