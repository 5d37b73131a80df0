package tui

import (
	"slices"

	"github.com/gdamore/tcell/v2"

	"github.com/dockwire/dockwire/ui/safe"
	"github.com/dockwire/dockwire/ui/tui/keys"
)

// where is the part of the screen on which an action works.
type where uint8

const (
	inList where = 1 << iota
	inDetail
	inPage   // sequence, statistics, messages, help
	anywhere = inList | inDetail | inPage
)

// action is something that keys do, or a title. The table of actions drives the keys, the
// help and the hints.
type action struct {
	id    string // its name in the configuration
	where where
	keys  []string
	doc   string
	hint  string // one word for the status line; "" keeps it out
	do    func(*App)
}

// title stands in the table before the actions that the help puts below it.
func title(text string) action { return action{doc: text} }

// actions is the one table of what keys do.
func actions() []action {
	return []action{
		title("Everywhere"),
		{"help", anywhere, []string{"?", "f1"}, "show or hide this help", "help", (*App).help},
		{"quit", anywhere, []string{"q", "ctrl-c"}, "close the page, or leave dockwire", "quit", (*App).quit},
		{"save", anywhere, []string{"w"}, "save the calls seen so far to a file, with marks and comments", "", (*App).askSave},
		{"command", anywhere, []string{":"}, "type a command: any action by its name, or filter, search, sort, theme, save", "", (*App).askCommand},
		{"back", anywhere, []string{"esc"}, "close what was opened last: page, detail, search, filter", "", (*App).back},

		title("Moving"),
		{"down", anywhere, []string{"j", "down"}, "a line down", "", func(a *App) { a.move(1) }},
		{"up", anywhere, []string{"k", "up"}, "a line up", "", func(a *App) { a.move(-1) }},
		{"page-down", anywhere, []string{"pgdn", "ctrl-f"}, "a page down", "", func(a *App) { a.move(a.active().Height() - 1) }},
		{"page-up", anywhere, []string{"pgup", "ctrl-b"}, "a page up", "", func(a *App) { a.move(1 - a.active().Height()) }},
		{"top", anywhere, []string{"g", "home"}, "to the first line", "", func(a *App) { a.move(-1 << 30) }},
		{"bottom", anywhere, []string{"G", "end"}, "to the last line, and follow what comes", "", (*App).bottom},
		{"follow", inList | inDetail, []string{"F"}, "follow what comes, or stay where you are", "", (*App).follow},

		title("The list"),
		{"open", anywhere, []string{"enter"}, "open or close: calls of a command, detail of a call, a part of JSON", "open", (*App).enter},
		{"expand", inList, []string{"l", "right"}, "open the calls of a command", "", (*App).expand},
		{"collapse", inList, []string{"h", "left"}, "close the calls of a command", "", (*App).collapse},
		{"expand-all", inList, []string{"*"}, "open or close every command", "", (*App).expandAll},
		{"scroll-right", inDetail | inPage, []string{"l"}, "scroll to the right", "", func(a *App) { a.sideways(8) }},
		{"scroll-left", inDetail | inPage, []string{"h"}, "scroll to the left", "", func(a *App) { a.sideways(-8) }},
		{"tree", inList | inDetail, []string{"t"}, "commands with their calls, or all calls by time", "tree", (*App).switchMode},
		{"sort", inList | inPage, []string{"o"}, "sort by the next column", "", func(a *App) { a.sortBy(1) }},
		{"sort-back", inList | inPage, []string{"O"}, "sort by the previous column", "", func(a *App) { a.sortBy(-1) }},
		{"reverse", inList | inPage, []string{"r"}, "reverse the order", "", (*App).reverse},

		{"paths", anywhere, []string{"p"}, "what calls are about, or their methods and paths", "", (*App).switchPaths},
		{"pings", inList | inDetail, []string{"i"}, "hide pings and probes, or show them again", "", (*App).switchQuiet},

		title("Finding"),
		{"filter", anywhere, []string{"f", "&"}, "show only calls that match a filter", "filter", (*App).askFilter},
		{"search", anywhere, []string{"/"}, "search in heads, bodies and streams of all calls", "search", (*App).askSearch},
		{"next", anywhere, []string{"n"}, "to the next call that the search found; in the detail, to the next line", "", func(a *App) { a.found(1) }},
		{"previous", anywhere, []string{"N"}, "to the previous one", "", func(a *App) { a.found(-1) }},
		{"next-failure", inList | inDetail, []string{"e"}, "to the next call that failed", "failure", func(a *App) { a.failure(1) }},
		{"previous-failure", inList | inDetail, []string{"E"}, "to the previous one", "", func(a *App) { a.failure(-1) }},
		{"only-failures", inList | inDetail, []string{"x"}, "show only calls that failed, or all again", "", (*App).onlyFailures},
		{"only-command", inList, []string{"c"}, "show only calls of this client command", "", (*App).onlyCommand},

		title("The detail"),
		{"focus", inList | inDetail, []string{"tab"}, "between list and detail", "", (*App).focus},
		{"next-tab", inDetail, []string{"]", "right"}, "the next tab of the detail", "", func(a *App) { a.turn(1) }},
		{"previous-tab", inDetail, []string{"[", "left"}, "the previous tab", "", func(a *App) { a.turn(-1) }},
		{"turn", inList, []string{"]"}, "the next tab, while the list keeps the cursor", "", func(a *App) { a.turn(1) }},
		{"turn-back", inList, []string{"["}, "the previous tab, while the list keeps the cursor", "", func(a *App) { a.turn(-1) }},
		{"maximise", inList | inDetail, []string{"z", "\\"}, "give the detail the whole terminal", "", (*App).maximise},
		{"grow", inList | inDetail, []string{"+"}, "more room for the list", "", func(a *App) { a.resize(1) }},
		{"shrink", inList | inDetail, []string{"-"}, "more room for the detail", "", func(a *App) { a.resize(-1) }},
		{"wrap", inDetail, []string{"W"}, "break long lines, or cut them at the edge", "", (*App).wrap},
		{"all", inList | inDetail, []string{"a"}, "all settings of a ContainerCreate, or those that are not defaults", "", (*App).switchAll},
		{"terminal", inDetail, []string{"v"}, "a terminal's stream as its screen, or as bytes", "", (*App).terminal},

		title("Notes and copies"),
		{"mark", inList | inDetail, []string{"m"}, "mark the call, or remove the mark", "", (*App).mark},
		{"comment", inList | inDetail, []string{";"}, "write a comment on the call", "", (*App).askComment},
		{"next-mark", inList | inDetail, []string{"'"}, "to the next call with a mark or comment", "", (*App).nextMark},

		{"copy", anywhere, []string{"y"}, "copy the call as curl, the form at the cursor of Copy as, or a sequence as Mermaid", "", (*App).copy},
		{"copy-curl", inDetail, []string{"1"}, "copy as curl", "", func(a *App) { a.copyForm(0) }},
		{"copy-docker", inDetail, []string{"2"}, "copy as a docker command", "", func(a *App) { a.copyForm(1) }},
		{"copy-go", inDetail, []string{"3"}, "copy as Go", "", func(a *App) { a.copyForm(2) }},
		{"copy-python", inDetail, []string{"4"}, "copy as Python", "", func(a *App) { a.copyForm(3) }},
		{"copy-javascript", inDetail, []string{"5"}, "copy as JavaScript", "", func(a *App) { a.copyForm(4) }},
		{"copy-json", inDetail, []string{"6"}, "copy as JSON", "", func(a *App) { a.copyForm(5) }},
		{"copy-host", anywhere, []string{"Y"}, "copy the line that points a client here", "", (*App).copyWelcome},

		title("Pages"),
		{"sequence", anywhere, []string{"s"}, "draw the calls of the command as a sequence", "sequence", (*App).sequence},
		{"life", anywhere, []string{"L"}, "what happened to the container, image, network or volume, with all calls about it", "", (*App).life},
		{"statistics", anywhere, []string{"S"}, "count and time the calls by operation", "stats", (*App).statistics},
		{"messages", anywhere, []string{"!"}, "messages of dockwire: recordings that stopped, clients that were refused", "", (*App).messages},

		title("The screen"),
		{"mouse", anywhere, []string{"M"}, "mouse on or off: off, the terminal selects text", "", (*App).switchMouse},
		{"theme", anywhere, []string{"T"}, "the next theme: dark, light, 16 colours, none", "", (*App).nextTheme},
		{"suspend", anywhere, []string{"ctrl-z"}, "open a shell; traffic goes on", "", (*App).suspend},
		{"redraw", anywhere, []string{"ctrl-l"}, "draw the terminal again", "", (*App).redraw},
	}
}

// IsAction reports whether the configuration may give keys to this.
func IsAction(id string) bool {
	return id != "" && slices.ContainsFunc(actions(), func(a action) bool { return a.id == id })
}

// bind finds the actions of each key.
func bind(own map[string][]string) map[string][]*action {
	all := withOwn(own)
	keys := map[string][]*action{}
	for i := range all {
		for _, k := range all[i].keys {
			keys[k] = append(keys[k], &all[i])
		}
	}
	return keys
}

// withOwn is the table with the user's own keys. An action that had such a key
// loses it where the key could mean both.
func withOwn(own map[string][]string) []action {
	all := actions()
	for i := range all {
		names, ok := own[all[i].id]
		if !ok {
			continue
		}
		all[i].keys = names
		for j := range all {
			if _, chosen := own[all[j].id]; !chosen && all[j].where&all[i].where != 0 {
				all[j].keys = slices.DeleteFunc(slices.Clone(all[j].keys), func(k string) bool { return slices.Contains(names, k) })
			}
		}
	}
	return all
}

// bound lists the actions as they are bound, in the order of the table.
func (a *App) bound() []action { return withOwn(a.o.Config.Keys) }

// keyFor is the first key of an action, "" when it has none.
func (a *App) keyFor(id string) string {
	for _, act := range a.bound() {
		if act.id == id && len(act.keys) > 0 {
			return act.keys[0]
		}
	}
	return ""
}

// here is the part of the screen that keys go to now.
func (a *App) here() where {
	switch {
	case a.page != nil:
		return inPage
	case a.detail.focused():
		return inDetail
	}
	return inList
}

// key runs the action of a key, before any widget sees it.
func (a *App) key(e *tcell.EventKey) *tcell.EventKey {
	if a.prompt.on {
		return e
	}
	here := a.here()
	asked := a.asked
	for _, act := range a.keys[keys.Name(e)] {
		if act.where&here != 0 && (!asked || act.id == "quit" || act.id == "save") {
			act.do(a)
			break
		}
	}
	if asked { // any other key stays
		a.asked = false
	}
	a.arrange()
	return nil
}

// hint names the keys that are needed most, as far as there is room.
func (a *App) hint(room int) string {
	here := a.here()
	s := ""
	for _, act := range a.bound() {
		if act.hint == "" || act.where&here == 0 || len(act.keys) == 0 {
			continue
		}
		next := act.keys[0] + " " + act.hint
		if s != "" {
			next = s + "  " + next
		}
		if safe.Width(next) > room {
			break
		}
		s = next
	}
	return s
}
