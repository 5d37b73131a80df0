package tui

import (
	"strconv"
	"strings"
	"time"

	"github.com/dockwire/dockwire/ui/model"
	"github.com/dockwire/dockwire/ui/tui/cells"
	"github.com/dockwire/dockwire/ui/tui/widgets"
)

func itoa(n int) string { return strconv.Itoa(n) }

// linesPage is a page of lines below a heading that does not scroll.
type linesPage struct {
	widgets.Lines
	heading []cells.Line
	rows    []model.Pos // exchange of each line, noRow for none
	made    time.Time
	width   int
}

// noRow stands where a line is about no exchange.
const noRow = ^model.Pos(0)

func (p *linesPage) set(lines []cells.Line, rows []model.Pos) {
	p.Source, p.rows = cells.Fixed(lines), rows
}

// due says that a page has to be made again.
func (p *linesPage) due(a *App, width int, every time.Duration) bool {
	if p.Source != nil && p.width == width && a.now.Sub(p.made) < every {
		return false
	}
	p.width, p.made = width, a.now
	return true
}

// openFromPage goes from a line of a page to the exchange it is about.
func (a *App) openFromPage() {
	if s, is := a.page.(*statsPage); is && s.drill(a) {
		return
	}
	p := a.page.lines()
	if p.Cursor >= len(p.rows) || p.rows[p.Cursor] == noRow {
		return
	}
	pos := p.rows[p.Cursor]
	a.leavePage()
	if a.list.goTo(pos) {
		a.detail.open = true
		a.detail.hasFocus = true
	}
}

// reading is a page that goes on reading while it is shown.
type reading interface {
	take() bool // what was read is new
	busy() bool // there is more to be read
	leave()
}

func (a *App) pageBusy() bool {
	r, is := a.page.(reading)
	return is && r.busy()
}

// show replaces the page that is open.
func (a *App) show(p page) {
	a.leavePage()
	a.page = p
}

// leavePage goes back to the list.
func (a *App) leavePage() {
	if r, is := a.page.(reading); is {
		r.leave()
	}
	a.page = nil
}

// left leaves the open page if it is of a kind, so that the key that opens it closes it.
func left[P page](a *App) bool {
	_, on := a.page.(P)
	if on {
		a.leavePage()
	}
	return on
}

// helpPage shows the table of actions.
type helpPage struct{ linesPage }

func (a *App) help() {
	if left[*helpPage](a) {
		return
	}
	a.show(&helpPage{})
}

func (p *helpPage) name() string      { return "keys" }
func (p *helpPage) lines() *linesPage { return &p.linesPage }

func (p *helpPage) refresh(a *App, width int) {
	if p.due(a, width, time.Hour) {
		p.set(a.helpLines(width), nil)
	}
}

// helpKeys is how wide the keys are in the help.
const helpKeys = 18

func (a *App) helpLines(width int) []cells.Line {
	var lines []cells.Line
	for _, act := range a.bound() {
		if act.id == "" {
			if len(lines) > 0 {
				lines = append(lines, cells.Line{})
			}
			lines = append(lines, cells.Make(cells.Title, act.doc))
			continue
		}
		var l cells.Line
		l.Add(cells.Key, cells.Fit(strings.Join(act.keys, " "), helpKeys, false)).Add(cells.Text, "  "+act.doc)
		if width >= 100 && l.Width() < width-16 {
			l.To(width-16).Add(cells.Dim, act.id)
		}
		lines = append(lines, l)
	}
	return append(lines, cells.Line{},
		cells.Make(cells.Dim, "In the filter: tab completes, ctrl-p and ctrl-n bring back earlier filters."),
		cells.Make(cells.Dim, "Keys, theme and mouse can be set in dockwire/config.yaml of your configuration folder."))
}

// statsPage counts calls by operation.
type statsPage struct {
	linesPage
	by      model.StatColumn
	reverse bool
	ops     []*model.OpStats // of the first lines
}

func (a *App) statistics() {
	if left[*statsPage](a) {
		return
	}
	a.show(&statsPage{})
}

func (p *statsPage) name() string      { return "statistics" }
func (p *statsPage) lines() *linesPage { return &p.linesPage }

// statsEvery bounds how often statistics are made again.
const statsEvery = time.Second

func (p *statsPage) refresh(a *App, width int) {
	if p.due(a, width, statsEvery) {
		stats := a.m.Statistics()
		stats.Sort(p.by, p.reverse)
		lines, rows, heading := cells.Statistics(a.m, stats, p.by, p.reverse, width)
		p.heading, p.ops = heading, stats.Ops
		p.set(lines, rows)
	}
}

// drill shows the calls of the operation that the cursor is on.
func (p *statsPage) drill(a *App) bool {
	if p.Cursor >= len(p.ops) {
		return false
	}
	f := "is:unknown"
	if op := p.ops[p.Cursor].Op; op != nil {
		f = "op:" + op.ID
	}
	if now := a.m.Filter().String(); now != "" && now != f {
		f = "(" + now + ") and " + f
	}
	if err := a.setFilter(f); err != nil {
		a.say(cells.Warn, err.Error())
		return true
	}
	a.leavePage()
	a.m.SetMode(model.ByTime)
	return true
}

// sortBy sorts by the next column, or the one before.
func (p *statsPage) sortBy(step int) {
	n := len(model.StatColumns)
	p.sortColumn(model.StatColumn((int(p.by) + step + n) % n))
}

// sortColumn sorts by a column; by the one that sorts already, the other way
// round.
func (p *statsPage) sortColumn(by model.StatColumn) {
	p.reverse = by == p.by && !p.reverse
	p.by, p.made = by, time.Time{}
}
