package export

import (
	"fmt"
	"html"
	"slices"
	"strings"

	"github.com/dockwire/dockwire/decode/exchange"
)

// maxArrows is how many calls a sequence diagram shows: more are no picture.
const maxArrows = 150

// lanes gives each client its place in a diagram, in order of first calls.
func lanes(calls []*call) (names []string, lane map[exchange.CommandID]int) {
	lane = map[exchange.CommandID]int{}
	for _, c := range calls {
		key := c.Command.ID
		if _, known := lane[key]; !known && len(names) < 8 {
			lane[key] = len(names)
			names = append(names, cut(oneLine(c.commandName()), 40))
		}
	}
	return names, lane
}

// sequenceSVG draws calls as arrows between clients and the daemon.
func sequenceSVG(calls []*call) string {
	slices.SortFunc(calls, func(a, b *call) int { return int(a.ID) - int(b.ID) })
	shown := calls[:min(len(calls), maxArrows)]
	names, lane := lanes(shown)
	const step, top, gap = 26, 40, 210
	width, height := 120+gap*len(names)+240, top+step*(len(shown)+1)
	daemon := width - 260
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" role="img" aria-label="sequence of calls"><defs><marker id="arrow" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto"><path d="M0 0L8 4L0 8z"/></marker></defs>`, width, height, width, height)
	for i, n := range append(names, "dockerd") {
		x := 100 + gap*i
		if i == len(names) {
			x = daemon
		}
		fmt.Fprintf(&b, `<text x="%d" y="18" text-anchor="middle" class="lane">%s</text><line x1="%d" y1="26" x2="%d" y2="%d" class="life"/>`, x, html.EscapeString(cut(n, 28)), x, x, height)
	}
	for i, c := range shown {
		y, x := top+step*i+step/2, 100+gap*lane[c.Command.ID]
		class := "ok"
		if c.Failed() {
			class = "bad"
		}
		fmt.Fprintf(&b, `<a href="#e%d"><line x1="%d" y1="%d" x2="%d" y2="%d" class="%s" marker-end="url(#arrow)"/><text x="%d" y="%d" class="call">%s</text><text x="%d" y="%d" class="%s">%s %s</text></a>`,
			c.ID, x, y, daemon, y, class, x+8, y-4, html.EscapeString(cut(oneLine(c.Name()), 36)), daemon+10, y+4, class, html.EscapeString(statusText(c.Exchange)), took(c.Took()))
	}
	b.WriteString(`</svg>`)
	if len(shown) < len(calls) {
		fmt.Fprintf(&b, `<p class="note">The first %d of %d calls are drawn.</p>`, len(shown), len(calls))
	}
	return b.String()
}
