package cells

import (
	"strconv"
	"strings"

	"github.com/dockwire/dockwire/ui/model"
	"github.com/dockwire/dockwire/ui/safe"
	"github.com/dockwire/dockwire/ui/text"
)

// Mermaid is a sequence as a Mermaid diagram, which GitHub and many editors
// draw.
func Mermaid(m *model.Model, s *model.Sequence, title string, paths bool) string {
	var b strings.Builder
	b.WriteString("sequenceDiagram\n")
	b.WriteString("    participant client as " + mermaidText(title) + "\n    participant dockerd\n")
	for i := range s.Steps {
		st := &s.Steps[i]
		r, t := m.Row(st.Pos)
		if r == nil {
			continue
		}
		status, _ := statusText(r)
		arrow, label := "client->>dockerd: ", askedLabel(&t, paths)
		if r.Has(model.ByDaemon) {
			arrow = "dockerd->>client: "
		}
		switch st.Kind {
		case model.Answered:
			arrow, label = strings.NewReplacer("->>", "-->>").Replace(turned(arrow)), status+" "+answerLabel(r, &t, st.Lane < 0)
		case model.Noted:
			b.WriteString("    Note over client,dockerd: " + mermaidText(noteLabel(st.Said)) + "\n")
			continue
		case model.Ended:
			arrow, label = "dockerd--)client: ", t.Name()+" over after "+text.Took(r.Took)+" "+answerLabel(r, &t, true)
		}
		b.WriteString("    " + arrow + mermaidText(label) + "\n")
	}
	if s.Cut > 0 {
		b.WriteString("    Note over client,dockerd: " + strconv.Itoa(s.Cut) + " later calls are not drawn\n")
	}
	return b.String()
}

// turned is an arrow the other way round.
func turned(arrow string) string {
	if strings.HasPrefix(arrow, "client") {
		return "dockerd->>client: "
	}
	return "client->>dockerd: "
}

// mermaidText is text that Mermaid takes for nothing else: a semicolon ends a
// line there, a number sign begins an entity.
func mermaidText(s string) string {
	s = strings.TrimSpace(safe.String(s))
	return strings.NewReplacer("#", "#35;", ";", "#59;", "<", "#lt;", ">", "#gt;").Replace(s)
}
