package tui

import (
	"bytes"
	"encoding/json"
)

// state is what a screen takes over from the one before it: the places of the
// splits and what was typed. It is kept as JSON.
type state struct {
	Split    int      `json:"split,omitempty"` // hundredths of the height that the list has at most
	Wide     int      `json:"wide,omitempty"`  // hundredths of the width, where the detail is beside it
	Filters  []string `json:"filters,omitempty"`
	Searches []string `json:"searches,omitempty"`
	Commands []string `json:"commands,omitempty"`
}

// Bounds of a split, in hundredths.
const (
	leastSplit = 20
	mostSplit  = 80
)

func bounded(split int) int { return max(min(split, mostSplit), leastSplit) }

// resume takes a state over. Bytes that are no state are ignored.
func (a *App) resume(b []byte) {
	var s state
	if json.Unmarshal(b, &s) != nil {
		return
	}
	if s.Split != 0 {
		a.frame.split = bounded(s.Split)
	}
	if s.Wide != 0 {
		a.frame.wide = bounded(s.Wide)
	}
	for kind, typed := range map[promptKind][]string{askFilter: s.Filters, askSearch: s.Searches, askCommand: s.Commands} {
		a.prompt.history[kind] = typed[max(len(typed)-maxHistory, 0):]
	}
}

// saveState keeps the state for the next screen, where it has changed.
func (a *App) saveState() {
	h := &a.prompt.history
	b, err := json.Marshal(state{a.frame.split, a.frame.wide, h[askFilter], h[askSearch], h[askCommand]})
	if err == nil && a.o.SaveState != nil && !bytes.Equal(b, a.o.State) {
		a.o.SaveState(b)
	}
}
