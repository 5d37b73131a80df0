package replay

import (
	"net"
	"strconv"

	"github.com/dockwire/dockwire/intercept/peercred"
)

// peerOf names the client: its process, "" when the kernel does not tell.
func (p *Player) peerOf(nc net.Conn) string {
	if c, ok := nc.(*insideConn); ok {
		return c.of.peer
	}
	if p.cfg.Peer != nil {
		return p.cfg.Peer(nc)
	}
	u, ok := nc.(*net.UnixConn)
	if !ok {
		return ""
	}
	pid := peercred.Of(u).PID
	if pid <= 0 {
		return ""
	}
	return "pid " + strconv.Itoa(pid)
}
