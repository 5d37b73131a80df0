package text

import (
	"strconv"
	"strings"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/exchange"
	"github.com/dockwire/dockwire/ui/safe"
)

// about is the middle of an exchange's line: the summary, in two halves, and
// notes. Where room is short the outcome stays longest.
type about struct {
	what    string // what the exchange is about
	whatMax int    // columns for it, negative for all
	outcome string // what came of it, with its arrow
	notes   []string
	noteMax int // columns for all notes
	style   style
	cut     bool // something was left out
	short   bool // the outcome is not whole
}

// arrow is between the halves of a summary.
const arrow = " → "

func (p *Printer) about(x *exchange.Exchange, fate string, room int) about {
	a := about{what: x.Summary(), notes: notesOf(x, fate), whatMax: -1, noteMax: -1}
	if x.Failed() {
		a.style = bad
	}
	if room >= 0 {
		a.fit(room)
	}
	return a
}

// fit makes all of it fit into room columns.
func (a *about) fit(room int) {
	notes := 0
	for _, n := range a.notes {
		notes += safeWidth(n) + 3
	}
	summary := safeWidth(a.what) + 1
	if summary+notes <= room {
		return
	}
	a.cut = true
	a.noteMax = min(notes, max(room/2, room-summary))
	room -= a.noteMax
	if summary <= room {
		return
	}
	a.whatMax, a.short = max(room-1, 0), true
	i := strings.LastIndex(a.what, arrow)
	if i < 0 {
		return
	}
	switch out := safeWidth(a.what[i:]); {
	case out+minWhat < room:
		a.what, a.outcome = a.what[:i], a.what[i:]
		a.whatMax, a.short = room-1-out, false
	case out <= room: // the outcome alone, without the space before its arrow
		a.what, a.short = a.what[i+1:], false
	}
}

// minWhat is how many columns must be left of what an exchange is about when
// it makes room for the outcome.
const minWhat = 5

func (a *about) add(l *line) {
	if a.what != "" && a.whatMax != 0 {
		l.to(0)
		l.text(a.style, a.what, a.whatMax)
		l.text(a.style, a.outcome, -1)
	}
	left := a.noteMax
	for _, n := range a.notes {
		if left >= 0 && left < minWhat {
			return
		}
		before := l.columns
		l.to(0)
		l.text(warn, "["+n+"]", left-1)
		if left >= 0 {
			left -= l.columns - before
		}
	}
}

func safeWidth(s string) int {
	var scratch [256]byte
	_, n, _ := safe.Append(scratch[:0], s, false, -1)
	return n
}

// notesOf is what an honest line must not leave out.
func notesOf(x *exchange.Exchange, fate string) []string {
	var notes []string
	if fate != "" {
		notes = append(notes, fate)
	}
	if x.Redacted > 0 {
		notes = append(notes, strconv.Itoa(x.Redacted)+" redacted")
	}
	if x.Gaps > 0 {
		notes = append(notes, size(x.GapBytes)+" not seen")
	}
	if x.Anomalies > 0 {
		notes = append(notes, counted(x.Anomalies, "run")+" not decoded")
	}
	for _, s := range []*exchange.Side{&x.Request, &x.Response} {
		if o := s.Omitted; o != nil {
			notes = append(notes, size(o.Bytes)+" not recorded: "+o.Why)
		}
	}
	return notes
}

// ending says how an exchange ended, unless it ended as it should.
func ending(x *exchange.Exchange) string {
	e := x.Ended
	switch {
	case e.How == decode.EndEOF || e.How == "":
		return ""
	case e.How == decode.EndError && e.By == decode.Recorder:
		return e.Err
	case e.By == decode.Recorder:
		return "observation ended"
	case e.How == decode.EndCancel && e.By == decode.Client && x.Status == 0:
		return "client gave up"
	case x.Left() && x.ByDaemon:
		return "" // having all it asked for, it does not wait for the client's last word
	case x.Left():
		return "client left"
	case e.How == decode.EndCancel:
		return "broken off by " + string(e.By)
	case e.How == decode.EndReset:
		return "reset by " + string(e.By)
	case e.How == decode.EndTimeout:
		return "timed out"
	}
	if e.Err != "" {
		return "failed: " + e.Err
	}
	return "failed by " + string(e.By)
}
