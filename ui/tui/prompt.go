package tui

import (
	"errors"
	"slices"
	"strings"

	"github.com/gdamore/tcell/v2"
	"github.com/rivo/tview"

	"github.com/dockwire/dockwire/decode/filter"
	"github.com/dockwire/dockwire/ui/safe"
	"github.com/dockwire/dockwire/ui/tui/cells"
)

// prompt is the line in which a filter, a search or a comment is typed.
type prompt struct {
	a       *App
	field   *tview.InputField
	kind    promptKind
	on      bool
	problem string // what is wrong with what was typed
	history [len(promptLabels)][]string
	back    int // how far back in the history
	offered []filter.Completion
	before  string // the filter that was in use
}

type promptKind int

const (
	askFilter promptKind = iota
	askSearch
	askComment
	askSaveTo
	askCommand
)

var promptLabels = [...]string{"filter ", "search ", "comment ", "save to ", ":"}

// maxHistory bounds what was typed before.
const maxHistory = 50

func newPrompt(a *App) *prompt {
	p := &prompt{a: a, field: tview.NewInputField()}
	p.field.SetChangedFunc(p.changed)
	p.field.SetAutocompleteFunc(p.complete)
	p.field.SetAutocompletedFunc(p.completed)
	p.field.SetInputCapture(p.key)
	return p
}

// ask opens the prompt.
func (p *prompt) ask(kind promptKind, text string) {
	p.kind, p.on, p.back, p.problem, p.before = kind, true, 0, "", p.a.m.Filter().String()
	t := p.a.theme
	p.field.SetLabel(promptLabels[kind]).SetLabelStyle(t.Of(cells.Notice))
	p.field.SetAutocompleteStyles(tcell.ColorDefault, t.Selected(t.Of(cells.Dim), false), t.Selected(t.Base, true))
	p.field.SetAutocompleteUseTags(false)
	p.field.SetText(text)
	p.changed(text)
	p.a.tv.SetFocus(p.field)
	if text == "" {
		p.field.Autocomplete() // offers what was used before
	}
}

// leave closes the prompt, and takes back what it has shown meanwhile.
func (p *prompt) leave() {
	p.show(p.before)
	p.close()
}

// show shows what a filter lets through that was in use before.
func (p *prompt) show(before string) {
	if p.a.m.Filter().String() != before {
		_ = p.a.setFilter(before) // it was one then
	}
}

func (p *prompt) close() {
	p.on = false
	p.field.SetText("")
	p.a.tv.SetFocus(p.a.frame)
}

// changed looks at a filter as it is typed, and shows what it lets through
// where rows are enough to tell.
func (p *prompt) changed(text string) {
	t := p.a.theme
	style := t.Base
	p.problem = ""
	want, is := p.filtering(text)
	if is && want != "" {
		style = t.Right
		f, err := filter.Parse(want)
		switch {
		case err != nil:
			style = t.Wrong
			p.problem = strings.TrimPrefix(err.Error(), "filter: ")
		case p.on && f.Reads().Any(): // rows do not tell: enter looks
			p.show(p.before)
		case p.on && want != p.a.m.Filter().String():
			p.a.preview(f)
		}
	}
	p.field.SetFieldStyle(style)
}

// filtering is the filter that is being typed, and whether one is.
func (p *prompt) filtering(text string) (string, bool) {
	if p.kind == askCommand {
		return strings.CutPrefix(text, "filter ")
	}
	return text, p.kind == askFilter
}

// offer is how many completions are shown at once.
const offer = 8

// complete offers what could be typed next: of a filter that was not begun,
// those that were used last.
func (p *prompt) complete(text string) []string {
	p.offered = nil
	if !p.on {
		return nil
	}
	var all []filter.Completion
	want, is := p.filtering(text)
	switch {
	case is && want == "":
		for _, h := range slices.Backward(p.history[askFilter]) {
			all = append(all, filter.Completion{Text: h, From: len(text), To: len(text), Doc: "used before"})
		}
	case is:
		for _, c := range filter.Complete(want, len(want), p.a.values) {
			if c.From == c.To && want[len(want)-1] != ':' || c.Text == want[c.From:c.To] {
				continue // nothing was begun
			}
			c.From, c.To = c.From+len(text)-len(want), c.To+len(text)-len(want)
			all = append(all, c)
		}
	case p.kind == askCommand:
		all = p.a.completeCommand(text)
	}
	var entries []string
	_, _, width, _ := p.a.frame.GetRect()
	for _, c := range all[:min(len(all), offer)] {
		p.offered = append(p.offered, c)
		entry := safe.String(c.Text)
		if c.Doc != "" {
			entry = cells.Fit(entry, max(20, safe.Width(entry)), false) + " " + c.Doc
		}
		// What is below would look as if it belonged to the entry.
		entries = append(entries, cells.Fit(entry, max(width-len(promptLabels[p.kind]), 1), false))
	}
	return entries
}

func (p *prompt) completed(_ string, index, source int) bool {
	if source == tview.AutocompletedNavigate || index >= len(p.offered) {
		return false
	}
	c := p.offered[index]
	text := p.field.GetText()
	if c.To <= len(text) {
		p.field.SetText(text[:c.From] + c.Text)
	}
	return source == tview.AutocompletedEnter || source == tview.AutocompletedTab || source == tview.AutocompletedClick
}

func (p *prompt) key(e *tcell.EventKey) *tcell.EventKey {
	switch e.Key() {
	case tcell.KeyEscape:
		p.leave()
		return nil
	case tcell.KeyEnter:
		p.enter()
		return nil
	case tcell.KeyCtrlP:
		p.recall(1)
		return nil
	case tcell.KeyCtrlN:
		p.recall(-1)
		return nil
	case tcell.KeyCtrlC:
		p.leave()
		return nil
	}
	return e
}

func (p *prompt) recall(by int) {
	h := p.history[p.kind]
	p.back = max(min(p.back+by, len(h)), 0)
	if p.back == 0 {
		p.field.SetText("")
		return
	}
	p.field.SetText(h[len(h)-p.back])
}

func (p *prompt) remember(text string) {
	if text == "" {
		return
	}
	h := slices.DeleteFunc(p.history[p.kind], func(s string) bool { return s == text })
	h = append(h, text)
	p.history[p.kind] = h[max(len(h)-maxHistory, 0):]
}

// enter carries out what was typed.
func (p *prompt) enter() {
	text := strings.TrimSpace(p.field.GetText())
	switch p.kind {
	case askFilter:
		if err := p.a.setFilter(text); err != nil {
			p.problem = strings.TrimPrefix(err.Error(), "filter: ")
			return
		}
	case askSearch:
		p.a.search.begin(p.a, text)
	case askComment:
		p.a.comment(text)
	case askSaveTo:
		p.a.save(text)
	case askCommand:
		p.close() // a command may ask for something itself
		if problem := p.a.command(text); problem != "" {
			p.ask(askCommand, text)
			p.problem = problem
			return
		}
		p.remember(text)
		return
	}
	p.remember(text)
	p.close()
}

// draw draws the prompt over the lower end of the screen, where its
// completions find room above it.
func (p *prompt) draw(s tcell.Screen, x, y, width, height int) {
	if !p.on {
		return
	}
	row := y + height - 1
	p.a.frame.line(s, x, row, width, cells.Line{})
	if p.problem != "" && len(p.offered) == 0 && height > 3 { // what can be typed next stands there
		p.a.frame.line(s, x, row-1, width, cells.Make(cells.Bad, safe.Cut(p.problem, width)))
	}
	p.field.SetRect(x, row, width, 1)
	p.field.Draw(s)
}

// preview shows what a filter lets through that is still being typed.
func (a *App) preview(f *filter.Filter) {
	a.m.SetFilter(f)
	a.search.deepen(a, f)
}

// setFilter shows only what a filter lets through.
func (a *App) setFilter(text string) error {
	f, err := filter.Parse(text)
	if err != nil {
		return err
	}
	if f.Reads().Any() && a.o.Archive == nil {
		return errors.New("this filter reads heads or bodies, and nothing is recorded")
	}
	a.m.SetFilter(f)
	a.search.deepen(a, f)
	return nil
}
