package main

import (
	"errors"
	"sync"
	"time"

	"github.com/dockwire/dockwire/intercept"
)

// lookEvery is how often it is looked whether the listeners' sockets are where
// clients look for them.
const lookEvery = 2 * time.Second

// lookout says it when a listener's socket is removed or replaced: a daemon
// that restarts makes its own again, and people remove what they do not know.
type lookout struct {
	places []intercept.Place
	stop   chan struct{} // nil: not begun
	done   sync.WaitGroup
	lost   error // read after end
}

// add is called before begin.
func (l *lookout) add(at intercept.Endpoint) {
	if p, ok := intercept.PlaceOf(at); ok {
		l.places = append(l.places, p)
	}
}

func (l *lookout) begin(tell teller) {
	if len(l.places) == 0 {
		return
	}
	l.stop = make(chan struct{})
	l.done.Go(func() {
		tick := time.NewTicker(lookEvery)
		defer tick.Stop()
		for {
			select {
			case <-l.stop:
				return
			case <-tick.C:
				l.look(tell)
			}
		}
	})
}

// look drops the places that are lost: each is said once.
func (l *lookout) look(tell teller) {
	left := l.places[:0]
	for _, p := range l.places {
		if err := p.Lost(); err != nil {
			tell("%v; end dockwire and start it again", err)
			l.lost = errors.Join(l.lost, err)
			continue
		}
		left = append(left, p)
	}
	l.places = left
}

// end stops looking and returns what was lost. It may be called twice.
func (l *lookout) end() error {
	if l.stop != nil {
		close(l.stop)
		l.done.Wait()
		l.look(func(string, ...any) {}) // the caller says it
		l.stop = nil
	}
	return l.lost
}
