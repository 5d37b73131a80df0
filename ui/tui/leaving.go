package tui

import (
	"context"
	"time"

	"github.com/dockwire/dockwire/ui/tui/cells"
)

// quit closes a page, or leaves. It asks first when calls would be lost.
func (a *App) quit() {
	switch {
	case a.page != nil:
		a.leavePage()
	case a.unsaved() == 0 || a.asked:
		a.Stop()
	default:
		a.asked = true
	}
}

// unsaved is how many calls are in no recording.
func (a *App) unsaved() int {
	if a.o.Save == nil {
		return 0
	}
	return a.m.Totals().Exchanges - a.kept
}

// question is what is asked before leaving, "" when nothing is.
func (a *App) question() string {
	if !a.asked {
		return ""
	}
	n := a.unsaved()
	what := grouped(n) + " calls are in no recording"
	if n == 1 {
		what = "one call is in no recording"
	}
	return what + ": " + a.keyFor("save") + " saves, " + a.keyFor("quit") + " again leaves, any other key stays"
}

// askSave asks for the file to save to.
func (a *App) askSave() {
	if a.o.Save == nil {
		a.say(cells.Dim, "this is recorded already")
		return
	}
	a.prompt.ask(askSaveTo, "dockwire-"+a.now.Format("20060102-150405")+".jsonl")
}

// save writes what was seen to a file.
func (a *App) save(path string) {
	switch {
	case a.o.Save == nil:
		a.say(cells.Dim, "this is recorded already")
		return
	case path == "":
		a.say(cells.Warn, "save where? :save FILE.jsonl")
		return
	case a.saving:
		a.say(cells.Warn, "still saving")
		return
	}
	a.saving = true
	a.say(cells.Dim, "saving to "+path+" …")
	marks, seen := a.m.Marks.Encode(), a.m.Totals().Exchanges
	if len(a.m.Marks.IDs()) == 0 {
		marks = nil
	}
	a.start(func(ctx context.Context) {
		err := a.o.Save(ctx, path, marks)
		a.inbox.put(func() {
			a.saving = false
			if err != nil {
				a.flash = flash{err.Error(), cells.Bad, time.Now().Add(3 * flashFor)}
				return
			}
			a.kept = seen
			a.say(cells.Good, "saved "+grouped(seen)+" calls: dockwire view "+path)
		})
	})
}
