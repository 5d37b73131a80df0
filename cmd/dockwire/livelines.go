package main

import (
	"os"
	"os/signal"
	"syscall"
	"time"

	"golang.org/x/term"

	"github.com/dockwire/dockwire/cmd/internal/child"
	"github.com/dockwire/dockwire/ui/lineout"
)

// screenPatience is how long the terminal may take to read the last lines.
const screenPatience = 2 * time.Second

// liveLines prints live traffic. A queue behind it keeps a terminal that does not
// read from holding up the decode loop.
type liveLines struct {
	printer
	lines   *lineout.Writer
	file    *os.File
	resized chan os.Signal
	broken  chan os.Signal
}

// open makes the printer; nil with --format none.
func (f *showFlags) open(file *os.File, start time.Time) (*liveLines, error) {
	if f.format == "none" {
		return nil, nil
	}
	eol := "\n"
	if term.IsTerminal(int(file.Fd())) {
		eol = "\r\n" // docker run -t puts the terminal in raw mode
	}
	s := &liveLines{lines: lineout.New(file, eol), file: file, resized: make(chan os.Signal, 1), broken: make(chan os.Signal, 1)}
	p, err := f.printer(s.lines, file, start)
	if err != nil {
		_ = s.lines.Close(0)
		return nil, err
	}
	s.printer = p
	// With Notify a broken pipe is a write error. Otherwise it would kill dockwire
	// and leave the sockets behind.
	signal.Notify(s.broken, syscall.SIGPIPE)
	if len(child.ResizeSignals) > 0 {
		signal.Notify(s.resized, child.ResizeSignals...)
	}
	return s, nil
}

// Flush implements pipeline.Consumer; lines are on their way already.
func (s *liveLines) Flush() {}

// Tick implements pipeline.Consumer.
func (s *liveLines) Tick(now time.Duration) {
	select {
	case <-s.resized:
		if p, ok := s.printer.(interface{ Resize(int) }); ok {
			if width, _, err := term.GetSize(int(s.file.Fd())); err == nil {
				p.Resize(width)
			}
		}
	default:
	}
	s.printer.Tick(now)
}

// gone is closed when nobody reads the output any more. It is nil, which never
// closes, for nil lines.
func (s *liveLines) gone() <-chan struct{} {
	if s == nil {
		return nil
	}
	return s.lines.Gone()
}

// close prints the exchanges that are still open. It is called when the decode
// loop has ended.
func (s *liveLines) close() {
	if s == nil {
		return
	}
	signal.Stop(s.resized)
	signal.Stop(s.broken)
	_ = s.printer.Close() // nobody reads a terminal that is gone
	_ = s.lines.Close(screenPatience)
	if n := s.lines.Dropped(); n > 0 {
		say("%d lines were not shown because the terminal was not reading", n)
	}
}

// failed says that something went wrong with a call, as far as lines tell.
func (s *liveLines) failed() bool {
	if s == nil {
		return true
	}
	p, tells := s.printer.(interface{ Failed() bool })
	return !tells || p.Failed()
}
