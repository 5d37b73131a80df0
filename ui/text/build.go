package text

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/build"
)

const (
	// stepLines is how many lines of output are printed of a step that went
	// well, and failLines of the one that the build failed with.
	stepLines = 10
	failLines = 30
)

// build is called when a step has ended, and with no step when the build has.
func (p *Printer) build(b *build.Build, s *build.Step) {
	if !p.o.Streams || b.Probe {
		return
	}
	x := p.fold.Find(b.Solve)
	if x == nil {
		x = p.fold.Find(b.Status)
	}
	if x == nil || p.announced(x) == nil {
		return
	}
	p.group(x)
	if s == nil {
		p.buildEnd(b, x.ID)
	} else {
		p.step(s, x.ID, p.now)
	}
}

// step prints a step with its output under it.
func (p *Printer) step(s *build.Step, id decode.ExchangeID, at time.Duration) {
	state := s.State()
	st := map[string]style{"cached": neutral, "done": good, "failed": bad, "canceled": warn}[state]
	right := build.Seconds(s.Duration())
	p.begin(at, id)
	l := &p.line
	l.text(dim, "  │ ", -1)
	l.text(st, fmt.Sprintf("%-8s ", state), -1)
	l.text(normal, s.Name, p.room(len(right)+2))
	if state != "cached" {
		l.to(l.columns + 2)
		l.text(dim, right, p.room(0))
	}
	p.emit()
	st, limit := normal, stepLines
	if state == "failed" {
		st, limit = bad, failLines
	}
	p.output(s, st, limit, id, at)
	if state == "failed" {
		p.under(id, at, bad, "error: "+s.Err)
	}
}

// output prints the last lines of a step's output.
func (p *Printer) output(s *build.Step, st style, limit int, id decode.ExchangeID, at time.Duration) {
	lines := slices.Collect(bytes.Lines(bytes.TrimRight(s.Log.Bytes("…\n"), "\n")))
	if n := len(lines) - limit; n > 0 && !p.o.All {
		p.under(id, at, dim, fmt.Sprintf("… %s above", counted(n, "more line")))
		lines = lines[n:]
	}
	for _, line := range lines {
		p.under(id, at, st, strings.TrimRight(string(line), "\r\n"))
	}
}

func (p *Printer) under(id decode.ExchangeID, at time.Duration, st style, s string) {
	p.begin(at, id)
	p.line.text(dim, "  │   ", -1)
	p.line.text(st, s, p.room(0))
	p.emit()
}

// buildEnd prints what the daemon took from the client, and what came of it.
func (p *Printer) buildEnd(b *build.Build, id decode.ExchangeID) {
	for _, w := range b.Warnings {
		p.under(id, p.now, warn, "warning: "+w)
	}
	for _, taken := range sent(b) {
		p.under(id, p.now, dim, taken)
	}
	if b.Health != "" {
		p.under(id, p.now, warn, b.Health)
	}
	st := good
	if b.Err != "" {
		st = bad
	}
	p.under(id, p.now, st, strings.TrimSpace("build: "+b.Brief()+" "+b.Digest()))
	p.asides()
}

// asides counts what was folded away since the last time.
func (p *Printer) asides() {
	if p.aside == 0 {
		return
	}
	p.begin(p.now, 0)
	p.line.text(dim, "── "+counted(p.aside, "call")+" around builds not listed (-f 'op:*' lists them): probes, empty connections, health checks, tracing", p.room(0))
	p.emit()
	p.aside = 0
}

// largest is how many files of a transfer are named.
const largest = 3

// sent lists files that went over, a line each transfer, and secrets and the
// like in a line of their own.
func sent(b *build.Build) []string {
	var lines, asks []string
	for _, t := range b.Transfers {
		s := fmt.Sprintf("%s: %d of %s, %s", t.Name, t.Sent, counted(t.Listed, "file"), size(t.Bytes))
		if t.Unchanged > 0 {
			s += fmt.Sprintf(" (%d unchanged)", t.Unchanged)
		}
		var names []string
		for _, f := range t.Largest(largest) {
			names = append(names, f.Path+" "+size(f.Size))
		}
		if t.Listed > 1 && len(names) > 0 {
			s += ": " + strings.Join(names, ", ")
			if t.Sent > len(names) {
				s += ", …"
			}
		}
		lines = append(lines, s)
	}
	for _, a := range b.Asks {
		asks = append(asks, strings.TrimSpace(a.Kind+" "+a.Name)+": "+a.State)
	}
	if len(asks) > 0 {
		lines = append(lines, strings.Join(asks, "; "))
	}
	return lines
}
