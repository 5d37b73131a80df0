package model

import (
	"context"
	"sync"
	"time"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/exchange"
	"github.com/dockwire/dockwire/decode/filter"
)

// searchKeep is how much of each body is kept for what asks for documents (the
// image of a create, say). Texts are looked for in all bytes.
const searchKeep = 64 << 10

// Search reads an archive and tells which exchanges a filter matches. Run is
// called in a goroutine of the caller's; Take may be called from another.
type Search struct {
	filter *filter.Filter
	scan   *filter.Scanner
	fold   *exchange.Folder
	seen   map[decode.ExchangeID]time.Duration // open ones, judged when they were so far

	mu    sync.Mutex
	found []decode.ExchangeID
	state SearchState
}

// SearchState is how far a search has come.
type SearchState struct {
	Done, All int64 // bytes
	Idle      bool  // has read all that there is for now
	Unkept    int64 // bytes that the recording does not have
	Err       error // why it ended early
}

// NewSearch searches for what a filter matches; see filter.Text.
func NewSearch(f *filter.Filter) *Search {
	s := &Search{filter: f, scan: f.Scanner(), seen: map[decode.ExchangeID]time.Duration{}}
	s.fold = exchange.NewFolder(searchKeep, s.watch)
	if f.Reads().Outcome {
		s.fold.Group(nil)
	}
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
	s.scan.Event(x, e)
	switch e := e.(type) {
	case *decode.ExchangeEnd:
		if x == nil {
			return
		}
		s.judge(x)
		delete(s.seen, x.ID)
	case *decode.Omitted:
		s.mu.Lock()
		s.state.Unkept += e.Bytes
		s.mu.Unlock()
	}
}

func (s *Search) judge(x *exchange.Exchange) {
	if s.filter.Match(x) {
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
				s.scan.CheckHeld(x)
				s.judge(x)
			}
		}
	}
	s.mu.Lock()
	s.state.Done, s.state.All, s.state.Idle = done, all, done >= all
	s.mu.Unlock()
}
