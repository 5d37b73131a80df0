package tui

import (
	"context"
	"strconv"
	"time"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/build"
	"github.com/dockwire/dockwire/decode/engine"
	"github.com/dockwire/dockwire/decode/exchange"
	"github.com/dockwire/dockwire/ui/model"
	"github.com/dockwire/dockwire/ui/safe"
	"github.com/dockwire/dockwire/ui/tui/cells"
	"github.com/dockwire/dockwire/ui/tui/copyas"
	"github.com/dockwire/dockwire/ui/tui/widgets"
)

// tab is one view of an exchange.
type tab int

const (
	tabOverview tab = iota
	tabRequest
	tabResponse
	tabStream
	tabBuild
	tabRaw
	tabCopy
	tabs
)

var tabNames = [tabs]string{"Overview", "Request", "Response", "Stream", "Build", "Raw", "Copy as"}

// showEvery is how often what is read of an exchange is shown as it comes.
const showEvery = 50 * time.Millisecond

// detailPage shows the exchange that is selected.
type detailPage struct {
	widgets.Lines
	a        *App
	open     bool
	whole    bool // it has the list's room too
	hasFocus bool
	tab      tab
	asTTY    bool
	wrap     bool
	all      bool // a create is shown with its defaults

	id      decode.ExchangeID // shown or being read
	line    model.Line
	d       *model.Detail
	err     error
	reading bool // not all that there is was read yet
	cancel  context.CancelFunc

	toEnd   bool // a stream that goes on is shown at its end first
	folded  map[tab]map[int]bool
	forms   []copyas.Form
	formAt  []int // form of each line
	content cells.Source
	made    madeFor
}

// madeFor is what the lines were made for. When it differs they are made again.
type madeFor struct {
	d     *model.Detail
	line  model.Line
	tab   tab
	width int
	tty   bool
	calls int
	says  string // a command's verdict, or what went wrong with the exchange
	mark  model.Mark
	now   time.Duration // of what is open
	build *build.Build
}

func (p *detailPage) init(a *App) {
	p.a, p.asTTY, p.Source = a, true, cells.Fixed(nil)
	p.folded = map[tab]map[int]bool{}
}

// follow begins to read the exchange that is selected.
func (p *detailPage) follow(a *App) {
	if !p.open {
		return
	}
	r, _, ok := a.list.row()
	if !ok {
		p.drop()
		p.line = a.list.sel
		return
	}
	p.line = a.list.sel
	if r.ID == p.id {
		return
	}
	p.drop()
	p.folded = map[tab]map[int]bool{}
	p.Top, p.Cursor, p.Left, p.toEnd = 0, 0, 0, true
	p.load(a, r)
}

// drop forgets the exchange that was shown.
func (p *detailPage) drop() {
	if p.cancel != nil {
		p.cancel()
		p.cancel = nil
	}
	p.id, p.d, p.err, p.reading = 0, nil, nil, false
}

// load reads an exchange back, on a goroutine of its own, and goes on as more
// of it comes.
func (p *detailPage) load(a *App, r *model.Row) {
	p.id, p.reading = r.ID, true
	id, at, archive := r.ID, r.At, a.o.Archive
	if archive == nil || at == model.NotKept {
		p.reading = false
		p.err = errNotKept
		return
	}
	ctx, cancel := context.WithCancel(a.ctx)
	p.cancel = cancel
	in := model.NewDetailReader(a.m.Connection(r))
	show := func(reading bool, err error) {
		d := in.Detail()
		a.inbox.put(func() {
			if p.id != id || ctx.Err() != nil {
				return
			}
			p.reading, p.err = reading, err
			if d.Exchange != nil {
				p.d = d
			}
		})
	}
	a.start(func(context.Context) {
		var shown time.Time
		news := false
		err := archive.Exchange(ctx, id, at, func(e decode.Event) {
			in.Event(e)
			if news = true; time.Since(shown) > showEvery {
				show(true, nil)
				shown, news = time.Now(), false
			}
		}, func() {
			if news || shown.IsZero() {
				show(false, nil)
				shown, news = time.Now(), false
			}
		})
		show(false, err)
	})
}

type detailError string

func (e detailError) Error() string { return string(e) }

const errNotKept = detailError("this call is not recorded: there is no more to show of it")

// take shows an exchange as far as it was read.
func (p *detailPage) take(a *App) bool {
	got := a.inbox.take()
	for _, f := range got {
		f()
	}
	return len(got) > 0
}

// refresh makes the lines of the tab that is shown.
func (p *detailPage) refresh(width int) {
	a := p.a
	made := madeFor{d: p.d, line: p.line, tab: p.shown(), width: width, tty: p.asTTY}
	if c := a.m.Command(p.line.Command); p.line.IsCommand && c != nil {
		made.calls, made.says = c.Calls<<1+c.Open, c.Verdict.Line
	}
	if p.d != nil {
		made.mark, made.says = a.m.Marks.Of(p.d.ID), a.list.message()
		if p.d.State != exchange.Done && p.shown() == tabOverview {
			made.now = a.passed().Truncate(time.Second)
		}
		if p.shown() == tabBuild {
			if made.build = p.build(); !made.build.Done {
				made.now = a.passed().Truncate(pulseEvery)
			}
		}
	}
	if made == p.made && p.err == nil && p.content != nil {
		return
	}
	atEnd := p.made.line == made.line && p.made.tab == made.tab && p.Cursor > 0 && p.Cursor == p.content.Len()-1
	p.made = made
	p.forms, p.formAt = nil, nil
	switch {
	case p.line.IsCommand:
		p.content = a.commandLines(p.line.Command, width)
	case p.d == nil && p.err != nil:
		p.content = cells.Fixed{cells.Make(cells.Warn, safe.String(p.err.Error()))}
	case p.d == nil:
		p.content = cells.Fixed{cells.Make(cells.Dim, "reading…")}
	default:
		p.content = p.tabLines(width)
		if p.wrap {
			p.content = cells.Wrap(p.content, width)
		}
	}
	p.Source = p.content
	if p.toEnd && p.d != nil {
		p.toEnd = false
		atEnd = atEnd || p.shown() == tabStream && p.d.State != exchange.Done
	}
	if atEnd { // a stream that grows is followed
		p.Cursor = p.content.Len() - 1
	}
}

func (p *detailPage) tabLines(width int) cells.Source {
	clock := p.a.o.Clock
	switch p.shown() {
	case tabRequest:
		return cells.Fixed(cells.Message(p.d, decode.Request, clock, width, p.folded[p.tab], p.all))
	case tabResponse:
		return cells.Fixed(cells.Message(p.d, decode.Response, clock, width, p.folded[p.tab], p.all))
	case tabStream:
		var sizes []model.TerminalSize
		if pos, ok := p.a.m.ByID(p.d.ID); ok && cells.IsTerminal(p.d) {
			sizes = p.a.m.TerminalSizes(pos)
		}
		return cells.Stream(p.d, sizes, clock, width, p.asTTY)
	case tabBuild:
		return cells.Fixed(cells.Build(p.build(), p.a.passed(), width))
	case tabRaw:
		return cells.Fixed(cells.Raw(p.d, width))
	case tabCopy:
		return cells.Fixed(p.copyLines())
	}
	return cells.Fixed(cells.Overview(p.d, p.a.list.message(), p.a.m.Marks.Of(p.d.ID), clock, p.a.passed(), width))
}

// meaning says what the field under the cursor is for, "" where that is not known.
func (p *detailPage) meaning() string {
	t := p.shown()
	if !p.focused() || p.d == nil || p.d.Call.Op == nil || p.content == nil || p.Cursor >= p.content.Len() || t != tabRequest && t != tabResponse {
		return ""
	}
	place := cells.Place(p.content, p.Cursor, p.Width())
	doc := engine.FieldDoc
	if t == tabResponse {
		doc = engine.AnswerDoc
	}
	if s := doc(p.d.Call.Op.ID, place); s != "" {
		return place + ": " + s
	}
	return ""
}

// copyLines shows the forms in which the exchange can be copied.
func (p *detailPage) copyLines() []cells.Line {
	p.forms = copyas.Forms(p.d, p.a.o.Upstream)
	var lines []cells.Line
	add := func(form int, l cells.Line) { lines = append(lines, l); p.formAt = append(p.formAt, form) }
	for i, f := range p.forms {
		if i > 0 {
			add(i-1, cells.Line{})
		}
		title := cells.Make(cells.Title, f.Name)
		if f.Why == "" {
			title.Add(cells.Dim, "  "+strconv.Itoa(i+1)+" or enter copies it")
		}
		add(i, title)
		if f.Why != "" {
			add(i, cells.Make(cells.Dim, f.Why))
			continue
		}
		for _, l := range cells.PlainText([]byte(f.Text)) {
			add(i, l)
		}
	}
	return lines
}

// toggle opens or closes what can be folded on the cursor's line, and reports
// whether there was anything.
func (p *detailPage) toggle() bool {
	if p.content == nil || p.Cursor >= p.content.Len() {
		return false
	}
	node := p.content.Line(p.Cursor, p.Width()).Node
	if node == 0 {
		return false
	}
	f := p.folded[p.tab]
	if f == nil {
		f = map[int]bool{}
		p.folded[p.tab] = f
	}
	f[node] = !f[node]
	p.made = madeFor{}
	return true
}

// build is the build that the exchange belongs to, with all that is known of it.
func (p *detailPage) build() *build.Build {
	if p.d == nil || p.d.Build == nil {
		return nil
	}
	if b := p.a.m.Build(p.d.Build.Ref); b != nil {
		return b
	}
	return p.d.Build
}

// empty says that a tab has nothing to show.
func (p *detailPage) empty(t tab) bool {
	if p.d == nil || p.reading { // what it has is not known yet, and keys that are typed at once go the same way
		return t == tabBuild && (p.d == nil || p.d.Build == nil)
	}
	switch t {
	case tabResponse:
		return p.d.Status == 0 && len(p.d.Interim) == 0
	case tabStream:
		return !cells.IsStream(p.d)
	case tabBuild:
		return p.d.Build == nil || p.d.Build.Probe
	}
	return false
}

// shown is the tab that is seen: the one that was chosen, if it has something.
func (p *detailPage) shown() tab {
	if p.empty(p.tab) {
		return tabOverview
	}
	return p.tab
}

// show turns to a tab.
func (p *detailPage) show(t tab) {
	p.tab = (t + tabs) % tabs
	p.Top, p.Cursor, p.Left, p.toEnd = 0, 0, 0, true
	p.made = madeFor{}
}

// commandLines sums up a command.
func (a *App) commandLines(id model.CommandID, width int) cells.Source {
	c := a.m.Command(id)
	if c == nil {
		return cells.Fixed{cells.Make(cells.Dim, "no longer kept")}
	}
	return cells.Fixed(cells.CommandOverview(a.m, c, a.o.Clock, width))
}
