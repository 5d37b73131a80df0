package cells

import (
	"bytes"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/dockwire/dockwire/decode/build"
	"github.com/dockwire/dockwire/ui/safe"
	"github.com/dockwire/dockwire/ui/text"
)

// Lines of a step's output: of one that went well, and of one that failed.
const (
	stepLog   = 3
	failedLog = 40
)

// Build shows the steps of a build as they stand: each with its bar on the time
// of the whole build, and the output of those that run or failed.
func Build(b *build.Build, now time.Duration, width int) []Line {
	if b == nil {
		return []Line{Make(Dim, "not a build")}
	}
	p := page{width: max(width, 20)}
	role := Text
	if b.Err != "" {
		role = Bad
	}
	p.prose(role, safe.String(b.Brief()))
	p.options(b)
	p.blank()
	c := newChart(b, now, p.width)
	group := ""
	for _, s := range b.InOrder() {
		if s.Group != group {
			if group = s.Group; group != "" {
				p.lines = append(p.lines, *new(Line).Raw(Title, group))
			}
		}
		p.lines = append(p.lines, c.line(s))
		p.stepUnder(s)
	}
	if b.StepsCut > 0 {
		p.lines = append(p.lines, Make(Warn, "… "+strconv.Itoa(b.StepsCut)+" more steps are not listed"))
	}
	p.exchanged(b)
	return p.lines
}

// options are what was asked for.
func (p *page) options(b *build.Build) {
	const column = 11
	add := func(label, value string) {
		if value != "" {
			p.labelled(label, column, Text, safe.String(value))
		}
	}
	add("dockerfile", b.Dockerfile)
	add("target", b.Target)
	add("platforms", strings.Join(b.Platforms, ", "))
	for _, a := range b.Args {
		add("argument", a.Name+"="+a.Value)
	}
	for _, o := range b.Exports {
		add("cache to", o.Type+" "+o.Get("ref"))
	}
	for _, o := range b.Imports {
		add("cache from", o.Type+" "+o.Get("ref"))
	}
	add("digest", b.Digest())
}

// stepUnder is the lines below a step: what went wrong, how far its parts are, and
// its latest output.
func (p *page) stepUnder(s *build.Step) {
	state := s.State()
	role, limit := Dim, 0
	switch state {
	case "failed":
		role, limit = Bad, failedLog
	case "running":
		limit = stepLog
	}
	if state == "running" {
		for _, g := range s.Progress {
			if !g.Done && g.Total > 0 {
				p.lines = append(p.lines, (&layer{id: g.ID, status: g.Name, current: g.Current, total: g.Total}).line(p.width))
			}
		}
	}
	if limit > 0 {
		lines := slices.Collect(bytes.Lines(bytes.TrimRight(s.Log.Bytes("…\n"), "\n")))
		for _, line := range lines[max(len(lines)-limit, 0):] {
			p.lines = append(p.lines, *new(Line).Add(Dim, "  │ ").Raw(role, strings.TrimRight(string(line), "\r\n")))
		}
	}
	if state == "failed" {
		p.lines = append(p.lines, Wrapped(Bad, "  ✗ ", s.Err, p.width, 10)...)
		if s.Executes != "" {
			p.lines = append(p.lines, Wrapped(Dim, "    ", s.Executes, p.width, 4)...)
		}
	}
}

// largestFiles is how many files of a transfer are listed.
const largestFiles = 20

// short is the beginning of a digest, long enough to distinguish files.
func short(digest string) string { return digest[:min(len(digest), 12)] }

// exchanged is what daemon and client took from each other.
func (p *page) exchanged(b *build.Build) {
	if len(b.Transfers)+len(b.Asks)+len(b.Warnings) > 0 {
		p.title("Taken from the client")
	}
	for _, t := range b.Transfers {
		said := strconv.Itoa(t.Sent) + " of " + strconv.Itoa(t.Listed) + " files, " + text.Size(t.Bytes)
		if t.Unchanged > 0 {
			said += " (" + strconv.Itoa(t.Unchanged) + " unchanged)"
		}
		var l Line
		l.Raw(Key, t.Name).Add(Text, "  "+said)
		if t.Err != "" {
			l.Raw(Bad, "  "+t.Err)
		}
		p.lines = append(p.lines, l)
		for _, f := range t.Largest(largestFiles) {
			p.lines = append(p.lines, *new(Line).Raw(Text, "  "+f.Path).Add(Dim, "  "+text.Size(f.Size)+"  "+short(f.Digest.Hex())))
		}
	}
	for _, a := range b.Asks {
		p.lines = append(p.lines, *new(Line).Raw(Key, strings.TrimSpace(a.Kind+" "+a.Name)).Raw(Text, "  "+a.State))
	}
	for _, w := range b.Warnings {
		p.prose(Warn, "! "+safe.String(w))
	}
	if b.Health != "" {
		p.prose(Warn, "! "+safe.String(b.Health))
	}
}

// chart places steps on the time line of the build.
type chart struct {
	first, last time.Time // by the daemon's clock
	name, bar   int       // columns
}

func newChart(b *build.Build, now time.Duration, width int) *chart {
	c := &chart{bar: min(max((width-50)/2, 0), 40)}
	for _, s := range b.Steps {
		if !s.Started.IsZero() && (c.first.IsZero() || s.Started.Before(c.first)) {
			c.first = s.Started
		}
		if s.Completed.After(c.last) {
			c.last = s.Completed
		}
	}
	if !b.Done && !c.first.IsZero() { // what runs goes on
		if at := c.first.Add(now - b.Began); at.After(c.last) {
			c.last = at
		}
	}
	c.name = max(width-c.bar-10-9-2, 8)
	return c
}

var stepRoles = map[string]Role{"cached": Dim, "done": Good, "failed": Bad, "canceled": Warn, "running": Notice, "waiting": Dim}

func (c *chart) line(s *build.Step) Line {
	state := s.State()
	role := stepRoles[state]
	name := Text
	if state == "failed" {
		name = Bad
	}
	var l Line
	l.Add(role, Fit(state, 9, false)).Add(name, Fit(safe.String(s.Name), c.name, false)+" ")
	took := s.Duration()
	if state == "running" {
		took = c.last.Sub(s.Started)
	}
	if c.bar > 0 {
		from, to := c.place(s.Started), c.place(s.Completed)
		if s.Completed.IsZero() {
			to = c.bar
		}
		if s.Started.IsZero() || state == "cached" {
			from, to = c.bar, c.bar
		} else {
			from = min(from, c.bar-1)
			to = max(to, from+1)
		}
		l.Add(Rest, strings.Repeat("·", from)).Add(role, strings.Repeat("━", to-from)).Add(Rest, strings.Repeat("·", c.bar-to))
	}
	if state != "cached" && state != "waiting" {
		l.Add(Text, Fit(text.Took(took), 9, true))
	}
	return l
}

func (c *chart) place(at time.Time) int {
	all := c.last.Sub(c.first)
	if all <= 0 || at.IsZero() {
		return 0
	}
	return min(int(int64(at.Sub(c.first))*int64(c.bar)/int64(all)), c.bar)
}
