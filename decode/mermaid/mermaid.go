// Package mermaid writes the parts of Mermaid diagrams, for exports, the screen
// and the doctor: text that a client or daemon chose is inert in it. It must not
// know what is drawn.
package mermaid

import (
	"fmt"
	"io"
	"strings"
)

// Sequence writes a sequence diagram. The writer keeps its first error.
type Sequence struct{ w io.Writer }

// NewSequence begins one.
func NewSequence(w io.Writer) Sequence {
	fmt.Fprintln(w, "sequenceDiagram")
	return Sequence{w}
}

// Arrows: a request, an answer, one that failed, and the end of what lasted.
const (
	Request = "->>"
	Answer  = "-->>"
	Failure = "--x"
	Ending  = "--)"
)

// Participant names a lane, which has an id of letters and digits.
func (s Sequence) Participant(id, name string) {
	fmt.Fprintf(s.w, "    participant %s as %s\n", id, Text(name))
}

// Arrow draws an arrow between two lanes.
func (s Sequence) Arrow(from, arrow, to, label string) {
	fmt.Fprintf(s.w, "    %s%s%s: %s\n", from, arrow, to, Text(label))
}

// Note writes over lanes, which a comma separates.
func (s Sequence) Note(over, text string) {
	fmt.Fprintf(s.w, "    Note over %s: %s\n", over, Text(text))
}

// Text makes a line of printable text inert: whatever the grammar of diagrams,
// Markdown or HTML could take for more than a letter becomes an entity.
func Text(s string) string {
	var b strings.Builder
	for _, r := range strings.TrimSpace(s) {
		if strings.ContainsRune("#;<>&\"'`%{}|\\[]*~^$@", r) {
			fmt.Fprintf(&b, "#%d;", r)
		} else {
			b.WriteRune(r)
		}
	}
	if b.Len() == 0 {
		return " "
	}
	return b.String()
}
