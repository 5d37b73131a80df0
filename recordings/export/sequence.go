package export

import (
	"fmt"
	"html"
	"io"
	"slices"
	"strings"

	"github.com/dockwire/dockwire/decode/exchange"
)

// maxArrows is how many calls a sequence diagram shows: more cannot be read.
const maxArrows = 150

// svgExporter writes the sequence of the page alone.
type svgExporter struct {
	*collector
	w     io.Writer
	calls []*call
	more  int
}

func newSVG(w io.Writer, o *Options) Exporter {
	s := &svgExporter{w: w}
	s.collector = newCollector(o, forPeople, s.add)
	s.judge = func(j exchange.Judgement) {
		for _, c := range s.calls {
			if c.ID == j.Exchange {
				c.SetOutcome(j.Outcome)
			}
		}
	}
	return s
}

// add keeps the calls that began first.
func (s *svgExporter) add(c *call) {
	if len(s.calls) == 2*maxArrows {
		s.calls = firstCalls(s.calls)
		s.more += maxArrows
	}
	k := c.keep()
	k.pieces, k.Request.Body, k.Response.Body = nil, nil, nil
	s.calls = append(s.calls, k)
}

// Close writes the picture.
func (s *svgExporter) Close() error {
	s.finish()
	_, err := io.WriteString(s.w, sequenceSVG(s.calls, s.more, svgStyle)+"\n")
	return err
}

// svgStyle is the page's, for a picture that stands alone.
const svgStyle = `<style>:root{--fg:#1c2430;--dim:#5c6773;--bg:#fff;--line:#d5dbe1;--ok:#13703a;--bad:#b3261e}` +
	`@media (prefers-color-scheme:dark){:root{--fg:#dde3ea;--dim:#95a1ad;--bg:#14181d;--line:#343d47;--ok:#5fd08a;--bad:#ff8a80}}` +
	`svg{background:var(--bg)}text{fill:var(--fg);font:12px ui-monospace,monospace}.call{font-size:11px;fill:var(--dim)}.life{stroke:var(--line)}` +
	`line.ok{stroke:var(--ok)}line.bad{stroke:var(--bad)}text.ok{fill:var(--ok);font-size:11px}text.bad{fill:var(--bad);font-size:11px}.lane{font-weight:700}marker path{fill:var(--dim)}</style>`

// firstCalls sorts calls by when they began, and cuts what a picture cannot show.
func firstCalls(calls []*call) []*call {
	slices.SortFunc(calls, func(a, b *call) int { return int(a.ID) - int(b.ID) })
	return calls[:min(len(calls), maxArrows)]
}

// Where things stand in a picture, in pixels.
const (
	pictureWidth = 860
	clientLane   = 24
	daemonLane   = 640
	pictureTop   = 34
	pictureStep  = 26
)

// sequenceSVG draws calls as arrows between clients and the daemon, with the
// name of the command where another one begins or goes on. A style makes it a
// picture that stands alone, without links. more is the number
// of calls that are not given.
func sequenceSVG(calls []*call, more int, style string) string {
	all := len(calls) + more
	shown := firstCalls(calls)
	var b strings.Builder
	y := pictureTop
	text := func(x, y int, class, s string) {
		fmt.Fprintf(&b, `<text x="%d" y="%d" class="%s">%s</text>`, x, y, class, html.EscapeString(s))
	}
	for i, c := range shown {
		if i == 0 || shown[i-1].Command.ID != c.Command.ID {
			y += pictureStep
			text(clientLane+8, y, "lane", cut(oneLine(c.commandName()), 80))
		}
		if y += pictureStep; style == "" {
			fmt.Fprintf(&b, `<a href="#e%d">`, c.ID)
		}
		class := "ok"
		if c.Failed() {
			class = "bad"
		}
		from, to := clientLane, daemonLane
		if c.ByDaemon {
			from, to = to, from
		}
		fmt.Fprintf(&b, `<line x1="%d" y1="%d" x2="%d" y2="%d" class="%s" marker-end="url(#arrow)"/>`, from, y, to, y, class)
		text(clientLane+8, y-4, "call", cut(oneLine(c.Name()+" "+c.Summary()), 90))
		text(daemonLane+10, y+4, class, statusText(c.Exchange)+" "+took(c.Took()))
		if style == "" {
			b.WriteString(`</a>`)
		}
	}
	y += pictureStep
	if len(shown) < all {
		text(clientLane+8, y, "call", fmt.Sprintf("The first %d of %d calls are drawn.", len(shown), all))
		y += pictureStep
	}
	return fmt.Sprintf(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" role="img" aria-label="sequence of calls"><defs><marker id="arrow" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto"><path d="M0 0L8 4L0 8z"/></marker></defs>%s`, pictureWidth, y, pictureWidth, y, style) +
		fmt.Sprintf(`<text x="%d" y="18" class="lane">client</text><text x="%d" y="18" text-anchor="middle" class="lane">dockerd</text>`, clientLane-16, daemonLane) +
		fmt.Sprintf(`<line x1="%d" y1="26" x2="%d" y2="%d" class="life"/><line x1="%d" y1="26" x2="%d" y2="%d" class="life"/>`, clientLane, clientLane, y, daemonLane, daemonLane, y) +
		b.String() + `</svg>`
}
