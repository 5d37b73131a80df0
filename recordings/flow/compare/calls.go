package compare

import (
	"cmp"
	"strconv"

	"github.com/dockwire/dockwire/recordings/flow/bind"
	"github.com/dockwire/dockwire/recordings/flow/match"
)

// answers compares what a call came to.
func (c *Pairs) answers(a, b *Parts) []match.Difference {
	var out []match.Difference
	if a.status != b.status {
		out = append(out, match.Difference{Place: "status", Recorded: statusText(a.status), Received: statusText(b.status)})
	}
	if a.ended != b.ended && !(c.left && b.byClient) {
		out = append(out, match.Difference{Place: "end", Recorded: orderly(a.ended), Received: orderly(b.ended)})
	}
	if a.whole.cut || b.whole.cut {
		d, same, known := a.whole.compare(&b.whole)
		switch {
		case same:
			return c.wanted(a, out)
		case known:
			out = append(out, d)
		}
		if a.answer != nil || b.answer != nil { // a document, or an archive: a part of it has another form
			return c.wanted(a, out)
		}
	}
	failed := (a.status >= 400) != (b.status >= 400)
	for _, d := range match.DiffLeaves(c.renamed(a.answer), b.answer) {
		switch {
		case failed && d.Place != "answer.message": // an error has other places than what was asked for
		case d.Absent == "recorded" && empty(d.Received), d.Absent == "received" && empty(d.Recorded):
		case d.Absent == "" && a.op != nil && ofTheMachine[a.op.ID]:
		case volatilePlace(a.op, d.Place), c.named(&d), c.strange(a.op, &d):
		default:
			out = append(out, d)
		}
	}
	return c.wanted(a, append(out, c.streams(a, b)...))
}

func statusText(status int) string {
	if status == 0 {
		return "no answer"
	}
	return strconv.Itoa(status)
}

func orderly(how string) string { return cmp.Or(how, "orderly") }

// request compares what was asked, and learns the names that differ.
func (c *Pairs) request(a, b *Parts) []match.Difference {
	var out, rest []match.Difference
	for _, d := range match.DiffLeaves(a.request, b.request) {
		if naming, _ := bind.Naming(a.op, d.Place); naming && c.learn(a, &d) {
			continue
		}
		rest = append(rest, d)
	}
	for _, d := range rest {
		if !c.named(&d) && !c.learn(a, &d) {
			out = append(out, d)
		}
	}
	return out
}
