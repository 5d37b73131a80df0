package match

import (
	"math"
	"slices"
	"strings"

	"github.com/dockwire/dockwire/recordings/flow/bind"
	"github.com/dockwire/dockwire/recordings/flow/load"
)

// Equal requests make things that are told apart by what is done with them
// later. Which recorded thing a live one stands for is decided when it is made,
// and again whenever something is asked of it: of those of which all was recorded
// that was asked of it so far, it is the one whose life is nearest to that
// request. As the sum of what was asked grows, it may become another.

// far is the distance to a request that was never recorded of a thing.
const far = math.MaxInt

// identify decides again which recorded thing the live one is that a request is
// about, nil if that is not known. It reports whether it is another than before.
func (m *Matcher) identify(l *Live, op string) (now *thing, changed bool) {
	was := m.thingAsked(l)
	if was == nil || len(m.alike(was.maker.unnamed()).entries) < 2 {
		return was, false
	}
	m.read(was)
	now = m.nearestThing(was, m.askedOf(was, &l.Request, op))
	if now == was {
		return was, false
	}
	m.become(was, now)
	return now, true
}

// nearestThing is which of the things that equal requests made a live one is
// likeliest of which something is asked. One that no client has yet comes first, before
// one that would have to be exchanged; last comes one that is over, if its client did with
// it less than was recorded.
func (m *Matcher) nearestThing(was *thing, asked key) *thing {
	found, best := was, distance(was, was.played(), asked)
	seen := map[key]bool{was.same: true} // things with the same life are as near
	for _, which := range []use{unused, used, over} {
		for _, e := range m.alike(was.maker.unnamed()).entries {
			now := m.things.of[e]
			if best == 0 {
				return found
			}
			if now == nil || now == was || now.use() != which {
				continue
			}
			if m.read(now); seen[now.same] {
				continue
			}
			if _, ok := m.renamed(was, now); !ok {
				continue
			}
			seen[now.same] = which == unused
			played, ok := playedAs(was, now)
			if !ok {
				continue
			}
			if d := distance(now, played, asked); d < best {
				found, best = now, d
			}
		}
	}
	return found
}

// maxTries bounds in how many ways things that a request names are taken for others.
const maxTries = 4096

// findAsOthers finds the exchange that answers a request when things that it names,
// besides the one it is about, turn out to be others that equal requests made.
func (m *Matcher) findAsOthers(l *Live, op string, c *client, t *thing) (e *entry, again bool) {
	if !namesOthers[op] || m.opt.Thing == nil || m.opt.Exact {
		return nil, false
	}
	m.findThings()
	var named []*thing
	for _, word := range wordsNaming(op, &l.Request) {
		for _, kind := range kinds {
			if n := m.things.played(kind, word); n != nil && n != t && !slices.Contains(named, n) {
				named = append(named, n)
			}
		}
	}
	tries := maxTries
	m.asOthers(op, named, nil, &tries, func(as [][2]*thing) bool {
		if !m.knownAs(l, op, as) {
			return false
		}
		for _, p := range as {
			m.become(p[0], p[1])
		}
		m.translate(l, op)
		if e, again = m.find(l, op, c, t); e != nil {
			return true
		}
		for _, p := range slices.Backward(as) {
			m.become(p[1], p[0])
		}
		m.translate(l, op)
		return false
	})
	return e, again
}

// asOthers goes through what the things that a request of an operation names may be
// instead, until try says that it is so.
func (m *Matcher) asOthers(op string, named []*thing, as [][2]*thing, tries *int, try func([][2]*thing) bool) bool {
	if len(named) == 0 {
		*tries--
		return len(as) > 0 && try(as)
	}
	was := named[0]
	if m.asOthers(op, named[1:], as, tries, try) {
		return true
	}
	for _, f := range m.alike(was.maker.unnamed()).entries {
		now := m.things.of[f]
		if *tries <= 0 {
			return false
		}
		if now == nil || slices.Contains(named, now) || !slices.ContainsFunc(now.named, func(e *entry) bool { return e.used == 0 && e.op == op }) ||
			slices.ContainsFunc(as, func(p [2]*thing) bool { return p[0] == now || p[1] == now }) {
			continue
		}
		if m.mayBecome(was, now) && m.asOthers(op, named[1:], append(slices.Clip(as), [2]*thing{was, now}), tries, try) {
			return true
		}
	}
	return false
}

// knownAs reports whether a request was recorded of other things than it names.
func (m *Matcher) knownAs(l *Live, op string, as [][2]*thing) bool {
	var names []bind.Pair
	for _, p := range as {
		more, _ := m.renamed(p[0], p[1])
		names = append(append(names, more...), bind.Pair{Recorded: p[0].id, Live: p[1].id})
	}
	named := func(s string) string { return bind.Apply(names, m.binds.Recorded(s)) }
	r := l.Request
	r.Head = m.opt.Rules.head(op, &r.Call, named)
	r.Body.flat = false
	r.Body.flatten(m.opt.Rules, op, &r.Call, named)
	exact, loose, _ := m.keys(&r)
	return m.exact.of(exact) != nil || m.alike(loose) != nil
}

// playedAs is what of a thing's life would be played if a live thing became it; ok is
// false if it cannot.
func playedAs(was, now *thing) (played map[*entry]bool, ok bool) {
	moves, ok := counterparts(was, now)
	if !ok {
		return nil, false
	}
	if _, ok := counterparts(now, was); !ok {
		return nil, false
	}
	played = make(map[*entry]bool, len(moves))
	for _, p := range moves {
		played[p.to] = true
	}
	return played, true
}

// renamed are the names that two things' makers gave or used, where they differ: they
// are exchanged with the things. ok is false where that is a contradiction: where
// the client uses one as it was recorded, and where another request that was used
// names one of the things. A name that both were given tells nothing.
func (m *Matcher) renamed(was, now *thing) (names []bind.Pair, ok bool) {
	same := was.maker.exact == now.maker.exact
	for _, t := range []*thing{was, now} {
		if slices.ContainsFunc(t.named, func(e *entry) bool { return e.used > 0 && !(same && m.namesByName(e, t)) }) {
			return nil, false
		}
	}
	if same {
		return nil, true
	}
	a, err1 := m.request(was.maker.x)
	b, err2 := m.request(now.maker.x)
	if err1 != nil || err2 != nil {
		return nil, false
	}
	for _, d := range append(diff(a.Head, b.Head), diff(a.Body.leaves, b.Body.leaves)...) {
		pairs, ok := m.pairsFor(&Live{Request: *b}, &d, d.Received)
		if x, y := m.buildOf(d.Recorded), m.buildOf(d.Received); d.Place == "body.Image" && x != nil && y != nil && x.built() == y.built() {
			recorded, _ := unquote(d.Recorded)
			live, _ := unquote(d.Received)
			pairs, ok = []bind.Pair{{Recorded: recorded, Live: live}}, true
		}
		if !ok || d.Absent != "" {
			return nil, false
		}
		for _, p := range pairs {
			if !m.isOther(p.Recorded) || now.maker.used > 0 && !m.isOther(p.Live) || m.binds.IsSame(p.Live) {
				return nil, false
			}
		}
		names = append(names, pairs...)
	}
	return names, true
}

// namesByName reports whether a request names a thing, and not by its id.
func (m *Matcher) namesByName(e *entry, t *thing) bool {
	r, err := m.request(e.x)
	return err == nil && t.name != "" && !slices.ContainsFunc(wordsNaming(e.op, r), func(word string) bool {
		return len(word) >= shortID && strings.HasPrefix(t.id, word)
	})
}

// isOther reports whether the client has another value where one was recorded.
func (m *Matcher) isOther(recorded string) bool {
	live, ok := m.binds.Live(recorded)
	return ok && live != recorded
}

// distance is how many requests that change a thing lie between its state, which
// those that were played have brought about, and the one in which it was
// recorded to be asked something.
func distance(t *thing, played map[*entry]bool, asked key) int {
	behind := 0 // played, and recorded later
	for _, e := range t.about {
		if played[e] && e.x.ChangesState() {
			behind++
		}
	}
	best, ahead := far, 0 // not played, and recorded before
	for _, e := range t.about {
		if t.asked[e] == asked && (!played[e] || e.life != once) {
			best = min(best, ahead+behind)
		}
		switch {
		case !e.x.ChangesState():
		case played[e]:
			behind--
		default:
			ahead++
		}
	}
	return best
}

// move is an exchange that was used and the one it is to have been.
type move struct {
	from, to *entry
	used, at int32
}

// counterparts finds what of one life is what was used of another. ok is false when
// something has none: to ask it, or what came of it, contradicts that life.
func counterparts(was, now *thing) (moves []move, ok bool) {
	given := map[*entry]bool{}
	for _, from := range was.about {
		if from.used == 0 {
			continue
		}
		var to *entry
		for _, e := range now.about {
			if now.asked[e] != was.asked[from] || e.x.Status != from.x.Status || given[e] && !e.look() {
				continue
			}
			if to = e; !given[e] {
				break
			}
		}
		if to == nil {
			return nil, false
		}
		given[to] = true
		moves = append(moves, move{from, to, from.used, from.at})
	}
	return moves, true
}

// become exchanges two things: what was used of one is used of the other.
func (m *Matcher) become(a, b *thing) {
	names, _ := m.renamed(a, b)
	there, _ := counterparts(a, b)
	back, _ := counterparts(b, a)
	m.unuse(a)
	m.unuse(b)
	execs := map[string]string{}
	var pairs [][2]*load.Exchange
	for _, p := range append(there, back...) {
		m.useAgain(p)
		pairs = append(pairs, [2]*load.Exchange{p.from.x, p.to.x})
		if p.from.op == "ContainerExec" {
			if from, to := p.from.x.Made(), p.to.x.Made(); execs[to] != from {
				execs[from] = to
			}
		}
	}
	if m.opt.Instead != nil {
		m.opt.Instead(pairs)
	}
	m.exchange(a.id, b.id, a.maker)
	for _, p := range names {
		m.exchange(p.Recorded, p.Live, a.maker)
	}
	for from, to := range execs {
		m.exchange(from, to, a.maker)
	}
}

// unuse takes back what was used of a life.
func (m *Matcher) unuse(t *thing) {
	for _, e := range t.about {
		if e.used == 0 {
			continue
		}
		e.used = 0
		if e.life != session && !e.look() {
			m.left[e.x.Group]++
		}
		for _, b := range m.buckets(e) {
			b.unuse(e)
		}
	}
}

// useAgain uses of a life what was used of another.
func (m *Matcher) useAgain(p move) {
	if p.to.used == 0 && p.to.life != session && !p.to.look() {
		m.left[p.to.x.Group]--
	}
	p.to.used += p.used
	p.to.at = p.at
	m.by[p.to] = m.by[p.from]
	for _, b := range m.buckets(p.to) {
		b.use(p.to)
	}
}

// exchange has two names stand for each other.
func (m *Matcher) exchange(a, b string, e *entry) {
	if a == b || a == "" || b == "" {
		return
	}
	liveA, liveB := m.liveOf(a), m.liveOf(b)
	m.bindAs(b, liveA, e)
	m.bindAs(a, liveB, e)
}

// bindAs has a live name stand for a recorded one, and an id in the form that docker
// shows, too.
func (m *Matcher) bindAs(recorded, live string, e *entry) {
	if len(recorded) == fullID && len(live) == fullID {
		m.binds.Bind(bind.Pair{Recorded: recorded[:shortID], Live: live[:shortID], Gives: true}, "identity", e.x.ID)
	}
	m.binds.Bind(bind.Pair{Recorded: recorded, Live: live, Gives: true}, "identity", e.x.ID)
}

// liveOf is the id that a client knows a recorded thing by.
func (m *Matcher) liveOf(recorded string) string {
	if live, ok := m.binds.Live(recorded); ok {
		return live
	}
	return recorded
}
