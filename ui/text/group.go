package text

import (
	"net"
	"strconv"
	"strings"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/exchange"
)

// groups tells client commands apart and remembers who spoke last.
type groups struct {
	always bool // name the first command too
	last   string
	any    bool
	byConn map[decode.ConnID]string
}

// group prints who speaks, when that is another than on the line before.
func (p *Printer) group(c *exchange.Connection, x *exchange.Exchange) {
	g := &p.groups
	name, ok := g.byConn[c.ID]
	if !ok {
		if g.byConn == nil {
			g.byConn = map[decode.ConnID]string{}
		}
		name = commandOf(c, x.Request.Header("User-Agent"))
		g.byConn[c.ID] = name
	}
	if g.any && g.last == name || !g.any && !g.always {
		g.any, g.last = true, name
		return
	}
	g.any, g.last = true, name
	p.line.buf, p.line.columns = p.line.buf[:0], 0
	p.line.text(dim, "── ", -1)
	p.line.text(command, name, p.room(3))
	p.line.text(dim, " ──", -1)
	p.emit()
}

// forget is told of connections that are over.
func (g *groups) forget(c decode.ConnID) { delete(g.byConn, c) }

// commandOf names the client of a connection: its command line and process
// where the kernel told, else where it comes from and what it says it is.
func commandOf(c *exchange.Connection, agent string) string {
	p := &c.Peer
	var parts []string
	if cmd := c.Command(); cmd != "" {
		parts = append(parts, cmd)
	} else if agent != "" {
		parts = append(parts, agent)
	}
	if p.PID != 0 {
		parts = append(parts, "pid "+strconv.Itoa(p.PID))
	}
	if p.User != "" {
		parts = append(parts, p.User)
	}
	if p.Name != "" {
		parts = append(parts, p.Name)
	}
	if host, _, err := net.SplitHostPort(p.Address); err == nil {
		parts = append(parts, host)
	}
	if len(parts) == 0 {
		return "unknown client"
	}
	return strings.Join(parts, " · ")
}
