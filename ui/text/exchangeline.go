package text

import (
	"strconv"
	"time"

	"github.com/dockwire/dockwire/decode/exchange"
	"github.com/dockwire/dockwire/ui/safe"
)

// exchange prints the line of an exchange as it stands. fate is how it ended
// where that is worth a word.
func (p *Printer) exchange(x *exchange.Exchange, at time.Duration, fate string) {
	p.group(x)
	p.printed(x)
	p.begin(at, x.ID)
	l := &p.line

	status, st := statusOf(x)
	l.text(st, status, -1)
	l.to(p.cols.name)

	right := took(x.Took())
	if x.State != exchange.Done {
		right = "…"
	}
	reserved := max(p.cols.duration, safe.Width(right)) + 1
	l.text(bold, x.Name(), p.room(reserved))
	if l.columns < p.cols.summary && (p.o.Width == 0 || p.cols.summary < p.o.Width-reserved) {
		l.to(p.cols.summary - 1)
	}
	sizes := ""
	if x.State == exchange.Done || fate != "" {
		sizes = sizesOf(x)
	}
	about := p.about(x, fate, p.room(reserved))
	about.add(l)
	// Sizes are shown only where they take no room from anything else.
	if sizes != "" && p.o.Width > 0 && (about.cut || p.room(reserved+1+safe.Width(sizes)) < 1) {
		sizes = ""
	}
	p.rightSide(sizes, right)
	p.emit()
	if about.short && told(x) {
		p.wrapped("", bad, x.Error())
	}
}

// told says that the error is a message of the daemon or client, not dockwire's text for
// how the exchange ended.
func told(x *exchange.Exchange) bool {
	return x.Status >= 400 || x.Progress != nil && x.Progress.Err != "" || x.Failed() && x.Ended.Err != ""
}

// rightSide ends the line with sizes and duration: at the right edge of a
// terminal, else behind two spaces.
func (p *Printer) rightSide(sizes, right string) {
	l := &p.line
	if p.o.Width == 0 {
		l.to(l.columns + 2)
		l.text(dim, right, -1)
		if sizes != "" {
			l.to(0)
			l.text(dim, sizes, -1)
		}
		return
	}
	if sizes != "" {
		l.to(p.o.Width - p.cols.duration - 1 - safe.Width(sizes))
		l.text(dim, sizes, -1)
	}
	l.to(p.o.Width - safe.Width(right))
	l.text(dim, right, p.room(0))
}

func statusOf(x *exchange.Exchange) (string, style) {
	switch s := x.Status; {
	case s == 0 && x.State == exchange.Done:
		return "---", alarm
	case s == 0:
		return "···", dim
	case s >= 500:
		return strconv.Itoa(s), bad
	case s >= 400:
		return strconv.Itoa(s), warn
	case s >= 300:
		return strconv.Itoa(s), neutral
	default:
		return strconv.Itoa(s), good
	}
}

// sizesOf is what went up and down, without what is nothing.
func sizesOf(x *exchange.Exchange) string {
	s := ""
	if n := x.Request.Size; n > 0 {
		s = "↑" + size(n)
	}
	if n := x.Response.Size; n > 0 {
		if s != "" {
			s += " "
		}
		s += "↓" + size(n)
	}
	return s
}
