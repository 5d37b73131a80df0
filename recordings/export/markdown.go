package export

import (
	"bufio"
	"cmp"
	"fmt"
	"html"
	"io"
	"strings"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/exchange"
)

const (
	markdownRoom   = 8 << 20 // bytes of calls that wait for their command's end
	markdownBody   = 8 << 10 // bytes of a body
	markdownArrows = 60      // calls in one diagram
	summaryRows    = 100     // commands and failures in the short form
)

// markdownExporter writes a document: a heading a command, its sequence, its
// calls as a table, heads and bodies to fold out.
type markdownExporter struct {
	*collector
	out    *bufio.Writer
	groups *groups
	stats  stats
	failed int // calls listed in the short form
	rows   int
}

func newMarkdown(w io.Writer, o *Options) Exporter {
	m := &markdownExporter{out: bufio.NewWriterSize(w, 64<<10)}
	m.collector = newCollector(o, forPeople, func(c *call) { m.stats.add(c); m.groups.add(c.keep()) })
	m.groups = newGroups(markdownRoom, m.group)
	m.judge = func(j exchange.Judgement) { m.groups.judge(j, &m.stats) }
	if o.Summary {
		m.groups.write = m.summarise
	}
	title := cmp.Or(o.Name, "Docker API calls")
	fmt.Fprintf(m.out, "# %s\n\n", markdownText(title))
	if !o.Header.Start.IsZero() {
		fmt.Fprintf(m.out, "Recorded %s by %s.\n\n", o.Header.Start.Format("2006-01-02 15:04:05 MST"), markdownText(o.Header.Tool))
	}
	if o.Summary {
		fmt.Fprint(m.out, "| Command | Verdict | Calls | Failed | Took |\n|---|---|---:|---:|---:|\n")
	}
	return m
}

// group writes one command.
func (m *markdownExporter) group(g *group) {
	w := m.out
	name := markdownText(cut(g.name, 200))
	if g.more {
		name += " (continued)"
	}
	verdict, bad := g.verdict()
	fmt.Fprintf(w, "## %s\n\n%s%s — %s, %s.\n\n", name, failedMark(bad), markdownText(verdict), count(len(g.calls), "call"), took(g.end()-g.start()))
	fmt.Fprint(w, "```mermaid\n")
	d := newDiagram(w)
	for _, c := range g.calls[:min(len(g.calls), markdownArrows)] {
		d.call(c)
	}
	if n := len(g.calls) - markdownArrows; n > 0 {
		d.Note("d", count(n, "call")+" more")
	}
	fmt.Fprint(w, "```\n\n| # | Operation | Status | Took | What |\n|---:|---|---|---:|---|\n")
	for _, c := range g.calls {
		fmt.Fprintf(w, "| %d | %s | %s%s | %s | %s |\n", c.ID, markdownText(oneLine(c.Name())), failedMark(c.Failed()), statusText(c.Exchange), took(c.Took()), markdownText(cut(oneLine(c.Summary()), 200)))
	}
	fmt.Fprintln(w)
	for _, c := range g.calls {
		m.details(c)
	}
}

func (m *markdownExporter) details(c *call) {
	w := m.out
	fmt.Fprintf(w, "<details><summary>%d %s %s</summary>\n\n", c.ID, html.EscapeString(oneLine(c.Name())), statusText(c.Exchange))
	if e := c.Error(); e != "" {
		fmt.Fprintf(w, "**%s**\n\n", markdownText(cut(oneLine(e), 500)))
	}
	for _, d := range []decode.Direction{decode.Request, decode.Response} {
		s := c.Side(d)
		if text := c.HeadText(d); text != "" {
			fence(w, "http", printable(text))
		}
		if !c.streamed(d) {
			m.body(s.Body)
		}
		if note := bodyNote(s); note != "" {
			fmt.Fprintf(w, "*%s*\n\n", markdownText(note))
		}
	}
	if len(c.pieces) > 0 {
		var b strings.Builder
		for _, p := range c.pieces {
			fmt.Fprintf(&b, "%s %-6s %s\n", since(p.at), p.from(), oneLine(string(p.bytes)))
			if b.Len() > markdownBody {
				b.WriteString("…\n")
				break
			}
		}
		fence(w, "text", b.String())
	}
	fmt.Fprint(w, "</details>\n\n")
}

func (m *markdownExporter) body(b []byte) {
	if len(b) == 0 {
		return
	}
	text, lang := bodyText(b), "text"
	if strings.HasPrefix(text, "{") || strings.HasPrefix(text, "[") {
		lang = "json"
	}
	if len(text) > markdownBody {
		text = strings.ToValidUTF8(text[:markdownBody], "") + "\n…"
	}
	fence(m.out, lang, text)
}

// fence writes a block of code, by a fence that is longer than any in it.
func fence(w io.Writer, lang, text string) {
	ticks := "```"
	for strings.Contains(text, ticks) {
		ticks += "`"
	}
	fmt.Fprintf(w, "%s%s\n%s\n%s\n\n", ticks, lang, strings.TrimRight(text, "\n"), ticks)
}

func failedMark(bad bool) string {
	if bad {
		return "❌ "
	}
	return ""
}

// summarise writes a row of the short form.
func (m *markdownExporter) summarise(g *group) {
	if m.rows++; m.rows > summaryRows {
		return
	}
	mark := "✅ "
	verdict, bad := g.verdict()
	if bad {
		mark = failedMark(bad)
	}
	fmt.Fprintf(m.out, "| %s%s | %s | %d | %d | %s |\n", mark, markdownText(cut(g.name, 120)), markdownText(cut(verdict, 200)), len(g.calls), g.failed, took(g.end()-g.start()))
	for _, c := range g.calls {
		if c.Failed() && m.failed < summaryRows {
			m.failed++
			fmt.Fprintf(m.out, "| &emsp;#%d %s %s | %s | | | %s |\n", c.ID, markdownText(oneLine(c.Name())), statusText(c.Exchange), markdownText(cut(oneLine(c.Error()), 200)), took(c.Took()))
		}
	}
}

func (m *markdownExporter) Close() error {
	m.finish()
	m.groups.finish()
	w := m.out
	if m.options.Summary {
		if m.rows > summaryRows {
			fmt.Fprintf(w, "\n%s more are not listed.", count(m.rows-summaryRows, "command"))
		}
		fmt.Fprintf(w, "\n%s, %d failed.\n", count(m.stats.calls, "call"), m.stats.failed)
		m.remarks()
		return w.Flush()
	}
	fmt.Fprint(w, "## Statistics\n\n| Operation | Calls | Failed | Mean | Longest | Up | Down |\n|---|---:|---:|---:|---:|---:|---:|\n")
	for _, r := range m.stats.rows() {
		fmt.Fprintf(w, "| %s | %d | %d | %s | %s | %s | %s |\n", markdownText(r.Name), r.Calls, r.Failed, r.Mean, r.Max, r.Up, r.Down)
	}
	m.remarks()
	return w.Flush()
}

func (m *markdownExporter) remarks() {
	for _, n := range m.notes() {
		fmt.Fprintf(m.out, "\n> %s\n", markdownText(n))
	}
}

// markdownText makes one line of text inert in Markdown: no markup, no HTML,
// no link, no mention.
func markdownText(s string) string {
	var b strings.Builder
	s = oneLine(s)
	for i, r := range s {
		switch {
		case r == '<':
			b.WriteString("&lt;")
		case r == '>':
			b.WriteString("&gt;")
		case r == '&':
			b.WriteString("&amp;")
		case r == '@':
			b.WriteString("&#64;")
		case r == '|':
			b.WriteString("&#124;")
		case strings.ContainsRune("\\`*_{}[]#!~$", r):
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == ':' && strings.HasPrefix(s[i:], "://"):
			b.WriteString("&#58;") // so that it is no link
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}
