// Package cells says how things look on the screen: an exchange as one line,
// its bodies, streams and times as pages of lines. A line is made of spans,
// each with a role; which colour that is, the theme says.
//
// Everything that comes from the traffic is escaped here (ui/safe). The package knows no
// widgets and no keys. Start reading at line.go, then call.go.
package cells

import (
	"strings"

	"github.com/dockwire/dockwire/ui/safe"
	"github.com/dockwire/dockwire/ui/text"
)

// Role says what kind of text it is; the theme gives it a colour.
type Role uint8

const (
	Text Role = iota
	Dim
	Strong
	Good
	Notice
	Warn
	Bad
	Alarm
	Outward // what the client sends
	Command
	Key
	String
	Number
	Literal
	Bar
	Rest // of a bar
	Mark
	Title
	Tab
	TabOn
	Roles // how many there are
)

// Span is text of one role. It is safe to show.
type Span struct {
	Text string
	Role Role
}

// Line is a line of a screen. Node is not 0 where something can be opened or
// closed.
type Line struct {
	Spans []Span
	Node  int
}

// Add appends text that is safe already.
func (l *Line) Add(r Role, text string) *Line {
	if text != "" {
		l.Spans = append(l.Spans, Span{text, r})
	}
	return l
}

// Raw appends text of the traffic, escaped.
func (l *Line) Raw(r Role, text string) *Line { return l.Add(r, safe.String(text)) }

// Width is how many columns the line takes.
func (l *Line) Width() int {
	n := 0
	for _, s := range l.Spans {
		n += safe.Width(s.Text)
	}
	return n
}

// To fills with spaces up to a column.
func (l *Line) To(column int) *Line {
	if n := column - l.Width(); n > 0 {
		l.Add(Text, strings.Repeat(" ", n))
	}
	return l
}

// Plain is the line without roles.
func (l *Line) Plain() string {
	var b strings.Builder
	for _, s := range l.Spans {
		b.WriteString(s.Text)
	}
	return b.String()
}

// Make is a line of one span.
func Make(r Role, text string) Line { return Line{Spans: []Span{{text, r}}} }

// Fit cuts safe text to a width, with an ellipsis, and fills it up.
func Fit(s string, width int, right bool) string {
	n := safe.Width(s)
	switch {
	case n > width:
		return safe.Cut(s, width)
	case right:
		return strings.Repeat(" ", width-n) + s
	}
	return s + strings.Repeat(" ", width-n)
}

// Source is where lines come from: only those that are seen are asked for.
type Source interface {
	Len() int
	Line(i, width int) Line
}

// Fixed is a source of lines that are there already.
type Fixed []Line

func (f Fixed) Len() int           { return len(f) }
func (f Fixed) Line(i, _ int) Line { return f[i] }

// joined is a source behind lines that are there already.
type joined struct {
	head Fixed
	Source
}

func join(head Fixed, s Source) Source { return joined{head, s} }

func (j joined) Len() int { return len(j.head) + j.Source.Len() }

func (j joined) Line(i, width int) Line {
	if i < len(j.head) {
		return j.head[i]
	}
	return j.Source.Line(i-len(j.head), width)
}

// Wrapped is a text of the traffic on as many lines as it takes, below max, the
// first behind a sign.
func Wrapped(r Role, sign, traffic string, width, max int) (lines []Line) {
	indent := safe.Width(sign)
	parts := strings.Split(strings.TrimRight(text.Wrap(safe.String(traffic), width-indent), "\n"), "\n")
	for i, part := range parts {
		if i == max-1 && len(parts) > max {
			part = safe.Cut(part+" …", width-indent-1)
			if !strings.HasSuffix(part, "…") {
				part += "…"
			}
		}
		var l Line
		if i == 0 {
			l.Add(r, sign)
		}
		l.To(indent).Add(r, safe.Cut(part, width-indent))
		if lines = append(lines, l); len(lines) == max {
			break
		}
	}
	return lines
}
