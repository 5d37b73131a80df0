package main

import (
	"os"
	"os/signal"
	"syscall"
	"time"

	"golang.org/x/term"

	"github.com/dockwire/dockwire/ui/lineout"
)

// screenPatience is how long a screen may take to read the last lines.
const screenPatience = 2 * time.Second

// screen is a printer for live traffic: behind it stands a queue, so that a
// terminal that is not read never holds up the decode loop.
type screen struct {
	printer
	lines   *lineout.Writer
	file    *os.File
	resized chan os.Signal
	broken  chan os.Signal
}

// open makes the screen; nil when nothing is to be shown.
func (f *showFlags) open(file *os.File, start time.Time) (*screen, error) {
	if f.format == "none" {
		return nil, nil
	}
	eol := "\n"
	if term.IsTerminal(int(file.Fd())) {
		eol = "\r\n" // docker run -t puts the terminal in raw mode
	}
	s := &screen{lines: lineout.New(file, eol), file: file, resized: make(chan os.Signal, 1), broken: make(chan os.Signal, 1)}
	p, err := f.printer(s.lines, file, start)
	if err != nil {
		_ = s.lines.Close(0)
		return nil, err
	}
	s.printer = p
	// Asked for, a broken pipe is an error of writing; else it would kill
	// dockwire, with the sockets still there.
	signal.Notify(s.broken, syscall.SIGPIPE)
	if len(resizeSignals) > 0 {
		signal.Notify(s.resized, resizeSignals...)
	}
	return s, nil
}

// Flush implements pipeline.Consumer; lines are on their way already.
func (s *screen) Flush() {}

// Tick implements pipeline.Consumer.
func (s *screen) Tick(now time.Duration) {
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

// gone is closed when nobody reads the screen any more; nil, which is never,
// without one.
func (s *screen) gone() <-chan struct{} {
	if s == nil {
		return nil
	}
	return s.lines.Gone()
}

// close shows what is still open. It is called when the decode loop has
// ended. A nil screen shows nothing.
func (s *screen) close() {
	if s == nil {
		return
	}
	signal.Stop(s.resized)
	signal.Stop(s.broken)
	_ = s.printer.Close() // a screen that is gone is nobody's loss
	_ = s.lines.Close(screenPatience)
	if n := s.lines.Dropped(); n > 0 {
		say("%d lines were not shown because the screen was not reading", n)
	}
}
