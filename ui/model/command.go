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
	all   []*Command // by ID - first; nil: none of its exchanges is listed
	first CommandID
	kept  int // that have exchanges
	most  int // of them

	expanded bool // as they come
}

func (cs *commands) get(id CommandID) *Command {
	if id < cs.first || int(id-cs.first) >= len(cs.all) {
		return nil
	}
	return cs.all[id-cs.first]
}

// of finds the command that an exchange belongs to, or begins one.
func (cs *commands) of(u *update, verdicts map[CommandID]exchange.Verdict) *Command {
	if c := cs.get(u.command); c != nil {
		return c
	}
	if len(cs.all) == 0 {
		cs.first = u.command
	}
	if u.command < cs.first { // it was forgotten
		cs.all = slices.Insert(cs.all, 0, make([]*Command, cs.first-u.command)...)
		cs.first = u.command
	}
	i := int(u.command - cs.first)
	cs.all = append(cs.all, make([]*Command, max(i+1-len(cs.all), 0))...)
	k := u.client
	cs.all[i] = &Command{
		ID: u.command, Title: u.title, Peer: k.peer, First: u.start, Last: u.start, Expanded: cs.expanded,
		Verdict: verdicts[u.command], agent: k.agent, listener: k.listener, upstream: k.upstream,
	}
	return cs.all[i]
}

// call counts an exchange of a command.
func (cs *commands) call(c *Command, n int) {
	before := c.Calls
	c.Calls += n
	cs.kept += min(c.Calls, 1) - min(before, 1)
}

// forget drops commands of which nothing is left.
func (cs *commands) forget(gone []*Command) {
	for _, c := range gone {
		cs.all[c.ID-cs.first] = nil
	}
	n := 0
	for n < len(cs.all) && cs.all[n] == nil {
		n++
	}
	cs.all = slices.Delete(cs.all, 0, n)
	cs.first += CommandID(n)
}

func cut(s string) string { return s[:min(len(s), maxText)] }
