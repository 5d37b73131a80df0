package cells

import (
	"strconv"
	"strings"

	"github.com/dockwire/dockwire/decode/mermaid"
	"github.com/dockwire/dockwire/ui/model"
	"github.com/dockwire/dockwire/ui/safe"
	"github.com/dockwire/dockwire/ui/text"
)

// Mermaid is a sequence as a Mermaid diagram, which GitHub and many editors
// draw.
func Mermaid(m *model.Model, s *model.Sequence, title string, paths bool) string {
	var b strings.Builder
	d := mermaid.NewSequence(&b)
	d.Participant("client", safe.String(title))
	d.Participant("dockerd", "dockerd")
	for i := range s.Steps {
		st := &s.Steps[i]
		r, t := m.Row(st.Pos)
		if r == nil {
			continue
		}
		asks, told := "client", "dockerd"
		if r.Has(model.ByDaemon) {
			asks, told = told, asks
		}
		switch status, _ := statusText(r); st.Kind {
		case model.Answered:
			d.Arrow(told, mermaid.Answer, asks, safe.String(status+" "+answerLabel(r, &t, st.Lane < 0)))
		case model.Noted:
			d.Note("client,dockerd", safe.String(noteLabel(st.Said)))
		case model.Ended:
			d.Arrow("dockerd", mermaid.Ending, "client", safe.String(t.Name()+" over after "+text.Took(r.Took)+" "+answerLabel(r, &t, true)))
		default:
			d.Arrow(asks, mermaid.Request, told, safe.String(askedLabel(&t, paths)))
		}
	}
	if s.Cut > 0 {
		d.Note("client,dockerd", strconv.Itoa(s.Cut)+" later calls are not drawn")
	}
	return b.String()
}
