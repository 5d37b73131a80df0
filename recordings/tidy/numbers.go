package tidy

import (
	"net"
	"strconv"

	"github.com/dockwire/dockwire/decode"
)

// numbers numbers things in the order in which they come.
type numbers struct {
	exchanges map[decode.ExchangeID]decode.ExchangeID
	conns     map[decode.ConnID]decode.ConnID
	processes map[int]int
	ports     map[string]int
}

func newNumbers() numbers {
	return numbers{map[decode.ExchangeID]decode.ExchangeID{}, map[decode.ConnID]decode.ConnID{}, map[int]int{}, map[string]int{}}
}

func (n *numbers) exchange(id decode.ExchangeID) decode.ExchangeID {
	if id == 0 {
		return 0
	}
	if n.exchanges[id] == 0 {
		n.exchanges[id] = decode.ExchangeID(len(n.exchanges) + 1)
	}
	return n.exchanges[id]
}

func (n *numbers) conn(c decode.ConnID) decode.ConnID {
	if c == 0 {
		return 0
	}
	if n.conns[c] == 0 {
		n.conns[c] = decode.ConnID(len(n.conns) + 1)
	}
	return n.conns[c]
}

// peer keeps clients apart without their process ids and ports.
func (n *numbers) peer(p *decode.Peer) {
	if p.PID != 0 {
		if n.processes[p.PID] == 0 {
			n.processes[p.PID] = len(n.processes) + 1
		}
		p.PID = n.processes[p.PID]
	}
	if host, _, err := net.SplitHostPort(p.Address); err == nil {
		if n.ports[p.Address] == 0 {
			n.ports[p.Address] = len(n.ports) + 1
		}
		p.Address = net.JoinHostPort(host, strconv.Itoa(n.ports[p.Address]))
	}
}
