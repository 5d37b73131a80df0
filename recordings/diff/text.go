package diff

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/dockwire/dockwire/recordings/replay/match"
)

// maxDiffs is how many differences of a call the text shows.
const maxDiffs = 12

// Text tells the result to people, in lines. paint colours its parts, nil
// leaves them as they are; clean makes text of the traffic safe to show.
func (r *Result) Text(paint match.Paint, clean func(string) string) string {
	if paint == nil {
		paint = func(_, text string) string { return text }
	}
	t := &texts{paint: paint, clean: clean}
	for i := range r.Commands {
		t.command(&r.Commands[i])
	}
	for _, n := range r.Names {
		fmt.Fprintf(&t.b, "name %q is %q\n", n.Recorded, n.Other)
	}
	t.b.WriteString(r.summary())
	return t.b.String()
}

func (r *Result) summary() string {
	list := []string{fmt.Sprintf("%d the same", r.Same)}
	for _, n := range []struct {
		count int
		kind  Kind
	}{{r.Changed, Changed}, {r.Moved, Moved}, {r.Missing, Missing}, {r.Added, Added}} {
		if n.count > 0 {
			list = append(list, fmt.Sprintf("%d %s", n.count, n.kind))
		}
	}
	return "calls: " + strings.Join(list, ", ") + "\n"
}

type texts struct {
	b     strings.Builder
	paint match.Paint
	clean func(string) string
}

func (t *texts) command(c *Command) {
	name := t.clean(c.Name)
	if name == "" {
		name = "(unknown client)"
	}
	if c.Kind != Changed {
		name += ": " + string(c.Kind)
	}
	t.b.WriteString(t.paint("title", name) + "\n")
	for i := range c.Calls {
		t.call(&c.Calls[i])
	}
}

func (t *texts) call(c *Call) {
	line := fmt.Sprintf("  %-8s%s %s", c.Kind, c.Method, t.clean(c.Target))
	if c.Operation != "" {
		line += "  (" + c.Operation + ")"
	}
	switch c.Kind {
	case Missing:
		line = t.paint("-", fmt.Sprintf("%s, #%d line %d", line, c.Recorded, c.Line))
	case Added:
		line = t.paint("+", fmt.Sprintf("%s, #%d line %d", line, c.Other, c.Line))
	default:
		line += fmt.Sprintf(", #%d and #%d", c.Recorded, c.Other)
	}
	t.b.WriteString(line + "\n")
	for i := range c.Differ {
		if i == maxDiffs {
			fmt.Fprintf(&t.b, "    and %d more\n", len(c.Differ)-maxDiffs)
			break
		}
		t.difference(&c.Differ[i])
	}
}

func (t *texts) difference(d *match.Difference) {
	place := match.PlaceText(d.Place)
	if rest, ok := strings.CutPrefix(d.Place, "answer."); ok {
		place = "answer /" + strings.ReplaceAll(rest, ".", "/")
	}
	recorded, other := d.Values()
	t.b.WriteString("    " + t.clean(place) + "\n")
	t.b.WriteString(t.paint("-", "      - recorded  "+t.clean(recorded)) + "\n")
	t.b.WriteString(t.paint("+", "      + other     "+t.clean(other)) + "\n")
}

// JSON writes the result as one JSON document.
func (r *Result) JSON(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(r)
}
