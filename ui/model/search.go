package model

import (
	"context"
	"sync"
	"time"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/exchange"
	"github.com/dockwire/dockwire/decode/filter"
)

// searchKeep is how much of each body is searched.
const searchKeep = 1 << 20

// Search reads an archive and tells which exchanges match. Run is called in a
// goroutine of the caller's; Take may be called from another.
type Search struct {
	match func(*exchange.Exchange) bool
	fold  *exchange.Folder
	seen  map[decode.ExchangeID]time.Duration // open ones, judged when they were so far

	mu    sync.Mutex
	found []decode.ExchangeID
	state SearchState
}

// SearchState is how far a search has come.
type SearchState struct {
	Done, All int64 // bytes
	Idle      bool  // has read all that there is for now
	Err       error // why it ended early
}

// NewSearch searches for a text in heads, bodies and streams, without regard
// to the case of ASCII letters.
func NewSearch(text string) *Search {
	w := lowered(text)
	return newSearch(func(x *exchange.Exchange) bool { return holds(x, w) })
}

// NewFilterSearch searches for what a filter matches.
func NewFilterSearch(f *filter.Filter) *Search { return newSearch(f.Match) }

func newSearch(match func(*exchange.Exchange) bool) *Search {
	s := &Search{match: match, seen: map[decode.ExchangeID]time.Duration{}}
	s.fold = exchange.NewFolder(searchKeep, s.watch)
	return s
}

// Run searches until all is read or ctx is done.
func (s *Search) Run(ctx context.Context, a Archive) {
	err := a.Scan(ctx, s.fold.Event, s.idle)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.state.Idle = true
	if ctx.Err() == nil {
		s.state.Err = err
	}
}

// Take returns what was found since the last call, and how far it is.
func (s *Search) Take() ([]decode.ExchangeID, SearchState) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f := s.found
	s.found = nil
	return f, s.state
}

func (s *Search) watch(x *exchange.Exchange, e decode.Event) {
	if _, over := e.(*decode.ExchangeEnd); over && x != nil {
		s.judge(x)
		delete(s.seen, x.ID)
	}
}

func (s *Search) judge(x *exchange.Exchange) {
	if s.match(x) {
		s.mu.Lock()
		s.found = append(s.found, x.ID)
		s.mu.Unlock()
	}
}

func (s *Search) idle(done, all int64) {
	if done >= all {
		for x := range s.fold.Open() {
			if s.seen[x.ID] != x.Last {
				s.seen[x.ID] = x.Last
				s.judge(x)
			}
		}
	}
	s.mu.Lock()
	s.state.Done, s.state.All, s.state.Idle = done, all, done >= all
	s.mu.Unlock()
}

func holds(x *exchange.Exchange, w []byte) bool {
	if containsFold(x.Target, w) {
		return true
	}
	for _, side := range [...]*exchange.Side{&x.Request, &x.Response} {
		if containsFold(side.Body, w) {
			return true
		}
		for _, f := range side.Fields {
			if containsFold(f.Name, w) || containsFold(f.Value, w) {
				return true
			}
		}
	}
	return false
}

func lowered(s string) []byte {
	b := []byte(s)
	for i := range b {
		b[i] = lower(b[i])
	}
	return b
}

func lower(c byte) byte {
	if c-'A' < 26 {
		c += 'a' - 'A'
	}
	return c
}

// containsFold finds a lower-case word, ignoring the case of ASCII letters.
func containsFold[T ~string | ~[]byte](s T, w []byte) bool {
	if len(w) == 0 {
		return false
	}
next:
	for i := 0; i+len(w) <= len(s); i++ {
		if lower(s[i]) != w[0] {
			continue
		}
		for j := 1; j < len(w); j++ {
			if lower(s[i+j]) != w[j] {
				continue next
			}
		}
		return true
	}
	return false
}
