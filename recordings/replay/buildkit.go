package replay

import (
	"fmt"
	"maps"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/digest"
	"github.com/dockwire/dockwire/decode/engine"
	"github.com/dockwire/dockwire/recordings/flow/load"
	"github.com/dockwire/dockwire/recordings/flow/match"
)

// Builds by BuildKit are replayed by gRPC messages, not by bytes: on /grpc the
// client calls the daemon, on /session the daemon calls the client. References
// of builds and sessions are random. A live build becomes a recorded one when its
// Solve comes, and all calls with its reference are that one's from then on.

// builds is what a player knows of BuildKit. Player.mu guards what changes.
type builds struct {
	p        *Player
	calls    []*buildCall                // what clients asked, in the order they were recorded
	sessions map[string]*recordedSession // by their recorded name
	solved   map[string]bool             // references that a recorded Solve has

	live  map[string]*buildCall // by live reference: the recorded Solve
	doors map[string]*door      // by live name of a session
	told  map[*buildCall]int    // of calls that tell of progress: the position of the step that comes next
	spoke *buildCall            // the one of them that was the last to say something
	at    time.Time             // when it did

	readOnce sync.Once
	contents map[fileStat]digest.Digest // of the files that were sent, once they are asked for
}

// buildCall is a recorded call by a client.
type buildCall struct {
	x        *load.Exchange
	method   string
	ref      string             // the build it is about, "" for none
	sessions []*recordedSession // of that build, the one for all of it first
	request  []byte             // its first message, as JSON
	used     bool
}

// recordedSession is a recorded connection on which the daemon called.
type recordedSession struct {
	x      *load.Exchange
	calls  []*load.Exchange
	done   map[decode.ExchangeID]bool
	failed string // why the build cannot go on as recorded
}

// door is a live connection on which a client lets the daemon call.
type door struct {
	client  *http.ClientConn
	serves  bool             // the client has begun to speak HTTP/2
	session *recordedSession // nil: which one it is, is not known yet
}

// upgrades are where BuildKit's connections begin.
func upgrades(path string) bool { return path == "/grpc" || path == "/session" }

// newBuilds finds the builds of a recording; nil when there are none.
func newBuilds(p *Player) *builds {
	b := &builds{
		p: p, sessions: map[string]*recordedSession{}, solved: map[string]bool{},
		live: map[string]*buildCall{}, doors: map[string]*door{}, told: map[*buildCall]int{},
	}
	byID := map[decode.ExchangeID]*recordedSession{}
	within := map[decode.ExchangeID]bool{}
	file := ""
	for _, x := range p.rec.Exchanges {
		if f := x.File(); f != file { // numbers begin again
			file = f
			clear(byID)
			clear(within)
		}
		switch {
		case x.Call.Path == "/session" || x.Target == sessionMethod:
			s := &recordedSession{x: x, done: map[decode.ExchangeID]bool{}}
			byID[x.ID] = s
			b.sessions[b.header(x, "X-Docker-Expose-Session-Uuid")] = s
		case x.Call.Path == "/grpc":
			within[x.ID] = true
		case x.ByDaemon && byID[x.Parent] != nil:
			byID[x.Parent].calls = append(byID[x.Parent].calls, x)
		case within[x.Parent] && x.GRPC():
			b.add(x)
		}
	}
	byRef := map[string][]*recordedSession{}
	for _, c := range b.calls {
		if c.method == solveMethod {
			b.solved[c.ref] = true
			byRef[c.ref] = b.recordedSessions(c.request)
		}
	}
	for _, c := range b.calls {
		c.sessions = byRef[c.ref]
	}
	if len(b.calls)+len(b.sessions) == 0 {
		return nil
	}
	return b
}

// recordedSessions are those of a Solve, the one for all of it first.
func (b *builds) recordedSessions(solve []byte) (list []*recordedSession) {
	names := sessionsOf(solve)
	for _, of := range slices.Sorted(maps.Keys(names)) {
		if s := b.sessions[names[of]]; s != nil && !slices.Contains(list, s) {
			list = append(list, s)
		}
	}
	return list
}

func (b *builds) header(x *load.Exchange, name string) (value string) {
	_ = b.p.rec.Head(x, func(h *decode.RequestHead) { // it was read before
		value = strings.Clone(decode.FieldValue(h.Fields, name))
	})
	return value
}

func (b *builds) add(x *load.Exchange) {
	c := &buildCall{x: x, method: x.Target}
	if len(x.Asked) > 0 {
		_ = b.p.rec.Events(x.Asked[0].Line, func(e decode.Event) error {
			if m, ok := e.(*decode.Message); ok {
				c.request = slices.Clone(m.JSON)
			}
			return nil
		})
	}
	c.ref = refOf(c.request, b.header(x, buildHeader))
	b.calls = append(b.calls, c)
}

// upgraded takes a connection of BuildKit's over. It returns when that is over.
func (b *builds) upgraded(c *conn, in *incoming) {
	ours, theirs := net.Pipe()
	in.stream.to = theirs
	if c.write([]byte("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n")) != nil {
		in.decide(false)
		return
	}
	nc := &upgradedConn{Conn: c.nc, in: ours, write: c.write}
	in.decide(true)
	over := make(chan struct{})
	defer close(over)
	defer ours.Close()
	c.p.work.Go(func() {
		select {
		case <-c.gone:
		case <-c.p.closed:
		case <-over:
		}
		ours.Close()
		theirs.Close()
	})
	if strings.HasSuffix(engine.Lookup(in.method, in.target).Path, "/session") {
		b.session(in.session, c.peer, c.gone, nc)
		return
	}
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { b.call(c.clientKey(in), w, r) })
	serveHTTP2(nc, handler)
}

// upgradedConn is a client's connection whose input another goroutine reads.
type upgradedConn struct {
	net.Conn
	in    net.Conn
	write func([]byte) error
	heard func() // nil, or to be called once, when the client has said something
	once  sync.Once
}

func (c *upgradedConn) Read(p []byte) (int, error) {
	n, err := c.in.Read(p)
	if n > 0 && c.heard != nil {
		c.heard()
		c.heard = nil
	}
	return n, err
}

func (c *upgradedConn) Write(p []byte) (int, error) {
	if err := c.write(p); err != nil {
		return 0, err
	}
	return len(p), nil
}

func (c *upgradedConn) SetReadDeadline(t time.Time) error { return c.in.SetReadDeadline(t) }

func (c *upgradedConn) Close() error {
	c.once.Do(func() { c.in.Close() })
	return c.Conn.Close()
}

// asked tells which recorded session a build asked for by REST is of: its files
// come through that. p.mu is held.
func (b *builds) asked(l *match.Live, x *load.Exchange) {
	if b == nil || x.Call.Op == nil || x.Call.Op.ID != "ImageBuild" {
		return
	}
	s, name := b.sessions[x.Call.Asks("session")], l.Call.Asks("session")
	if s == nil || name == "" {
		return
	}
	b.opened(name).session = s
	b.p.wake()
}

// holds tells that a step of a build asked for by REST waits for its files; p.mu
// is held.
func (b *builds) holds(x *load.Exchange, pos int) bool {
	if b == nil || x.Call.Op == nil || x.Call.Op.ID != "ImageBuild" {
		return false
	}
	s := b.sessions[x.Call.Asks("session")]
	return s != nil && s.failed == "" && !b.before([]*recordedSession{s}, pos)
}

// failure says why a build that was asked for by REST cannot go on.
func (b *builds) failure(x *load.Exchange) string {
	if b == nil || x.Call.Op == nil || x.Call.Op.ID != "ImageBuild" {
		return ""
	}
	b.p.mu.Lock()
	defer b.p.mu.Unlock()
	if s := b.sessions[x.Call.Asks("session")]; s != nil {
		return s.failed
	}
	return ""
}

// wait waits until what is asked for is so, at most as long as a gate does; p.mu
// is held by ok. It reports whether it became so.
func (b *builds) wait(gone <-chan struct{}, ok func() bool) bool {
	p := b.p
	t := time.NewTimer(p.cfg.gateTimeout())
	defer t.Stop()
	for {
		p.mu.Lock()
		if ok() {
			p.mu.Unlock()
			return true
		}
		p.waiting++
		changed := p.changed
		p.mu.Unlock()
		end := false
		select {
		case <-changed:
		case <-t.C:
			end = true
		case <-gone:
			end = true
		case <-p.closed:
			end = true
		}
		p.mu.Lock()
		p.waiting--
		p.mu.Unlock()
		if end {
			return false
		}
	}
}

// before tells whether what stands before a place in the recording of sessions
// has happened: calls by the client, and calls by the daemon that were over.
func (b *builds) before(sessions []*recordedSession, pos int) bool {
	for _, s := range sessions {
		for _, c := range b.calls {
			if slices.Contains(c.sessions, s) && c.x.Pos < pos && !c.used {
				return false
			}
		}
		for _, x := range s.calls {
			if x.EndPos > 0 && x.EndPos < pos && !s.done[x.ID] {
				return false
			}
		}
	}
	return true
}

// sent tells whether the files that were under way at a place in the recording
// have all arrived. The end of their call may be recorded behind the answer of the
// Solve, as it comes by another connection; a client that has the answer leaves, and
// takes for its result what it has by then.
func (b *builds) sent(sessions []*recordedSession, pos int) bool {
	for _, s := range sessions {
		for _, x := range s.calls {
			if x.Pos < pos && strings.HasSuffix(x.Target, "/DiffCopy") && !s.done[x.ID] {
				return false
			}
		}
	}
	return true
}

// failure says why the first of sessions that failed cannot go on as recorded; "": none
// failed.
func failure(sessions []*recordedSession) string {
	for _, s := range sessions {
		if s.failed != "" {
			return s.failed
		}
	}
	return ""
}

// miss reports a call that was not recorded.
func (b *builds) miss(client, method, why string) string {
	p := b.p
	p.mu.Lock()
	defer p.mu.Unlock()
	l := &match.Live{Client: client}
	l.Method, l.Target = http.MethodPost, method
	l.Call = engine.Lookup(l.Method, l.Target)
	m := p.matcher.Refuse(l, why)
	if p.cfg.OnMiss != nil {
		p.cfg.OnMiss(m)
	}
	return m.Text(nil)
}

// fail ends a build that does not go as recorded.
func (b *builds) fail(s *recordedSession, client, method, why string) {
	text := b.miss(client, method, why)
	b.p.mu.Lock()
	defer b.p.mu.Unlock()
	if s.failed == "" {
		s.failed = text
	}
	b.p.wake()
}

// used counts the recorded calls that were made, and lists those that were not.
func (b *builds) count() (used int, unused []*load.Exchange) {
	if b == nil {
		return 0, nil
	}
	for _, c := range b.calls {
		if c.used {
			used++
		} else if c.method != exportMethod && c.method != workersMethod {
			unused = append(unused, c.x)
		}
	}
	for _, s := range b.sessions {
		used += len(s.done)
	}
	return used, unused
}

func (c *buildCall) String() string { return fmt.Sprintf("%s (%v)", c.method, c.x) }
