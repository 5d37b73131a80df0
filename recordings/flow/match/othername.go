package match

import (
	"slices"
	"strings"
)

// findByOtherName finds the exchange that answers a request about a thing that the
// recorded client called by its id, and this one calls by its name, or the other way
// round: versions of one client differ in that. Answers that say that there is no such
// thing name it: they answer only what was asked.
func (m *Matcher) findByOtherName(l *Live, op string, c *client) (e *entry, again bool) {
	if m.opt.Thing == nil || m.opt.Exact || l.Call.Op == nil || len(l.Call.Params) == 0 {
		return nil, false
	}
	m.findThings()
	word := m.binds.Recorded(l.Call.Params[0].Value)
	t := m.calledNow(strings.ToLower(l.Call.Op.Tag), word)
	if t == nil {
		return nil, false
	}
	asked, place := l.Head, "path."+l.Call.Params[0].Name
	want := func(e *entry) bool { return m.things.of[e] == t && !(l.Waited && e.unanswered) }
	tried := []string{word}
	for _, other := range t.about {
		if other.op != op || other.x.Status == 0 || other.x.Status >= 400 || slices.Contains(tried, other.x.Call.Params[0].Value) {
			continue
		}
		tried = append(tried, other.x.Call.Params[0].Value)
		l.Head = slices.Clone(asked)
		for i := range l.Head {
			if l.Head[i].Place == place {
				l.Head[i] = Leaf{Place: place, Value: tried[len(tried)-1]}
			}
		}
		exact, _, _ := m.keys(&l.Request)
		if e, again = m.findExact(m.exact.of(exact), l, c, t, want); e != nil {
			return e, again
		}
	}
	l.Head = asked
	return nil, false
}

// calledNow is the thing that clients have made and that has this id, or this name by
// now, as far as is known; nil for none.
func (m *Matcher) calledNow(kind, word string) *thing {
	var renamed []*thing
	for _, e := range slices.Backward(m.things.renames) {
		t := m.things.of[e]
		if e.used == 0 || slices.Contains(renamed, t) {
			continue
		}
		renamed = append(renamed, t)
		if kind == "container" && areThere([]*thing{t}) && e.x.Call.Query().Get("name") == word {
			return t
		}
	}
	t := m.things.played(kind, word)
	if t == nil || !areThere([]*thing{t}) || !strings.HasPrefix(t.id, word) && slices.Contains(renamed, t) || !slices.Contains(kinds, kind) {
		return nil
	}
	return t
}
