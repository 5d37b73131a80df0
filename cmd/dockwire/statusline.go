package main

import (
	"fmt"
	"os"
	"time"

	"golang.org/x/term"

	"github.com/dockwire/dockwire/recordings/verify"
	"github.com/dockwire/dockwire/ui/safe"
)

// statusLine tells on a terminal how far something is, in one line that is
// written over.
type statusLine struct {
	out   *os.File // nil: nobody is there to see it
	shown time.Time
}

// statusEvery is how often it changes at most.
const statusEvery = 100 * time.Millisecond

func newStatusLine(out *os.File) *statusLine {
	if os.Getenv("TERM") == "dumb" || !term.IsTerminal(int(out.Fd())) {
		return &statusLine{}
	}
	return &statusLine{out: out}
}

// show reports a run's progress.
func (s *statusLine) show(p verify.Progress) {
	if s.out == nil || time.Since(s.shown) < statusEvery && p.Done < p.Calls {
		return
	}
	s.shown = time.Now()
	line := fmt.Sprintf("%d of %d calls, %d changed", p.Done, p.Calls, p.Differ)
	if p.Waiting != "" {
		line += ", waiting for " + p.Waiting
	}
	fmt.Fprintf(s.out, "\r\x1b[K%.70s", safe.String(line))
}

// clear takes it away.
func (s *statusLine) clear() {
	if s.out != nil && !s.shown.IsZero() {
		fmt.Fprint(s.out, "\r\x1b[K")
	}
}
