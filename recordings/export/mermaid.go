package export

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/dockwire/dockwire/decode/exchange"
)

// mermaidExporter writes calls as a Mermaid sequence diagram. It streams: the
// clients of a diagram are declared as they come.
type mermaidExporter struct {
	*collector
	out     *bufio.Writer
	diagram mermaid
}

func newMermaid(w io.Writer, o *Options) Exporter {
	m := &mermaidExporter{out: bufio.NewWriterSize(w, 64<<10)}
	m.collector = newCollector(o, forPeople, func(c *call) { m.diagram.call(m.out, c) })
	m.diagram.begin(m.out)
	return m
}

func (m *mermaidExporter) Close() error {
	m.finish()
	if m.diagram.calls == 0 {
		fmt.Fprintln(m.out, "    Note over d: no calls")
	}
	return m.out.Flush()
}

// mermaid writes one diagram.
type mermaid struct {
	calls   int
	clients map[exchange.CommandID]string
}

func (m *mermaid) begin(w io.Writer) {
	m.clients = map[exchange.CommandID]string{}
	fmt.Fprint(w, "sequenceDiagram\n    participant d as dockerd\n")
}

// call writes the arrows of a call.
func (m *mermaid) call(w io.Writer, c *call) {
	m.calls++
	key := c.Command.ID
	from, known := m.clients[key]
	switch {
	case known:
	case len(m.clients) < 40:
		from = "c" + itoa(len(m.clients)+1)
		m.clients[key] = from
		fmt.Fprintf(w, "    participant %s as %s\n", from, mermaidText(cut(oneLine(c.commandName()), 60)))
	case len(m.clients) == 40:
		from = "others"
		m.clients[key] = from
		fmt.Fprintf(w, "    participant %s as other clients\n", from)
	default:
		from = "others"
	}
	to, client := "d", from
	if c.ByDaemon {
		from, to = to, from
	}
	fmt.Fprintf(w, "    %s->>%s: %s\n", from, to, mermaidText(cut(oneLine(c.Name()+" "+c.Summary()), 100)))
	answer := statusText(c.Exchange) + " " + took(c.Took())
	if e := c.Error(); e != "" {
		answer += " " + cut(oneLine(e), 80)
	}
	arrow := "-->>"
	if c.Failed() {
		arrow = "--x"
	}
	fmt.Fprintf(w, "    %s%s%s: %s\n", to, arrow, from, mermaidText(answer))
	if n := len(c.pieces); n > 0 {
		fmt.Fprintf(w, "    Note over %s,d: %s of stream\n", client, count(n, "piece"))
	}
}

// mermaidText makes text inert in a diagram: whatever its grammar, Markdown or
// HTML could take for more than a letter becomes an entity.
func mermaidText(s string) string {
	var b strings.Builder
	for _, r := range s {
		switch {
		case strings.ContainsRune("#;<>&\"'`%{}|\\[]*~^$@", r):
			fmt.Fprintf(&b, "#%d;", r)
		default:
			b.WriteRune(r)
		}
	}
	if b.Len() == 0 {
		return " "
	}
	return b.String()
}
