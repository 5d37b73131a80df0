package replay

import "net"

func (p *Player) peerOf(nc net.Conn) string {
	if p.cfg.Peer != nil {
		return p.cfg.Peer(nc)
	}
	return processOf(nc)
}
