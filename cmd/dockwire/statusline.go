package main

import (
	"fmt"
	"os"
	"time"

	"golang.org/x/term"

	"github.com/dockwire/dockwire/recordings/verify"
	"github.com/dockwire/dockwire/ui/safe"
)

// statusLine shows progress on a terminal, in one line that it overwrites.
type statusLine struct {
	out   *os.File // nil: not a terminal
	shown time.Time
}

// statusEvery is the shortest time between two changes.
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
