package tui

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/filter"
	"github.com/dockwire/dockwire/ui/model"
	"github.com/dockwire/dockwire/ui/text"
	"github.com/dockwire/dockwire/ui/tui/cells"
)

// searching is the search for a text, and for what a filter wants that looks
// into bodies. Both read the archive from its beginning, on goroutines of
// their own, and go on as it grows.
type searching struct {
	text  string
	find  *model.Search
	stop  context.CancelFunc
	state model.SearchState
	hits  []decode.ExchangeID
	jump  bool // go to the first that is found

	deep      *model.Search
	stopDeep  context.CancelFunc
	deepState model.SearchState
	waiting   []decode.ExchangeID // found, and not yet in the list
}

// begin searches for a text; "" ends the search.
func (s *searching) begin(a *App, want string) {
	if s.stop != nil {
		s.stop()
		s.stop = nil
	}
	s.text, s.find, s.hits, s.state = "", nil, nil, model.SearchState{}
	if want == "" {
		return
	}
	if a.o.Archive == nil {
		a.say(cells.Warn, "nothing is recorded, so there is nothing to search")
		return
	}
	s.text, s.find, s.jump = want, model.NewSearch(filter.Text(want)), true
	s.stop = a.runSearch(s.find)
}

// deepen runs the filter over the archive where rows cannot tell.
func (s *searching) deepen(a *App, f *filter.Filter) {
	if s.stopDeep != nil {
		s.stopDeep()
		s.stopDeep = nil
	}
	s.deep, s.deepState, s.waiting = nil, model.SearchState{}, nil
	if a.m.Deep() {
		s.deep = model.NewSearch(f)
		s.stopDeep = a.runSearch(s.deep)
	}
}

func (a *App) runSearch(s *model.Search) context.CancelFunc {
	ctx, cancel := context.WithCancel(a.ctx)
	a.start(func(context.Context) { s.Run(ctx, a.o.Archive) })
	return cancel
}

// take takes what was found.
func (s *searching) take(a *App) bool {
	changed := false
	if s.deep != nil {
		found, state := s.deep.Take()
		changed = len(found) > 0 || state != s.deepState
		s.deepState = state
		s.waiting = append(s.waiting, found...)
		s.waiting = slices.DeleteFunc(s.waiting, func(id decode.ExchangeID) bool {
			p, ok := a.m.ByID(id)
			if ok {
				a.m.Found(p)
			}
			return ok
		})
	}
	if s.find != nil {
		found, state := s.find.Take()
		changed = changed || len(found) > 0 || state != s.state
		s.state = state
		for _, id := range found {
			if i, there := slices.BinarySearch(s.hits, id); !there {
				s.hits = slices.Insert(s.hits, i, id)
			}
		}
		// What was found before the selected call is not the next of them, unless
		// it turns out that there is no other.
		if n := len(s.hits); s.jump && n > 0 && (state.Idle || s.hits[n-1] >= a.list.selected()) {
			s.jump = false
			s.next(a, 0)
		}
	}
	return changed
}

// next goes to the next or the previous exchange that holds the text; by 0
// stays where it is found already.
func (s *searching) next(a *App, by int) {
	if len(s.hits) == 0 {
		switch {
		case s.text == "":
			a.say(cells.Dim, "nothing is searched for: / begins a search")
		case s.running():
			a.say(cells.Dim, "nothing found yet")
		default:
			a.say(cells.Warn, "nothing found")
		}
		return
	}
	i, there := slices.BinarySearch(s.hits, a.list.selected())
	switch {
	case by < 0:
		i--
	case there && by > 0:
		i++
	}
	by = cmp.Or(by, 1)
	n := len(s.hits)
	for tries := range n {
		id := s.hits[((i+by*tries)%n+n)%n]
		if p, ok := a.m.ByID(id); ok && a.list.goTo(p) {
			return
		}
	}
	a.say(cells.Warn, "the filter hides what was found")
}

func (s *searching) running() bool {
	return s.find != nil && !s.state.Idle || s.deep != nil && !s.deepState.Idle
}

func (s *searching) progress() string {
	st := s.state
	if s.deep != nil && !s.deepState.Idle {
		st = s.deepState
	}
	return "searching " + percent(st.Done, st.All)
}

// found says what came of the search so far.
func (s *searching) found() string {
	switch n := len(s.hits); {
	case s.state.Err != nil:
		return "ended early: " + s.state.Err.Error()
	case n == 0 && s.running():
		return "nothing yet"
	case n == 0 && s.state.Unkept > 0:
		return "in no call; " + text.Size(s.state.Unkept) + " are not in the recording"
	case n == 0:
		return "in no call"
	case n == 1:
		return "in one call"
	default:
		return fmt.Sprintf("in %s calls  n N", grouped(n))
	}
}
