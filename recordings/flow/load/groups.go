package load

import (
	"net"
	"strconv"
	"strings"

	"github.com/dockwire/dockwire/decode"
)

// groups finds the client that made a request.
type groups struct {
	rec   *Recording
	index map[string]int
	peers map[decode.ConnID]peer
}

type peer struct {
	key     string
	process bool // key is a process: it needs no user agent
	name    string
}

func (g *groups) opened(e *decode.ConnOpened) {
	p := &e.Peer
	switch {
	case p.PID > 0:
		g.peers[e.Conn] = peer{"pid " + strconv.Itoa(p.PID), true, strings.Join(p.Command, " ")}
	case p.Address != "":
		g.peers[e.Conn] = peer{key: Host(p.Address) + " " + p.Name}
	}
}

func (g *groups) of(e *decode.RequestHead) int {
	p := g.peers[e.Conn]
	agent := decode.FieldValue(e.Fields, "User-Agent")
	if !g.rec.Agents[agent] {
		g.rec.Agents[strings.Clone(agent)] = true
	}
	key, name := p.key, p.name
	if !p.process {
		name = agent
		key += "\x00" + name
	}
	i, ok := g.index[key]
	if !ok {
		i = len(g.rec.Groups)
		g.index[key] = i
		g.rec.Groups = append(g.rec.Groups, Group{Name: name, Agent: strings.Clone(agent)})
	}
	return i
}

// Host is an address without its port: another connection of the same client
// has another.
func Host(address string) string {
	if host, _, err := net.SplitHostPort(address); err == nil {
		return host
	}
	return address
}
