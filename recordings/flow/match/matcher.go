package match

import (
	"slices"

	"github.com/dockwire/dockwire/recordings/flow/bind"
	"github.com/dockwire/dockwire/recordings/flow/load"
)

// Options say how requests are compared.
type Options struct {
	Rules       Rules
	Volatile    Rules // places whose values are other ones each time, and are bound
	Exact       bool  // nothing is bound
	SameVersion bool  // the API version must be the recorded one
	Reuse       Reuse

	// Body reads the body of a recorded request.
	Body func(*load.Exchange) ([]byte, error)
	// Ready reports whether what may have caused an answer has happened: an
	// answer that may be repeated is not followed by the next before that.
	// others says that the client did not make the request when it was
	// recorded. nil: always.
	Ready func(x *load.Exchange, others bool) bool
	// Instead is told which exchanges, of each pair, were taken for which others until a
	// thing turned out to be another: before Ready is asked again. It may be nil.
	Instead func(pairs [][2]*load.Exchange)
	// Thing names what a request is about ("container:3f2a…"), "" if that is not
	// known. It may be nil: then nothing is known of what requests are about.
	Thing func(x *load.Exchange) string
	// Pruned names what a prune has removed; nil: not known. Images names the images
	// that are there after a request, and those that no longer are; likewise.
	Pruned func(x *load.Exchange) []string
	Images func(x *load.Exchange) (made, removed []string)
	// MadeUp reports whether a value is in no answer of the recording before it is
	// in a request; nil: not known.
	MadeUp func(value string) bool
	// File is the recording's name, for texts.
	File string
}

// Matcher answers which exchange is next. It is not safe for concurrent use.
type Matcher struct {
	*Index
	binds   bind.Set
	clients clients
	left    map[int]int // unused exchanges by group, without reads
	number  int         // of the latest live request
	misses  []*Miss     // the first maxMisses
	missed  int         // all
	notes   []string
	noted   map[*entry]bool
	things  thingIndex
	by      map[*entry]string           // the client that made a write that was used
	values  map[string]bool             // whether a client made them up
	taken   map[*load.Exchange]*Request // recorded requests, taken apart
	weight  int                         // of their bodies
}

// New makes a matcher from an index to which all exchanges were added.
func New(ix *Index) *Matcher {
	ix.build()
	m := &Matcher{Index: ix, clients: clients{by: map[string]*client{}, owner: map[int]*client{}}, left: map[int]int{}, by: map[*entry]string{}}
	for _, e := range ix.entries {
		if e.life != session && !e.look() {
			m.left[e.x.Group]++
		}
	}
	return m
}

// Live is a request as it came in, secrets taken out as in the recording.
type Live struct {
	Client string // what tells clients apart: a process, a host
	Raw    []byte // a JSON body as it came, when secrets were taken out of Body; else nil
	// RawTarget is the target as it came, when secrets were taken out of it; else "".
	RawTarget string
	Waited    bool // the client has waited where a recorded one gave up: it wants an answer
	Request
}

// Taken is the exchange that answers a request.
type Taken struct {
	*load.Exchange
	Again   bool           // it was used before
	Answers *bind.Replacer // puts live values into the answer; may be nil
	Absent  []string       // ids of things that a list is not to show; see absent
}

// Take finds the exchange that answers a request and uses it. Without one it
// returns why.
func (m *Matcher) Take(l *Live) (Taken, *Miss) {
	m.number++
	op := opName(l.Method, &l.Call)
	l.Body.list()
	m.translate(l, op)
	c := m.clients.of(l.Client)

	t, changed := m.identify(l, op)
	if changed {
		m.translate(l, op)
	}
	e, again := m.find(l, op, c, t)
	if e == nil {
		e, again = m.findAsOthers(l, op, c, t)
	}
	if e == nil {
		e, again = m.findWithLess(l, op, c, t)
	}
	if e == nil {
		e, again = m.findByOtherName(l, op, c)
	}
	if e == nil {
		return Taken{}, m.miss(l, op, c)
	}
	if e.x.Unkept != "" {
		return Taken{}, m.missUnkept(l, op, e)
	}
	m.settle(e, l.Client)
	m.use(e, l.Client, c)
	m.noteSame(l, e)
	m.noteSecrets(l, e)
	return Taken{Exchange: e.x, Again: again, Answers: m.binds.Answers(), Absent: m.absent(e, l.Client)}, nil
}

// Built notes that a build by BuildKit was asked for.
func (m *Matcher) Built(x *load.Exchange, client string) {
	for _, e := range m.solves {
		if e.x == x {
			m.number++
			e.used, e.at, m.by[e] = e.used+1, int32(m.number), client
		}
	}
}

// translate takes a request apart in the recording's words.
func (m *Matcher) translate(l *Live, op string) {
	l.Head = m.opt.Rules.head(op, &l.Call, m.binds.Recorded)
	l.Body.flat = false
	l.Body.flatten(m.opt.Rules, op, &l.Call, m.binds.Recorded)
}

// Recorded translates a live value into the recording's words.
func (m *Matcher) Recorded(value string) string { return m.binds.Recorded(value) }

// Answers is what puts live values into answers by now; may be nil.
func (m *Matcher) Answers() *bind.Replacer { return m.binds.Answers() }

// Bindings lists what was bound.
func (m *Matcher) Bindings() []bind.Binding { return m.binds.List() }

// Notes are what a person should know of how requests were matched.
func (m *Matcher) Notes() []string { return m.notes }

// Unused lists the exchanges that no client asked for, in the order they were
// recorded, except those that any client may make (ping, version, info).
func (m *Matcher) Unused() []*load.Exchange {
	var out []*load.Exchange
	for _, e := range m.entries {
		if e.used == 0 && e.life != session {
			out = append(out, e.x)
		}
	}
	return out
}

// Used counts the exchanges that were used, and how often a request was
// answered with one.
func (m *Matcher) Used() (exchanges, answers int) {
	for _, e := range m.entries {
		if e.used > 0 {
			exchanges++
		}
		answers += int(e.used)
	}
	return exchanges, answers
}

// Misses lists the requests that had no answer, the first maxMisses of them.
func (m *Matcher) Misses() []*Miss { return m.misses }

// Missed counts the requests that had no answer.
func (m *Matcher) Missed() int { return m.missed }

// Forgive takes a miss back: the request was answered anyhow.
func (m *Matcher) Forgive(x *Miss) {
	m.missed--
	m.misses = slices.DeleteFunc(m.misses, func(y *Miss) bool { return x == y })
}

func (m *Matcher) use(e *entry, key string, c *client) {
	e.at = int32(m.number)
	if e.x.ChangesState() {
		m.by[e] = key
	}
	if e.used++; e.used == 1 && e.life != session && !e.look() {
		m.left[e.x.Group]--
	}
	m.ops[e.op].use(e)
	if e.life == session {
		return // any client makes these: they tell nothing
	}
	m.exact.of(e.exact).use(e)
	c.last = e
	if e.used == 1 {
		c.at = e.x.Pos
	}
	if len(c.groups) > 0 && e.look() && !e.begins && m.clients.owner[e.x.Group] != c {
		return // it looked once more than it did when it was recorded
	}
	m.clients.plays(key, c, e.x.Group)
	if c.looked != nil && e.look() {
		c.looked[m.exact.of(e.exact).of(e.x.Group)] = e.x.Pos
	}
}

// noteSame remembers names that the client has as they were recorded.
func (m *Matcher) noteSame(l *Live, e *entry) {
	if m.opt.Exact || l.Call.Op == nil {
		return
	}
	recorded := m.namesOf(e)
	for _, name := range namesIn(e.op, &l.Call, l.Head, &l.Body) {
		if slices.Contains(recorded, name) {
			m.binds.Same(name)
		}
	}
}
