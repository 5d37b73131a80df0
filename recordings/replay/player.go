package replay

import (
	"errors"
	"fmt"
	"net"
	"strings"
	"sync"
	"time"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/redact"
	"github.com/dockwire/dockwire/recordings/flow/load"
	"github.com/dockwire/dockwire/recordings/flow/match"
	"github.com/dockwire/dockwire/recordings/flow/play"
)

// Player replays one recording once, to any number of clients.
type Player struct {
	cfg    Config
	rec    *load.Recording
	pace   play.Pace
	closed chan struct{}
	work   sync.WaitGroup

	// control answers requests at ControlPath; nil: they are as any other.
	control func(nc net.Conn, method string, body []byte) (status int, text string, after func())
	after   func() error // called at the end, may be nil

	rules          match.Rules
	builds         *builds    // nil: none were recorded
	mu             sync.Mutex // guards all below
	matcher        *match.Matcher
	redactor       *redact.Redactor // nil: the recording has its secrets
	book           *play.Book
	order          *play.Order
	lately         map[int]played            // by recorded group: the latest step that was played
	changed        chan struct{}             // closed when waiting connections have to check again
	waiting        int                       // how many wait for changed
	versions       map[string]bool           // of the API, that were recorded or warned of
	asked          map[string]map[string]int // how many requests, by kind of client ("": all) and API version
	told           bool                      // a client was told another API version than recorded; see negotiate
	versionMade    bool                      // GET /version was answered though it was not recorded
	listeners      map[net.Listener]struct{}
	conns          map[net.Conn]struct{}
	over           bool
	warnings       []Warning         // the first maxWarnings
	unsaid         int               // warnings beyond those
	opened         map[string]string // ports of the host: the container's that is published there
	faults         []string          // those that requests met
	disorder       []string          // starts that came in another order
	differentInput int               // streams into which something else was sent
	listsLeft      int               // lists that were answered without things they had when they were recorded
	thingsLeft     int               // those things
	firstLeft      *load.Exchange    // the first of the lists
	unchecked      int               // files of builds whose contents could not be compared
}

// Open loads a recording: of one file, or of several, which are then one recording,
// with the settings beside all of them. What cannot be replayed is an error that says
// why.
func Open(path string, c Config, more ...string) (*Player, error) {
	var err error
	for _, p := range append([]string{path}, more...) {
		if c, err = c.withSettings(p); err != nil {
			return nil, err
		}
	}
	rules, err := match.ParseRules(c.Ignore)
	if err != nil {
		return nil, err
	}
	volatile, err := match.ParseVolatile(c.Volatile)
	if err != nil {
		return nil, fmt.Errorf("volatile: %w", err)
	}
	p := &Player{
		cfg: c, pace: play.Pace{Speed: c.Speed, MaxIdle: c.MaxIdle},
		closed: make(chan struct{}), changed: make(chan struct{}), order: play.NewOrder(),
		lately: map[int]played{}, listeners: map[net.Listener]struct{}{}, conns: map[net.Conn]struct{}{},
	}
	p.rules = append(match.BuiltinRules(), rules...)
	index := match.NewIndex(match.Options{
		Rules: p.rules, Volatile: append(match.BuiltinVolatile(), volatile...), Exact: c.Exact, SameVersion: c.SameVersion, Reuse: c.Reuse, File: strings.Join(append([]string{path}, more...), ", "),
		Body:  func(x *load.Exchange) ([]byte, error) { return p.rec.RequestBody(x) },
		Ready: p.ready,
		Instead: func(pairs [][2]*load.Exchange) {
			p.book.Instead(pairs)
			p.order.Instead(pairs)
		},
		Thing:  func(x *load.Exchange) string { return p.book.Thing(x) },
		Images: func(x *load.Exchange) (made, removed []string) { return load.NewThings(p.rec).Images(x) },
		Pruned: func(x *load.Exchange) []string { return load.NewThings(p.rec).Pruned(x) },
		MadeUp: func(value string) bool { return p.rec.MadeUp(value) },
	})
	p.rec, err = load.Open(path, load.Options{Partial: c.Partial, Unkept: c.Unkept, Request: func(x *load.Exchange, body []byte) {
		if x.BuildKit() {
			index.AddBuild(x)
		} else {
			index.Add(x, body)
		}
	}}, more...)
	if err != nil {
		return nil, err
	}
	p.matcher = match.New(index)
	things := load.NewThings(p.rec)
	p.book = play.NewBook(p.rec.Exchanges, things.Of)
	p.book.Hides = things.Hides
	if p.rec.Header.Redact != "off" {
		p.redactor = redact.New(redact.Options{}, func(decode.Event) {})
	}
	p.warnOfAge()
	p.openPorts()
	for _, n := range p.rec.Notes {
		p.warn(nil, "the recording says: %s", n)
	}
	p.builds = newBuilds(p)
	return p, nil
}

// emptyPlayer has no recording: every request is a miss.
func emptyPlayer(name string, c Config) *Player {
	p := &Player{
		cfg: c, closed: make(chan struct{}), changed: make(chan struct{}), order: play.NewOrder(), rec: load.Empty(name),
		lately: map[int]played{}, listeners: map[net.Listener]struct{}{}, conns: map[net.Conn]struct{}{},
	}
	p.matcher = match.New(match.NewIndex(match.Options{Rules: match.BuiltinRules(), File: name}))
	p.book = play.NewBook(nil, nil)
	p.redactor = redact.New(redact.Options{}, func(decode.Event) {})
	return p
}

// replays reports whether there is something to replay: else all is passed on and
// recorded.
func (p *Player) replays() bool { return p.cfg.Forward == nil || len(p.rec.Exchanges) > 0 }

// oldAfter is the age from which a recording is called old.
const oldAfter = 365 * 24 * time.Hour

// warnOfAge says that a recording may no longer be what a daemon answers.
func (p *Player) warnOfAge() {
	if start := p.rec.Header.Start; !start.IsZero() && now().Sub(start) > oldAfter {
		p.warn(nil, "the recording is of %s: daemons may answer otherwise by now; dockwire verify tells, or record again", start.Format("2006-01-02"))
	}
}

// ready reports whether what may have caused an answer has happened; p.mu is held.
func (p *Player) ready(x *load.Exchange, others bool) bool {
	patience := p.cfg.gateTimeout()
	ok, released := p.book.Ready(x, others, now(), patience)
	if released != nil {
		p.warn(x, "gate released: waited %v for %s %s (%v)", patience, released.Method, released.Call.Path, released)
	}
	return ok
}

// Exchanges is how many exchanges the recording has.
func (p *Player) Exchanges() int { return len(p.rec.Exchanges) }

// Serve answers clients on l until the player or l is closed, and closes l.
func (p *Player) Serve(l net.Listener) error {
	if !p.addListener(l) {
		l.Close()
		return net.ErrClosed
	}
	defer l.Close()
	for {
		nc, err := l.Accept()
		if err != nil {
			if p.isOver() || errors.Is(err, net.ErrClosed) {
				return nil
			}
			return err
		}
		p.ServeConn(nc)
	}
}

// ServeConn answers a client on nc, in goroutines that Close waits for.
func (p *Player) ServeConn(nc net.Conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.over {
		nc.Close()
		return
	}
	p.conns[nc] = struct{}{}
	p.work.Add(1)
	go func() {
		defer p.work.Done()
		defer p.dropConn(nc)
		newConn(p, nc).serve()
	}()
}

func (p *Player) dropConn(nc net.Conn) {
	nc.Close()
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.conns, nc)
}

func (p *Player) addListener(l net.Listener) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.over {
		return false
	}
	p.listeners[l] = struct{}{}
	return true
}

func (p *Player) isOver() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.over
}

// closeOthers ends all connections but one.
func (p *Player) closeOthers(than net.Conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for c := range p.conns {
		if c != than {
			c.Close()
		}
	}
}

// Close ends all connections and waits for them. The report stays.
func (p *Player) Close() error {
	p.mu.Lock()
	if p.over {
		p.mu.Unlock()
		return nil
	}
	p.over = true
	close(p.closed)
	for l := range p.listeners {
		l.Close()
	}
	for c := range p.conns {
		c.Close()
	}
	p.mu.Unlock()
	p.work.Wait()
	err := p.rec.Close()
	if p.after != nil {
		err = errors.Join(err, p.after())
	}
	return err
}

// wake makes waiting connections check again; p.mu is held.
func (p *Player) wake() {
	if p.waiting > 0 {
		close(p.changed)
		p.changed = make(chan struct{})
	}
}

// maxWarnings bounds what is kept of them: a client that sends garbage causes as many
// as he likes.
const maxWarnings = 1000

// warn notes what the user should know; p.mu is held, or nothing else runs.
func (p *Player) warn(x *load.Exchange, format string, args ...any) {
	if len(p.warnings) == maxWarnings {
		p.unsaid++
		return
	}
	w := Warning{Text: fmt.Sprintf(format, args...)}
	if x != nil {
		w.Exchange, w.File = x.ID, x.File()
	}
	p.warnings = append(p.warnings, w)
}

// warnNow is warn for callers that do not hold p.mu.
func (p *Player) warnNow(x *load.Exchange, format string, args ...any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.warn(x, format, args...)
}

// now is the time answers are paced by.
func now() time.Time { return time.Now() }
