package model

import (
	"context"
	"sync"
	"time"

	"github.com/dockwire/dockwire/decode"
)

// Scan reads an archive from its beginning for a page of the screen, which
// takes what was made of it so far. Run is called in a goroutine of the
// caller's; Take may be called from another.
type Scan[T any] struct {
	mu    sync.Mutex
	got   T
	fresh bool
	state SearchState
}

// takeEvery is how often the page gets what was made while more is read.
const takeEvery = 200 * time.Millisecond

// Run hands all events to a maker until all are read or ctx is done, and asks
// it from time to time for what it has made, which has to be a copy.
func (s *Scan[T]) Run(ctx context.Context, a Archive, event func(decode.Event), made func() T) {
	var told time.Time
	news := true
	tell := func(done, all int64, idle bool, err error) {
		due := news && (idle || time.Since(told) >= takeEvery)
		var got T
		if due {
			got, told, news = made(), time.Now(), false
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		if due {
			s.got, s.fresh = got, true
		}
		s.state = SearchState{Done: done, All: all, Idle: idle, Err: err}
	}
	err := a.Scan(ctx, func(e decode.Event) { news = true; event(e) }, func(done, all int64) { tell(done, all, done >= all, nil) })
	if ctx.Err() != nil {
		err = nil
	}
	tell(1, 1, true, err)
}

// Take returns the latest that was made, whether it is new, and how far the
// reading is.
func (s *Scan[T]) Take() (T, bool, SearchState) {
	s.mu.Lock()
	defer s.mu.Unlock()
	fresh := s.fresh
	s.fresh = false
	return s.got, fresh, s.state
}
