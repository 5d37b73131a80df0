package cells

import (
	"strconv"
	"time"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/exchange"
	"github.com/dockwire/dockwire/ui/safe"
	"github.com/dockwire/dockwire/ui/text"
)

// Lives shows what happened to things, and the calls about them. calls has the
// exchange of each line, 0 for none. reading says how far the recording is read, ""
// at its end.
func Lives(all []exchange.Life, reading string, clock Clock, width int) (lines []Line, calls []decode.ExchangeID) {
	add := func(l Line, id decode.ExchangeID) { lines = append(lines, l); calls = append(calls, id) }
	if reading != "" {
		add(Make(Notice, reading), 0)
	} else if len(all) == 0 {
		add(Make(Dim, "no container, image, network or volume is known for this"), 0)
	}
	for i := range all {
		if i > 0 {
			add(Line{}, 0)
		}
		t := &all[i]
		add(lifeTitle(t, width), 0)
		for j := range t.Events {
			add(lifeLine(t, &t.Events[j], clock, width), t.Events[j].Call.Exchange)
		}
		if t.Left > 0 {
			add(Make(Dim, "  "+strconv.Itoa(t.Left)+" more are not kept"), 0)
		}
	}
	return lines, calls
}

func lifeTitle(t *exchange.Life, width int) Line {
	var l Line
	l.Add(Title, t.Kind+" ").Raw(Command, t.Label())
	if t.Image != "" {
		l.Add(Dim, " of ").Raw(Text, t.Image)
	}
	if t.Name != "" && t.ID != t.Name {
		l.Add(Dim, "  "+safe.Cut(safe.String(t.ID), max(width-l.Width()-2, 12)))
	}
	return l
}

// lifeLine is the time, the time since the beginning, what happened, and the
// call that showed it.
func lifeLine(t *exchange.Life, e *exchange.LifeEvent, clock Clock, width int) Line {
	const happened = 26
	var l Line
	l.Add(Dim, clock.At(e.At, "15:04:05.000"))
	since := ""
	if d := e.At - t.Events[0].At; d >= time.Millisecond {
		since = "+" + text.Took(d)
	}
	if width >= 60 {
		l.Add(Dim, " "+Fit(since, 8, true))
	}
	role := Strong
	if bad(e.What) {
		role = Bad
	}
	l.Add(role, "  "+Fit(safe.Cut(safe.String(e.What), happened), happened, false))
	c := &e.Call
	if c.Name == "" {
		return l
	}
	l.Add(Text, "  ").Raw(Dim, c.Name)
	if c.Times > 1 {
		l.Add(Number, " ×"+strconv.Itoa(c.Times))
	}
	if c.Exec != nil && c.Exec.Name != "" {
		l.Raw(Text, "  "+c.Exec.Name)
	} else if c.Summary != "" {
		l.Raw(Text, "  "+c.Summary)
	}
	if c.Outcome.Result.Bad() {
		l.Raw(Bad, "  "+c.Outcome.Reason)
	}
	return l
}

// bad reports whether something failed.
func bad(what string) bool {
	for _, prefix := range [...]string{"exited ", "exec exited ", "unhealthy", "out of memory"} {
		if len(what) >= len(prefix) && what[:len(prefix)] == prefix && what != prefix+"0" {
			return true
		}
	}
	return false
}
