package text

import (
	"github.com/dockwire/dockwire/decode/exchange"
)

// groups remembers which command spoke last, and of which there is a verdict
// to print.
type groups struct {
	always bool // name the first command too
	last   *exchange.Command
	said   map[exchange.CommandID]*said
	over   []*exchange.Command
}

// group prints the client, when it is another than on the line before.
func (p *Printer) group(x *exchange.Exchange) {
	g, c := &p.groups, x.Command
	if g.last == c || g.last == nil && !g.always {
		g.last = c
		return
	}
	g.last = c
	p.line.buf, p.line.columns = p.line.buf[:0], 0
	p.line.text(dim, "── ", -1)
	name := c.Title
	if who := c.Who(); who != "" && name == "unknown client" {
		name = who
	} else if who != "" {
		name += " · " + who
	}
	p.line.text(command, name, p.room(3))
	p.line.text(dim, " ──", -1)
	p.emit()
}
