package tui

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/dockwire/dockwire/decode/filter"
	"github.com/dockwire/dockwire/ui/model"
	"github.com/dockwire/dockwire/ui/tui/cells"
	"github.com/dockwire/dockwire/ui/tui/theme"
)

// verb is a command that takes an argument. All other commands are actions by
// their names.
type verb struct {
	name, argument, doc string
	do                  func(a *App, argument string) (problem string)
	values              func(*App) []string // that the argument may begin with; nil: any
}

func verbs() []verb {
	return []verb{
		{"filter", "EXPR", "show only calls that match; without EXPR, all", (*App).commandFilter, nil},
		{"search", "TEXT", "search in heads, bodies and streams", func(a *App, text string) string { a.search.begin(a, text); return "" }, nil},
		{"sort", "COLUMN", "sort by a column; again reverses the order", (*App).commandSort, func(*App) []string { return model.Columns[:] }},
		{"theme", "NAME", "choose the colours", (*App).commandTheme, func(*App) []string { return theme.Names() }},
		{"save", "FILE", "save the calls seen so far to a file", func(a *App, path string) string { a.save(path); return "" }, nil},
		{"export", "FORMAT FILE", "write the calls that are shown for other programs; screen: a picture of this page", (*App).commandExport, func(a *App) []string { return append(slices.Clone(a.o.Formats), screenFormat) }},
	}
}

func (a *App) askCommand() { a.prompt.ask(askCommand, "") }

// command runs the command that was typed; problem says why it cannot.
func (a *App) command(text string) (problem string) {
	name, argument, _ := strings.Cut(text, " ")
	argument = strings.TrimSpace(argument)
	if name == "" {
		return ""
	}
	all := verbs()
	if i := slices.IndexFunc(all, func(v verb) bool { return v.name == name }); i >= 0 && (argument != "" || !IsAction(name)) {
		return all[i].do(a, argument)
	}
	for _, act := range a.bound() {
		if act.id != name {
			continue
		}
		if act.where&a.here() == 0 {
			return name + " is for another part of the screen"
		}
		act.do(a)
		return ""
	}
	var like []string
	for _, c := range a.completeCommand(name[:min(len(name), 2)]) {
		like = append(like, strings.TrimSpace(c.Text))
	}
	if len(like) > 0 {
		return "there is no command " + name + ": " + strings.Join(like[:min(len(like), 5)], ", ") + "?"
	}
	return "there is no command " + name + ": ? names all"
}

// completeCommand offers commands, and arguments where they are known.
func (a *App) completeCommand(text string) (out []filter.Completion) {
	name, argument, second := strings.Cut(text, " ")
	if second {
		for _, v := range verbs() {
			if v.name == name && v.values != nil {
				for _, value := range v.values(a) {
					if strings.HasPrefix(value, argument) {
						out = append(out, filter.Completion{Text: value, From: len(name) + 1, To: len(text)})
					}
				}
			}
		}
		return out
	}
	for _, v := range verbs() {
		if strings.HasPrefix(v.name, text) {
			out = append(out, filter.Completion{Text: v.name + " ", To: len(text), Doc: v.argument + "  " + v.doc})
		}
	}
	for _, act := range a.bound() {
		if strings.HasPrefix(act.id, text) && act.where&a.here() != 0 && !slices.ContainsFunc(verbs(), func(v verb) bool { return v.name == act.id }) {
			out = append(out, filter.Completion{Text: act.id, To: len(text), Doc: act.doc})
		}
	}
	return out
}

func (a *App) commandFilter(text string) string {
	if err := a.setFilter(text); err != nil {
		return strings.TrimPrefix(err.Error(), "filter: ")
	}
	a.prompt.kind = askFilter
	a.prompt.remember(text)
	a.prompt.kind = askCommand
	return ""
}

func (a *App) commandExport(argument string) string {
	format, path, _ := strings.Cut(argument, " ")
	path = strings.TrimSpace(path)
	switch {
	case format == screenFormat && path != "" && a.o.Picture != nil:
		return a.exportScreen(path)
	case a.o.Export == nil:
		return "there is no recording to export"
	case !slices.Contains(a.o.Formats, format) && format != screenFormat:
		return "export in which format? " + strings.Join(append(slices.Clone(a.o.Formats), screenFormat), ", ")
	case path == "":
		return "export to which file? :export " + format + " FILE"
	}
	a.say(cells.Dim, "exporting to "+path+" …")
	which := a.m.Filter()
	a.start(func(ctx context.Context) {
		err := a.o.Export(ctx, format, path, which)
		a.inbox.put(func() {
			switch {
			case err != nil:
				a.flash = flash{err.Error(), cells.Bad, time.Now().Add(3 * flashFor)}
			case !which.Empty():
				a.say(cells.Good, "exported what the filter lets through to "+path)
			default:
				a.say(cells.Good, "exported to "+path)
			}
		})
	})
	return ""
}

func (a *App) commandSort(name string) string {
	i := slices.IndexFunc(model.Columns[:], func(column string) bool { return strings.HasPrefix(column, name) })
	if i < 0 || name == "" {
		return "there is no column " + name + ": " + strings.Join(model.Columns[:], ", ")
	}
	a.sortColumn(model.Column(i))
	return ""
}

func (a *App) commandTheme(name string) string {
	t, err := theme.Named(name)
	if err != nil {
		return err.Error()
	}
	a.useTheme(t)
	return ""
}

// values are the values that a field of the filter has in the calls that are
// listed.
func (a *App) values(field string) (out []filter.ValueDoc) {
	for _, v := range a.m.Values(field) {
		out = append(out, filter.ValueDoc{Value: v})
	}
	return out
}
