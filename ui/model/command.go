package model

import (
	"slices"
	"time"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/exchange"
)

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

	Verdict exchange.Verdict // so far

	agent    string // User-Agent
	listener string // of its first connection
	upstream string
	match    []Pos // rows that the filter lets through, in order
}

// Matching is how many of its exchanges the filter lets through.
func (c *Command) Matching() int { return len(c.match) }

// Who names process and user, as far as they are known.
func (c *Command) Who() string { return exchange.Who(&c.Peer) }

// connection stands for all its connections where filters ask.
func (c *Command) connection() exchange.Connection {
	return exchange.Connection{Peer: c.Peer, Listener: c.listener, Upstream: c.upstream}
}

// commands are those that are listed.
type commands struct {
	all   []*Command // by ID - first
	first CommandID

	expanded bool // as they come
}

func (cs *commands) get(id CommandID) *Command {
	if id < cs.first || int(id-cs.first) >= len(cs.all) {
		return nil
	}
	return cs.all[id-cs.first]
}

// of finds the command that an exchange belongs to, or begins one. Of those in
// between no exchange was listed.
func (cs *commands) of(u *update, verdicts map[CommandID]exchange.Verdict) *Command {
	if len(cs.all) == 0 {
		cs.first = u.command
	}
	for id := cs.first + CommandID(len(cs.all)); id <= u.command; id++ {
		cs.all = append(cs.all, &Command{ID: id, Expanded: cs.expanded})
	}
	c := cs.get(u.command)
	if c == nil { // forgotten
		c = cs.all[0]
	}
	if c.Title == "" {
		k := u.client
		c.Title, c.Peer, c.First, c.Last = u.title, k.peer, u.start, u.start
		c.Verdict = verdicts[c.ID]
		c.agent, c.listener, c.upstream = k.agent, k.listener, k.upstream
	}
	return c
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
	cs.all = slices.Delete(cs.all, 0, n)
	cs.first += CommandID(n)
}

func cut(s string) string { return s[:min(len(s), maxText)] }
