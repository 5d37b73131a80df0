package compare

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/dockwire/dockwire/decode/digest"
	"github.com/dockwire/dockwire/recordings/flow/bind"
	"github.com/dockwire/dockwire/recordings/flow/match"
)

// streams compares what was carried.
func (c *Pairs) streams(a, b *Parts) []match.Difference {
	var out []match.Difference
	other := map[string][]string{}
	for _, s := range b.streams {
		other[s.name] = s.lines
	}
	onlyA, onlyB := b.whole.cut, c.left || a.whole.cut // what one side has more at its end does not count
	for _, s := range a.streams {
		out = append(out, c.lines(s.name, s.lines, other[s.name], onlyA, onlyB)...)
		delete(other, s.name)
	}
	for _, s := range b.streams {
		if lines, ok := other[s.name]; ok {
			out = append(out, c.lines(s.name, nil, lines, onlyA, onlyB)...)
		}
	}
	return out
}

// lines are the parts of two streams in which they differ.
func (c *Pairs) lines(name string, a, b []string, onlyA, onlyB bool) []match.Difference {
	if len(c.names) > 0 {
		bound := make([]string, len(a))
		for i := range a {
			bound[i] = bind.Apply(c.names, a[i])
		}
		a = bound
	}
	var out []match.Difference
	pairs := Align(unnumbered(a), unnumbered(b))
	for i := 0; i < len(pairs); {
		if pairs[i].A >= 0 && pairs[i].B >= 0 {
			i++
			continue
		}
		var was, is []string
		from := i
		for ; i < len(pairs) && (pairs[i].A < 0 || pairs[i].B < 0); i++ {
			if pairs[i].A >= 0 {
				was = append(was, a[pairs[i].A])
			} else {
				is = append(is, b[pairs[i].B])
			}
		}
		if i == len(pairs) && (onlyB && len(was) == 0 || onlyA && len(is) == 0) {
			break // the recorded client did not wait for the rest, or it was not kept
		}
		out = append(out, hunk(name, lineNumber(pairs, from), was, is))
	}
	return out
}

// unnumbered takes the numbers out of placeholders for secrets.
func unnumbered(lines []string) []string {
	for i, l := range lines {
		if strings.Contains(l, "{{redacted.") {
			lines = slices.Clone(lines)
			for ; i < len(lines); i++ {
				lines[i] = match.Plain(lines[i])
			}
			break
		}
	}
	return lines
}

// lineNumber is where a difference begins in the first stream.
func lineNumber(pairs []Pair, at int) int {
	for at--; at >= 0; at-- {
		if pairs[at].A >= 0 {
			return pairs[at].A + 2
		}
	}
	return 1
}

func hunk(name string, line int, a, b []string) match.Difference {
	d := match.Difference{Place: fmt.Sprintf("%s line %d", name, line)}
	switch {
	case len(a) == 0:
		d.Received, d.Absent = linesText(b), "recorded"
	case len(b) == 0:
		d.Recorded, d.Absent = linesText(a), "received"
	default:
		d.Recorded, d.Received = linesText(a), linesText(b)
		if len(a) == 1 && len(b) == 1 {
			d.Received += digest.Uncompared(a[0], b[0])
		}
	}
	return d
}

func linesText(lines []string) string {
	if len(lines) == 1 {
		return strconv.Quote(lines[0])
	}
	return strconv.Quote(strings.Join(lines, "\n"))
}
