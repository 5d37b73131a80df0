package export

import (
	"bufio"
	"io"

	"github.com/dockwire/dockwire/decode/exchange"
	"github.com/dockwire/dockwire/decode/mermaid"
)

// mermaidExporter writes calls as a Mermaid sequence diagram. It streams: the
// clients of a diagram are declared as they come.
type mermaidExporter struct {
	*collector
	out     *bufio.Writer
	diagram diagram
}

func newMermaid(w io.Writer, o *Options) Exporter {
	m := &mermaidExporter{out: bufio.NewWriterSize(w, 64<<10)}
	m.collector = newCollector(o, forPeople, func(c *call) { m.diagram.call(c) })
	m.diagram = newDiagram(m.out)
	return m
}

func (m *mermaidExporter) Close() error {
	m.finish()
	if m.diagram.calls == 0 {
		m.diagram.Note("d", "no calls")
	}
	return m.out.Flush()
}

// diagram is one diagram.
type diagram struct {
	mermaid.Sequence
	calls   int
	clients map[exchange.CommandID]string
}

func newDiagram(w io.Writer) diagram {
	d := diagram{Sequence: mermaid.NewSequence(w), clients: map[exchange.CommandID]string{}}
	d.Participant("d", "dockerd")
	return d
}

// call writes the arrows of a call.
func (m *diagram) call(c *call) {
	m.calls++
	key := c.Command.ID
	from, known := m.clients[key]
	switch {
	case known:
	case len(m.clients) < 40:
		from = "c" + itoa(len(m.clients)+1)
		m.clients[key] = from
		m.Participant(from, cut(oneLine(c.commandName()), 60))
	case len(m.clients) == 40:
		from = "others"
		m.clients[key] = from
		m.Participant(from, "other clients")
	default:
		from = "others"
	}
	to, client := "d", from
	if c.ByDaemon {
		from, to = to, from
	}
	m.Arrow(from, mermaid.Request, to, cut(oneLine(c.Name()+" "+c.Summary()), 100))
	answer := statusText(c.Exchange) + " " + took(c.Took())
	if e := c.Error(); e != "" {
		answer += " " + cut(oneLine(e), 80)
	}
	arrow := mermaid.Answer
	if c.Failed() {
		arrow = mermaid.Failure
	}
	m.Arrow(to, arrow, from, answer)
	if n := len(c.pieces); n > 0 {
		m.Note(client+",d", count(n, "piece")+" of stream")
	}
}
