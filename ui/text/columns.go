package text

import (
	"time"

	"github.com/dockwire/dockwire/decode"
)

// columns says where things stand on a line.
type columns struct {
	clock    string // layout of the time of day, "" for none
	id       int    // column behind the time, where the number begins
	status   int    // where the status begins
	name     int
	summary  int // where the summary begins, if the name leaves it
	duration int // columns of the duration, which ends the line on a terminal
}

const (
	fullClock  = "15:04:05.000"
	shortClock = "15:04:05"
)

// minWidth is the narrowest terminal that lines fit.
const minWidth = 24

func layout(o Options) columns {
	c := columns{clock: fullClock, duration: 7}
	nameWidth := 20
	switch {
	case o.Width == 0 || o.Width >= 100:
	case o.Width >= 60:
		c.clock, nameWidth = shortClock, 16
	default:
		c.clock, nameWidth = "", 0
	}
	if n := len(c.clock); n > 0 {
		c.id = n + 1
	}
	c.status = c.id + 5
	c.name = c.status + 4
	c.summary = c.name + nameWidth + 1
	return c
}

// begin starts a line with its time and exchange.
func (p *Printer) begin(at time.Duration, x decode.ExchangeID) {
	p.dayLine(at)
	p.line.buf, p.line.columns = p.line.buf[:0], 0
	if p.cols.clock != "" {
		p.line.text(dim, p.timeOf(at), -1)
		p.line.to(p.cols.id)
	}
	if x != 0 {
		p.line.number(dim, '#', uint64(x))
	}
	p.line.to(p.cols.status)
}

func (p *Printer) timeOf(at time.Duration) string {
	if p.o.Start.IsZero() {
		return sinceStart(at, len(p.cols.clock))
	}
	var b [16]byte
	return string(p.o.Start.Add(at).In(p.o.Location).AppendFormat(b[:0], p.cols.clock))
}

// sinceStart writes seconds since the observation began, right-aligned.
func sinceStart(at time.Duration, width int) string {
	decimals := 3
	if width < len(fullClock) {
		decimals = 1
	}
	s := appendSeconds(nil, at, decimals)
	for len(s) < width {
		s = append([]byte{' '}, s...)
	}
	return string(s)
}

// dayLine reports a new day where lines show the time of day alone.
func (p *Printer) dayLine(at time.Duration) {
	if p.o.Start.IsZero() {
		return
	}
	t := p.o.Start.Add(at).In(p.o.Location)
	if t.YearDay() == p.day {
		return
	}
	p.day = t.YearDay()
	p.line.buf, p.line.columns = p.line.buf[:0], 0
	p.line.text(dim, "── "+t.Format("Monday, 2006-01-02")+" ──", p.room(0))
	p.emit()
}

// room is how many columns are left when so many stay reserved; negative
// without a width.
func (p *Printer) room(reserved int) int {
	if p.o.Width == 0 {
		return -1
	}
	return max(p.o.Width-p.line.columns-reserved, 0)
}

// emit ends the line under construction.
func (p *Printer) emit() {
	p.out = append(p.out, p.line.buf...)
	if p.o.CRLF {
		p.out = append(p.out, '\r')
	}
	p.out = append(p.out, '\n')
}
