package text

import (
	"strconv"

	"github.com/dockwire/dockwire/ui/safe"
)

// style is a colour of the palette: SGR parameters, chosen among the sixteen
// that every terminal has and that people tune to their background.
type style string

const (
	normal  style = ""
	dim     style = "2"
	bold    style = "1"
	good    style = "32"
	neutral style = "36"
	warn    style = "33"
	bad     style = "31"
	alarm   style = "1;31"
	outward style = "34" // what the client sends
	command style = "1;36"
)

// line is a line of output under construction. What is added is escaped.
type line struct {
	buf     []byte
	columns int
	color   bool
}

// text adds s, cut to max columns unless that is negative, and says whether it
// was cut.
func (l *line) text(st style, s string, max int) bool { return add(l, st, s, false, max) }

// quoted adds b in quotes and says whether it was cut. max counts the quotes.
func (l *line) quoted(st style, b []byte, max int) bool {
	if max >= 0 {
		max -= 2
		if max < 1 {
			return len(b) > 0
		}
	}
	l.text(dim, `"`, -1)
	cut := add(l, st, b, true, max)
	l.text(dim, `"`, -1)
	return cut
}

func add[T ~string | ~[]byte](l *line, st style, s T, quoted bool, max int) (cut bool) {
	if len(s) == 0 {
		return false
	}
	if l.color && st != normal {
		l.buf = append(l.buf, "\x1b["...)
		l.buf = append(l.buf, st...)
		l.buf = append(l.buf, 'm')
	}
	var n int
	l.buf, n, cut = safe.Append(l.buf, s, quoted, max)
	l.columns += n
	if l.color && st != normal {
		l.buf = append(l.buf, "\x1b[0m"...)
	}
	return cut
}

// to fills with spaces up to a column; where that is passed already, it adds
// one space.
func (l *line) to(column int) {
	l.buf = append(l.buf, ' ')
	l.columns++
	for l.columns < column {
		l.buf = append(l.buf, ' ')
		l.columns++
	}
}

// number adds a decimal number behind a sign.
func (l *line) number(st style, sign byte, n uint64) {
	var b [21]byte
	d := append(b[:0], sign)
	d = strconv.AppendUint(d, n, 10)
	add(l, st, d, false, -1)
}
