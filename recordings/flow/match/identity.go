package match

import (
	"strings"

	"github.com/dockwire/dockwire/recordings/flow/bind"
	"github.com/dockwire/dockwire/recordings/flow/load"
)

// Equal requests make things that are told apart by what is done with them
// later. Which recorded thing a live one stands for is decided when it is made,
// and again when something is asked of it that was recorded of another: if all
// that was asked of it before was recorded of that other, too, it is that one.

// shortID is how much of an id docker shows.
const shortID = 12

// identify looks for another recorded thing that the live one may be, of which
// the request was recorded, and makes it that one. It reports whether it did.
func (m *Matcher) identify(l *Live) bool {
	if m.opt.Thing == nil || m.opt.Exact {
		return false
	}
	for _, p := range l.Call.Params {
		was := m.maker(m.binds.Recorded(p.Value))
		if was == nil || was.used == 0 {
			continue
		}
		for _, now := range m.alike(was.loose).entries {
			if now != was && m.maker(m.idOf(now)) == now && m.fits(was, now) && m.wasAskedOf(l, was, now) {
				m.become(was, now)
				return true
			}
		}
	}
	return false
}

// maker is the exchange that made the thing of an id.
func (m *Matcher) maker(id string) *entry {
	if m.made == nil {
		m.made = map[string]*entry{}
		m.lives = map[string][]*entry{}
		for _, e := range m.entries {
			thing := m.opt.Thing(e.x)
			if thing == "" {
				continue
			}
			m.lives[thing] = append(m.lives[thing], e)
			if id := m.idOf(e); id != "" && m.made[id] == nil {
				m.made[id] = e
				if len(id) > shortID {
					m.made[id[:shortID]] = e
				}
			}
		}
	}
	return m.made[id]
}

// idOf is the id of what an exchange made.
func (m *Matcher) idOf(e *entry) string {
	switch e.op {
	case "ContainerCreate", "NetworkCreate":
		_, id, _ := strings.Cut(m.opt.Thing(e.x), ":")
		return id
	}
	return ""
}

// life are the exchanges about what another made, itself included.
func (m *Matcher) life(maker *entry) []*entry { return m.lives[m.opt.Thing(maker.x)] }

// fits reports whether all that was used of one life was recorded in the other,
// and the other way round.
func (m *Matcher) fits(a, b *entry) bool { return m.covers(a, b) && m.covers(b, a) }

// covers reports whether all that was used of a's life is in b's.
func (m *Matcher) covers(a, b *entry) bool {
	there := map[key]int{}
	for _, e := range m.life(b) {
		there[m.inLife(e)]++
	}
	for _, e := range m.life(a) {
		if e.used == 0 {
			continue
		}
		k := m.inLife(e)
		if there[k]--; there[k] < 0 && !(e.look() && there[k] > -len(m.entries)-1 && m.hasLook(b, k)) {
			return false
		}
	}
	return true
}

// hasLook reports whether a life has a look of a kind: it may be made more often.
func (m *Matcher) hasLook(maker *entry, k key) bool {
	for _, e := range m.life(maker) {
		if m.inLife(e) == k {
			return true
		}
	}
	return false
}

// inLife is a digest of what an exchange asks of a thing, whatever the thing's
// id is. Execs are told apart by their order.
func (m *Matcher) inLife(e *entry) key {
	if e.lifeKey != (key{}) {
		return e.lifeKey
	}
	if e.op == "ContainerCreate" || e.op == "NetworkCreate" {
		e.lifeKey = e.loose
		return e.lifeKey
	}
	_, id, _ := strings.Cut(m.opt.Thing(e.x), ":")
	e.lifeKey = key{1}
	if r, err := m.request(e.x); err == nil {
		e.lifeKey = keyOf(impersonal(r.Head, id), e.op)
		if len(r.Body.leaves) > 0 {
			e.lifeKey = keyOf(append(impersonal(r.Head, id), impersonal(r.Body.leaves, id)...), e.op)
		}
	}
	return e.lifeKey
}

// impersonal takes an id out of leaves.
func impersonal(leaves []Leaf, id string) []Leaf {
	out := make([]Leaf, 0, len(leaves))
	for _, l := range leaves {
		if l.Place == "path.id" {
			l.Value = "" // its id, its name, or that of an exec in it
		} else if id != "" {
			l.Value = strings.ReplaceAll(l.Value, id, "")
		}
		out = append(out, Leaf{Place: l.Place, Value: l.Value})
	}
	return out
}

// wasAskedOf reports whether a request about one thing was recorded of another,
// beyond what was used of the one.
func (m *Matcher) wasAskedOf(l *Live, was, now *entry) bool {
	_, id, _ := strings.Cut(m.opt.Thing(was.x), ":")
	k := keyOf(append(impersonal(l.Head, id), impersonal(l.Body.leaves, id)...), opName(l.Method, &l.Call))
	left := 0
	for _, e := range m.life(now) {
		if m.inLife(e) == k {
			left++
		}
	}
	for _, e := range m.life(was) {
		if e.used > 0 && m.inLife(e) == k {
			left--
		}
	}
	return left > 0
}

// become exchanges two things: what was used of one is used of the other.
func (m *Matcher) become(a, b *entry) {
	usedA, usedB := m.unuse(a), m.unuse(b)
	m.useAgain(usedA, b)
	m.useAgain(usedB, a)
	m.exchange(m.idOf(a), m.idOf(b), a)
}

// unuse takes back what was used of a life, and returns it.
func (m *Matcher) unuse(maker *entry) (used []*entry) {
	for _, e := range m.life(maker) {
		if e.used == 0 {
			continue
		}
		used = append(used, e)
		e.used = 0
		if e.life != session && !e.look() {
			m.left[e.x.Group]++
		}
		m.ops[e.op].unuse(e)
		m.exact[e.exact].unuse(e)
		if b := m.alike(e.loose); b != nil {
			b.unuse(e)
		}
	}
	return used
}

// useAgain uses of a life what was used of another.
func (m *Matcher) useAgain(used []*entry, maker *entry) {
	for _, from := range used {
		var to *entry
		for _, e := range m.life(maker) {
			if m.inLife(e) == m.inLife(from) && (to == nil || to.used > 0 && e.used == 0) {
				to = e
			}
		}
		if to == nil {
			continue
		}
		if to.used++; to.used == 1 && to.life != session && !to.look() {
			m.left[to.x.Group]--
		}
		m.ops[to.op].use(to)
		m.exact[to.exact].use(to)
		m.swapped = append(m.swapped, [2]*load.Exchange{from.x, to.x})
		if from.op == "ContainerExec" {
			m.exchange(m.opt.Created(from.x), m.opt.Created(to.x), from)
		}
	}
}

// exchange has two ids stand for each other.
func (m *Matcher) exchange(a, b string, e *entry) {
	liveA, liveB := m.liveOf(a), m.liveOf(b)
	for _, n := range []int{shortID, 0} {
		pair := func(recorded, live string) bind.Pair {
			if n > 0 && len(recorded) > n && len(live) > n {
				recorded, live = recorded[:n], live[:n]
			}
			return bind.Pair{Recorded: recorded, Live: live, Gives: true}
		}
		m.binds.Bind(pair(b, liveA), "identity", e.x.ID)
		m.binds.Bind(pair(a, liveB), "identity", e.x.ID)
	}
}

// liveOf is the id that a client knows a recorded thing by.
func (m *Matcher) liveOf(recorded string) string {
	if live, ok := m.binds.Live(recorded); ok {
		return live
	}
	return recorded
}

// Swapped returns, once, which exchanges were taken for which others until a
// thing turned out to be another.
func (m *Matcher) Swapped() [][2]*load.Exchange {
	s := m.swapped
	m.swapped = nil
	return s
}
