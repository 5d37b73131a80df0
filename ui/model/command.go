package model

import (
	"net"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/exchange"
)

// samePause is how long a client whose process is not known may be silent
// and still be taken for the same command.
const samePause = 3 * time.Second

// Command is a client process, or what is taken for one, and sums up its
// exchanges.
type Command struct {
	ID       CommandID
	Title    string // command line, or User-Agent where there is none
	Peer     decode.Peer
	First    time.Duration // its first exchange began
	Last     time.Duration // latest news
	Calls    int           // exchanges that are kept
	Failed   int
	Open     int
	Up, Down int64
	Expanded bool

	key   string              // what tells it from others
	conn  exchange.Connection // stands for all its connections where filters ask
	match []Pos               // rows that the filter lets through, in order
}

// Matching is how many of its exchanges the filter lets through.
func (c *Command) Matching() int { return len(c.match) }

// Who tells process and user, as far as they are known.
func (c *Command) Who() string {
	var parts []string
	if c.Peer.PID != 0 {
		parts = append(parts, "pid "+strconv.Itoa(c.Peer.PID))
	}
	if c.Peer.User != "" {
		parts = append(parts, c.Peer.User)
	}
	if c.Peer.Name != "" {
		parts = append(parts, c.Peer.Name)
	}
	if host, _, err := net.SplitHostPort(c.Peer.Address); err == nil {
		parts = append(parts, host)
	}
	return strings.Join(parts, " · ")
}

// commands tells client commands apart.
type commands struct {
	all   []*Command // by ID - first
	first CommandID
	byKey map[string]*Command // the latest of each

	expanded bool // as they come
}

func (cs *commands) get(id CommandID) *Command {
	if id < cs.first || int(id-cs.first) >= len(cs.all) {
		return nil
	}
	return cs.all[id-cs.first]
}

// of finds the command that a client belongs to, or begins one.
func (cs *commands) of(c *client, start time.Duration) *Command {
	key := c.key()
	cmd := cs.byKey[key]
	if cmd != nil && (c.peer.PID != 0 || cmd.Open > 0 || start-cmd.Last < samePause) {
		return cmd
	}
	cmd = &Command{
		ID: cs.first + CommandID(len(cs.all)), key: key, Title: c.title(), Peer: c.peer, First: start, Last: start, Expanded: cs.expanded,
		conn: exchange.Connection{Peer: c.peer, Listener: c.listener, Upstream: c.upstream},
	}
	cs.all = append(cs.all, cmd)
	if cs.byKey == nil {
		cs.byKey = map[string]*Command{}
	}
	cs.byKey[key] = cmd
	return cmd
}

// forget drops the oldest commands of which nothing is left.
func (cs *commands) forget() {
	n := 0
	for n < len(cs.all) && cs.all[n].Calls == 0 {
		n++
	}
	if n == 0 {
		return
	}
	for key, c := range cs.byKey {
		if c.ID < cs.first+CommandID(n) {
			delete(cs.byKey, key)
		}
	}
	cs.all = slices.Delete(cs.all, 0, n)
	cs.first += CommandID(n)
}

func (c *client) key() string {
	p := &c.peer
	if p.PID != 0 {
		return strconv.Itoa(p.PID) + "\x00" + strings.Join(p.Command, "\x00")
	}
	host, _, _ := net.SplitHostPort(p.Address)
	return "\x00" + host + "\x00" + p.Name + "\x00" + c.agent
}

func (c *client) title() string {
	argv := slices.Clone(c.peer.Command)
	switch {
	case len(argv) > 0:
		argv[0] = path.Base(argv[0])
		return cut(strings.Join(argv, " "))
	case c.agent != "":
		return cut(c.agent)
	}
	return "unknown client"
}

func cut(s string) string { return s[:min(len(s), maxText)] }
