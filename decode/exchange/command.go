package exchange

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/dockwire/dockwire/decode"
)

const (
	// samePause is how long a client whose process is not known may be silent
	// and still be taken for the same command.
	samePause = 3 * time.Second
	// maxCommands is how many commands are kept; the oldest that are over go.
	maxCommands = 4096
)

// CommandID numbers client commands from 0, in the order they were seen.
type CommandID uint32

// Command is a client process, with the plugins that it starts, or what is
// taken for one.
type Command struct {
	ID    CommandID
	Title string // command line, or User-Agent where there is none
	Peer  decode.Peer
	Agent string        // User-Agent of its first call
	Last  time.Duration // latest event
	Calls int
	Open  int

	key    string
	conns  int  // open
	traced bool // a call of it has a W3C trace
	left   bool // the daemon stopped meanwhile
	work
}

// Who tells process and user, as far as they are known.
func (c *Command) Who() string { return Who(&c.Peer) }

// Who tells process and user of a client, as far as they are known.
func Who(p *decode.Peer) string {
	var parts []string
	if p.PID != 0 {
		parts = append(parts, "pid "+strconv.Itoa(p.PID))
	}
	if p.User != "" {
		parts = append(parts, p.User)
	}
	if p.Name != "" {
		parts = append(parts, p.Name)
	}
	if host, ok := hostOf(p.Address); ok {
		parts = append(parts, host)
	}
	return strings.Join(parts, " · ")
}

// Done says that nothing more of the command is to be expected: it has no
// connection and no call that is open.
func (c *Command) Done() bool { return c.conns == 0 && c.Open == 0 }

// Commands tells client commands apart, and judges what came of their calls.
// It is bounded, and belongs to one Folder.
type Commands struct {
	Things Things

	all   []*Command // by ID - first
	first CommandID
	byKey map[string]*Command // the latest of each
	conns map[decode.ConnID]*Command
	polls polls
	looks looks
	tell  func(Judgement)

	dropped func(*Command) // hears of commands that are no longer kept; may be nil
}

// Judgement says that an exchange which is over has another outcome than it
// told itself, because of what came after.
type Judgement struct {
	Exchange decode.ExchangeID
	Command  *Command
	Outcome  Outcome
}

// Group makes the folder tell commands apart and judge their calls: Exchange.
// Command is set, and things are shown by their names. tell, which may be nil,
// hears of exchanges that are over and whose outcome has become another. Group
// is called before the first event.
func (f *Folder) Group(tell func(Judgement)) *Commands {
	if tell == nil {
		tell = func(Judgement) {}
	}
	f.commands = &Commands{byKey: map[string]*Command{}, conns: map[decode.ConnID]*Command{}, polls: polls{}, looks: looks{}, tell: tell}
	f.commands.Things.init()
	return f.commands
}

// All is the commands that are kept, in the order they were seen.
func (cs *Commands) All() []*Command { return cs.all }

// Get returns a command that is kept, or nil.
func (cs *Commands) Get(id CommandID) *Command {
	if id < cs.first || int(id-cs.first) >= len(cs.all) {
		return nil
	}
	return cs.all[id-cs.first]
}

// Resume takes up a command that was told apart before, by another Commands,
// with the verdict it had; they come in the order of their ids, before the
// first event.
func (cs *Commands) Resume(c *Command, before Verdict) {
	c.key, c.before = keyOf(&c.Peer, c.Agent), before
	if len(cs.all) == 0 {
		cs.first = c.ID
	}
	cs.all = append(cs.all, c)
	cs.byKey[c.key] = c
}

// Reconnect says which command a connection belongs to that is open already.
func (cs *Commands) Reconnect(conn decode.ConnID, id CommandID) {
	if c := cs.Get(id); c != nil && cs.conns[conn] == nil {
		cs.conns[conn] = c
		c.conns++
	}
}

// of finds the command that a call belongs to, or begins one.
func (cs *Commands) of(x *Exchange) *Command {
	agent, trace := x.Request.Header("User-Agent"), traceOf(x)
	if trace != "" && x.Conn.Peer.PID == 0 {
		return cs.ofTrace(x.Conn, agent, trace, x.Start)
	}
	return cs.ofClient(x.Conn, agent, x.Start)
}

// ofClient finds the command that a connection belongs to, or begins one.
func (cs *Commands) ofClient(conn *Connection, agent string, start time.Duration) *Command {
	if c := cs.conns[conn.ID]; c != nil && (c.Peer.PID != 0 || c.Open > 0 || start-c.Last < samePause) {
		return c
	}
	key := keyOf(&conn.Peer, agent)
	c := cs.byKey[key]
	if c == nil || conn.Peer.PID == 0 && c.Open == 0 && start-c.Last >= samePause {
		if c = cs.starter(&conn.Peer, start); c == nil {
			c = cs.add(conn, agent, key, start)
		}
		cs.byKey[key] = c
	}
	cs.join(conn, c)
	return c
}

// join makes a connection the command's.
func (cs *Commands) join(conn *Connection, c *Command) {
	old := cs.conns[conn.ID]
	if old == c || conn.IsClosed {
		return
	}
	if old != nil {
		old.conns--
	}
	cs.conns[conn.ID] = c
	c.conns++
}

func (cs *Commands) add(conn *Connection, agent, key string, start time.Duration) *Command {
	peer := conn.Peer
	c := &Command{
		ID: cs.first + CommandID(len(cs.all)), key: key, Title: titleOf(peer.Command, agent),
		Peer: peer, Agent: agent, Last: start,
	}
	cs.all = append(cs.all, c)
	if len(cs.all) > maxCommands {
		cs.forget()
	}
	return c
}

// forget drops the older half of the commands, except for those that go on.
func (cs *Commands) forget() {
	n := 0
	for n < maxCommands/2 && cs.all[n].Done() {
		n++
	}
	if n == 0 && len(cs.all) < 2*maxCommands {
		return
	}
	n = max(n, 1)
	for key, c := range cs.byKey {
		if c.ID < cs.first+CommandID(n) {
			delete(cs.byKey, key)
		}
	}
	if cs.dropped != nil {
		for _, c := range cs.all[:n] {
			cs.dropped(c)
		}
	}
	cs.all = slices.Delete(cs.all, 0, n)
	cs.first += CommandID(n)
}

func keyOf(p *decode.Peer, agent string) string {
	if p.PID != 0 {
		return strconv.Itoa(p.PID) + "\x00" + strings.Join(p.Command, "\x00")
	}
	host, _ := hostOf(p.Address)
	return "\x00" + host + "\x00" + p.Name + "\x00" + agent
}

// opened takes a connection that begins. A client whose process is known belongs to
// its command before its first call.
func (cs *Commands) opened(conn *Connection) {
	if conn.Peer.PID != 0 && len(conn.Peer.Command) > 0 {
		if c := cs.byKey[keyOf(&conn.Peer, "")]; c != nil {
			cs.conns[conn.ID] = c
			c.conns++
		}
	}
}

// closed takes the end of a connection. The daemon closes one that it could
// still use only when it stops.
func (cs *Commands) closed(conn *Connection) {
	c := cs.conns[conn.ID]
	if c == nil {
		return
	}
	delete(cs.conns, conn.ID)
	c.conns--
	c.Last = max(c.Last, conn.Closed)
	c.left = c.left || conn.End.By == decode.Server && !conn.ends
	if c.Done() {
		cs.conclude(c)
	}
}

// last says that the daemon closes the connection after this exchange, or may.
func (x *Exchange) last() bool {
	return x.Hijack || x.Request.Proto != "HTTP/1.1" || strings.EqualFold(x.Response.Header("Connection"), "close")
}

// Close judges what is still open to judgement: nothing more will come.
func (cs *Commands) Close() {
	for _, c := range cs.all {
		cs.conclude(c)
	}
}

// hostOf is the address of a client that came by TCP, without its port.
func hostOf(address string) (host string, ok bool) {
	at, err := netip.ParseAddrPort(address)
	if err != nil {
		return "", false
	}
	return at.Addr().String(), true
}
