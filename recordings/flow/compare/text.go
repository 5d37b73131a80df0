package compare

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/dockwire/dockwire/recordings/flow/match"
)

// maxDiffs is how many differences of a call the text shows.
const maxDiffs = 12

// Count is how many calls something became of.
type Count struct {
	Calls int
	Kind  Kind
}

// CountsText sums up, in a line.
func CountsText(same int, others ...Count) string {
	list := []string{fmt.Sprintf("%d the same", same)}
	for _, n := range others {
		if n.Calls > 0 {
			list = append(list, fmt.Sprintf("%d %s", n.Calls, n.Kind))
		}
	}
	return "calls: " + strings.Join(list, ", ") + "\n"
}

// IgnoredText reports differences that were not to be compared, if any.
func IgnoredText(n int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("ignored differences: %d\n", n)
}

// CommandsText is the part of a text about commands and their calls.
// other is what the other side is called.
func CommandsText(commands []Command, other string, paint match.Paint, clean func(string) string) string {
	if paint == nil {
		paint = func(_, text string) string { return text }
	}
	t := &texts{paint: paint, clean: clean, other: other, width: len(Changed) + 1}
	for i := range commands {
		for j := range commands[i].Calls {
			t.width = max(t.width, len(commands[i].Calls[j].Kind)+1)
		}
	}
	t.blocks = map[string]*block{}
	for i := range commands {
		for j := range commands[i].Calls {
			t.count(&commands[i].Calls[j])
		}
	}
	for i := range commands {
		t.command(&commands[i])
	}
	return t.b.String()
}

// block is what is said of calls that differ alike: once, at the first of them.
type block struct {
	calls int
	first *Call
}

type texts struct {
	b      strings.Builder
	blocks map[string]*block // by their text
	paint  match.Paint
	clean  func(string) string
	other  string
	width  int // of the column that says what became of a call
}

func (t *texts) command(c *Command) {
	name := cmp.Or(t.clean(c.Name), "(unknown client)")
	if c.Kind != Changed {
		name += ": " + string(c.Kind)
	}
	t.b.WriteString(t.paint("title", name) + "\n")
	for i := range c.Calls {
		t.call(&c.Calls[i])
	}
}

func (t *texts) call(c *Call) {
	line := fmt.Sprintf("  %-*s%s %s", t.width, c.Kind, c.Method, t.clean(c.Target))
	if c.Operation != "" {
		line += "  (" + c.Operation + ")"
	}
	switch c.Kind {
	case Missing:
		line = t.paint("-", fmt.Sprintf("%s, #%d line %d", line, c.Recorded, c.Line))
	case Added:
		line = t.paint("+", fmt.Sprintf("%s, #%d line %d", line, c.Other, c.Line))
	case NotSent:
		line = fmt.Sprintf("%s, #%d: %s", line, c.Recorded, t.clean(c.Why))
	default:
		line += fmt.Sprintf(", #%d", c.Recorded)
		if c.Other != 0 {
			line += fmt.Sprintf(" and #%d", c.Other)
		}
	}
	text := t.block(c)
	b := t.blocks[text]
	if b != nil && b.first != c {
		line += fmt.Sprintf(", as #%d", b.first.Recorded)
		text = ""
	}
	t.b.WriteString(line + "\n" + text)
	if b != nil && b.first == c && b.calls > 1 {
		t.b.WriteString("    " + t.paint("hint", fmt.Sprintf("the same in %d calls", b.calls)) + "\n")
	}
}

// count notes what is said of a call.
func (t *texts) count(c *Call) {
	text := t.block(c)
	if text == "" || c.Recorded == 0 {
		return
	}
	if t.blocks[text] == nil {
		t.blocks[text] = &block{first: c}
	}
	t.blocks[text].calls++
}

// block is what is said of a call, in lines.
func (t *texts) block(c *Call) string {
	inner := texts{paint: t.paint, clean: t.clean, other: t.other}
	inner.details(c)
	return inner.b.String()
}

func (t *texts) details(c *Call) {
	for _, n := range c.Notes {
		t.b.WriteString("    " + t.paint("hint", t.clean(n)) + "\n")
	}
	shown, added := 0, []string{}
	for i := range c.Differ {
		d := &c.Differ[i]
		if place, ok := answerPlace(d.Place); ok && d.Absent == "recorded" && d.Place != "answer.message" {
			added = append(added, place)
			continue
		}
		if shown++; shown <= maxDiffs {
			t.difference(d)
		}
	}
	if shown > maxDiffs {
		fmt.Fprintf(&t.b, "    and %d more\n", shown-maxDiffs)
	}
	t.added(added)
}

// added lists the places that are only in the second answer, in a line: newer
// daemons tell more, and what was there before is what clients know.
func (t *texts) added(places []string) {
	n := len(places)
	if n == 0 {
		return
	}
	more := ""
	if n > maxDiffs {
		places, more = places[:maxDiffs], fmt.Sprintf(" and %d more", n-maxDiffs)
	}
	t.b.WriteString("    " + t.paint("+", "answer also has "+t.clean(strings.Join(places, ", "))+more) + "\n")
}

// answerPlace writes a place in a JSON answer.
func answerPlace(place string) (string, bool) {
	rest, ok := strings.CutPrefix(place, "answer.")
	data := match.DataKey(rest) // dots belong to it
	out := []byte("/" + rest[:data])
	named := 0 // in brackets: dots there belong to a name
	for i, c := range out {
		switch {
		case c == '[':
			named++
		case c == ']':
			named--
		case c == '.' && named <= 0:
			out[i] = '/'
		}
	}
	return string(out) + strings.ReplaceAll(rest[data:], "/", "~1"), ok // RFC 6901
}

func (t *texts) difference(d *match.Difference) {
	place := match.PlaceText(d.Place)
	if at, ok := answerPlace(d.Place); ok {
		place = "answer " + at
	}
	recorded, other := d.Values()
	t.b.WriteString("    " + t.clean(place) + "\n")
	t.b.WriteString(t.paint("-", "      - recorded  "+t.clean(recorded)) + "\n")
	t.b.WriteString(t.paint("+", fmt.Sprintf("      + %-9s %s", t.other, t.clean(other))) + "\n")
}
