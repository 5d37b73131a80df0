// Package problems reports what went wrong on the relay's path without flooding
// the user. It knows no flags and no protocol.
package problems

import (
	"sync"
	"time"
)

// Log reports problems. Within an interval it reports the same problem once, and
// only a few different ones: any client that reaches a port can cause as many as
// it likes.
type Log struct {
	Explain func(error) string
	Tell    func(format string, args ...any)

	mu         sync.Mutex
	began      time.Time       // of the current interval
	reported   map[string]bool // in it
	unreported int             // in it, without repetitions
}

const (
	interval    = 5 * time.Second
	perInterval = 10
)

// Report reports a problem, unless there were too many.
func (l *Log) Report(err error) {
	text := l.Explain(err)
	l.mu.Lock()
	defer l.mu.Unlock()
	if time.Since(l.began) >= interval {
		l.conclude()
		l.began, l.reported = time.Now(), make(map[string]bool)
	}
	switch {
	case l.reported[text]:
	case len(l.reported) >= perInterval:
		l.unreported++
	default:
		l.reported[text] = true
		l.Tell("%s", text)
	}
}

// Close reports how many problems were left out. Report must not run any more.
func (l *Log) Close() { l.conclude() }

func (l *Log) conclude() {
	if l.unreported > 0 {
		s := "s"
		if l.unreported == 1 {
			s = ""
		}
		l.Tell("%d more problem%s like these not shown", l.unreported, s)
	}
	l.unreported = 0
}
