package match

import (
	"cmp"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/dockwire/dockwire/decode/engine"
	"github.com/dockwire/dockwire/recordings/flow/load"
)

// What a list or a prune answers depends on what there is. Where the same was asked
// several times, the answer is one that was recorded when the things were there that
// are there now, in the state they are in: what the client has made and not removed, and
// nothing else.

// maxFits bounds how much of what there was is compared with what there is.
const maxFits = 1 << 17

// census knows how many things of a kind were there, and when.
type census struct {
	ids   map[string][]*thing // those of one id: a volume can be made again
	turns []int               // positions at which one was made or removed, sorted
	count []int               // how many were there before each of them, and in the end
}

// looksAround is the kind of the things that an operation looks at, all of them; "" if
// it does not.
func looksAround(op *engine.Operation) string {
	if op == nil {
		return ""
	}
	switch op.ID {
	case "ContainerList", "NetworkList", "VolumeList", "ContainerPrune", "NetworkPrune", "VolumePrune", "ImageList", "ImageInspect":
		return strings.ToLower(op.Tag)
	}
	return ""
}

// fitting narrows down which exchanges of a bucket are wanted to those that fit best to
// what there is now.
func (m *Matcher) fitting(b *bucket, op *engine.Operation, client string, c *client, want func(*entry) bool) func(*entry) bool {
	kind := looksAround(op)
	if kind == "" || len(b.entries) < 2 || m.opt.Thing == nil {
		return want
	}
	m.findThings()
	all := m.things.shownBy(b, kind)
	if all == nil {
		return want
	}
	var now []present
	var gone [][]*thing // that clients have made and removed
	for _, same := range all.ids {
		switch made, removed := turns(same); {
		case made > removed:
			now = append(now, present{same, state(same)})
		case made > 0:
			gone = append(gone, same)
		}
	}
	least := far
	misfits := map[int]int{} // by turn
	for _, asOthers := range []bool{false, true} {
		if asOthers && (least < ownWeight*len(all.ids) || len(misfits)*len(all.ids) > maxFits) {
			break
		}
		clear(misfits)
		least = far
		for _, e := range b.entries {
			turn := all.turn(e)
			if _, ok := misfits[turn]; ok || !want(e) || e.used > 0 && e.life == once {
				continue
			}
			if len(misfits)*(len(now)+1) > maxFits {
				return want
			}
			if op.ID == "ImageInspect" {
				misfits[turn] = m.contradictions(now, gone, client, e.x.Pos)
			} else {
				misfits[turn] = m.misfit(all, now, client, e.x.Pos, turn, asOthers)
			}
			least = min(least, misfits[turn])
		}
	}
	fits := func(e *entry) bool {
		n, ok := misfits[all.turn(e)]
		return want(e) && (n == least || !ok)
	}
	if op.ID == "ImageInspect" && slices.ContainsFunc(b.entries, func(e *entry) bool { return e.x.Status < 300 && fits(e) }) {
		return func(e *entry) bool { return fits(e) && !(e.x.Status == 404 && m.elsewhere(e, c)) }
	}
	return fits
}

// elsewhere reports whether a client is at another place of its recorded part than just
// before an exchange: it has asked something else last, and writes that the recorded
// client had made by then have not come. An image that was not there yet may be there.
func (m *Matcher) elsewhere(e *entry, c *client) bool {
	at, _ := slices.BinarySearchFunc(m.entries, e.x.Pos, func(e *entry, pos int) int { return cmp.Compare(e.x.Pos, pos) })
	var last *entry
	left := false
	for _, f := range m.entries[:at] {
		if f.x.Group == e.x.Group && f.life != session {
			last = f
			left = left || f.used == 0 && f.x.ChangesState()
		}
	}
	return left && (c.last == nil || last.exact != c.last.exact)
}

// shownBy are the things of a kind that a list can show, as its filters say.
func (ix *thingIndex) shownBy(b *bucket, kind string) *census {
	all := ix.all[kind]
	filters := load.Filters(b.entries[0].x.Call.Query())
	labels, names := filters["label"], filters["name"]
	if all == nil || kind == "image" || len(labels)+len(names) == 0 {
		return all
	}
	c := ix.sub[b]
	if c != nil {
		return c
	}
	c = &census{ids: map[string][]*thing{}}
	for id, same := range all.ids {
		for _, t := range same {
			if t.has(labels) && t.isCalled(names) {
				c.ids[id] = append(c.ids[id], t)
			}
		}
	}
	c.take()
	ix.sub[b] = c
	return c
}

// has reports whether a thing has all of some labels, each "key" or "key=value".
func (t *thing) has(labels []string) bool {
	for _, want := range labels {
		if !slices.ContainsFunc(t.labels, func(l string) bool { return l == want || strings.HasPrefix(l, want+"=") }) {
			return false
		}
	}
	return true
}

// isCalled reports whether a thing's name may be what a list asks for: patterns that say
// more than a part of a name are not read.
func (t *thing) isCalled(names []string) bool {
	if len(names) == 0 || t.name == "" {
		return true
	}
	return slices.ContainsFunc(names, func(n string) bool {
		n = strings.TrimPrefix(strings.TrimSuffix(strings.TrimPrefix(n, "^"), "$"), "/")
		return strings.Contains(t.name, n) || regexp.QuoteMeta(n) != n
	})
}

// turn is how many things were made and removed before an exchange.
func (c *census) turn(e *entry) int {
	n, _ := slices.BinarySearch(c.turns, e.x.Pos)
	return n
}

// shownInLists are operations that change how lists show a container.
var shownInLists = map[string]bool{
	"ContainerStart": true, "ContainerStop": true, "ContainerKill": true, "ContainerRestart": true,
	"ContainerPause": true, "ContainerUnpause": true, "ContainerRename": true,
}

// present is a thing that is there, by all that had its id, and what was the last to change
// how lists show it; nil: it was only made.
type present struct {
	same  []*thing
	state *entry
}

func state(same []*thing) (latest *entry) {
	for _, t := range same {
		for _, e := range t.shown {
			if e.used > 0 && (latest == nil || e.at >= latest.at) {
				latest = e
			}
		}
	}
	return latest
}

// isIn reports whether a thing was in a state at a position, which may be the state of
// an equal thing. What was asked and not answered by then may have had its effect or not.
func (t *thing) isIn(state *entry, pos int) bool {
	own := slices.Contains(t.shown, state)
	for _, e := range slices.Backward(t.shown) {
		switch {
		case int(e.x.Pos) > pos:
		case e == state || !own && state != nil && e.op == state.op:
			return true
		case e.x.EndPos > 0 && int(e.x.EndPos) < pos:
			return false
		}
	}
	return state == nil
}

// ownWeight is how much more a thing weighs that the client itself has made: what others
// left may have been there or not.
const ownWeight = 1 << 12

// misfit counts the things that are there now and were not at a position, which weighs
// most, those that were in another state, and those that were there and are not. With
// asOthers, what the client has made may stand for what equal requests had made by then.
func (m *Matcher) misfit(c *census, now []present, client string, pos, turn int, asOthers bool) int {
	both, lacks := 0, 0
	var own map[key][]present // that were not there, by what made them
	for _, p := range now {
		lack, mine := 2, m.madeBy(p.same, client)
		if i := slices.IndexFunc(p.same, func(t *thing) bool { return t.wasThere(pos) }); i >= 0 {
			both++
			if p.same[i].isIn(p.state, pos) {
				continue
			}
			lack = 1
		} else if mine && asOthers {
			if own == nil {
				own = map[key][]present{}
			}
			k := p.same[0].maker.unnamed()
			own[k] = append(own[k], p)
		}
		if mine {
			lack *= ownWeight
		}
		lacks += lack
	}
	if own != nil {
		for _, t := range c.thereAt(pos) {
			k := t.maker.unnamed()
			if i := slices.IndexFunc(own[k], func(p present) bool { return t.isIn(p.state, pos) }); i >= 0 && t.maker.used == 0 {
				own[k] = slices.Delete(own[k], i, i+1)
				both++
				lacks -= 2 * ownWeight
			}
		}
	}
	return lacks*len(c.ids) + c.count[turn] - both
}

// contradictions counts the things that the client has made and that were not there at a
// position, and those that were and that clients have removed. What others left or not
// hardly shows in a look at one thing.
func (m *Matcher) contradictions(now []present, gone [][]*thing, client string, pos int) (n int) {
	were := func(same []*thing) bool {
		return slices.ContainsFunc(same, func(t *thing) bool { return t.wasThere(pos) })
	}
	for _, p := range now {
		if !were(p.same) && m.madeBy(p.same, client) {
			n++
		}
	}
	for _, same := range gone {
		if were(same) {
			n++
		}
	}
	return n
}

// wasThere reports whether a thing was there before a position.
func (t *thing) wasThere(pos int) bool {
	return t.maker.x.Pos < pos && (len(t.removed) == 0 || t.removed[0].x.Pos >= pos)
}

// madeBy reports whether a client has made things of an id.
func (m *Matcher) madeBy(same []*thing, client string) bool {
	return slices.ContainsFunc(same, func(t *thing) bool {
		return slices.ContainsFunc(t.makers, func(e *entry) bool { return e.used > 0 && m.by[e] == client })
	})
}

// thereAt are the things that were there before a position, in the order they were made.
func (c *census) thereAt(pos int) (out []*thing) {
	for _, same := range c.ids {
		for _, t := range same {
			if t.wasThere(pos) {
				out = append(out, t)
			}
		}
	}
	slices.SortFunc(out, func(a, b *thing) int { return cmp.Compare(a.maker.x.Pos, b.maker.x.Pos) })
	return out
}

// settle has the things that the client has made be those that a list shows, as far as
// equal requests made them, the latest first: what was there longest may be another's.
func (m *Matcher) settle(e *entry, client string) {
	all := m.things.all[looksAround(e.x.Call.Op)]
	if all == nil || m.opt.Exact || !slices.Contains(kinds, looksAround(e.x.Call.Op)) {
		return
	}
	var now []*thing
	for _, same := range all.ids {
		if len(same) == 1 && areThere(same) && m.madeBy(same, client) {
			now = append(now, same[0])
		}
	}
	if !slices.ContainsFunc(now, func(t *thing) bool { return !t.wasThere(e.x.Pos) }) {
		return
	}
	slices.SortFunc(now, func(a, b *thing) int { return cmp.Compare(a.maker.at, b.maker.at) })
	shown := all.thereAt(e.x.Pos)
	for len(now) > 0 {
		was := now[len(now)-1]
		now = now[:len(now)-1]
		for i, t := range slices.Backward(shown) {
			own := slices.Index(now, t)
			if t != was && (t.maker.used > 0 && own < 0 || !m.mayBecome(was, t)) {
				continue
			}
			if shown = slices.Delete(shown, i, i+1); t != was {
				m.become(was, t)
			}
			if own >= 0 {
				now[own] = was
			}
			break
		}
	}
}

// mayBecome reports whether a live thing may turn out to be another, which an equal
// request made.
func (m *Matcher) mayBecome(was, now *thing) bool {
	if was.maker.unnamed() != now.maker.unnamed() {
		return false
	}
	m.read(was)
	m.read(now)
	if _, ok := m.renamed(was, now); !ok {
		return false
	}
	_, ok := playedAs(was, now)
	return ok
}

// absent are the things that a recorded list may show and that are not there: the client
// that got the list had made them itself, and this one, which makes things of the kind,
// has not, or has removed them. A client that only looks gets all that was recorded.
func (m *Matcher) absent(e *entry, client string) (ids []string) {
	if !slices.Contains(kinds, looksAround(e.x.Call.Op)) || !strings.HasSuffix(e.op, "List") || m.opt.Thing == nil || m.opt.Exact {
		return nil
	}
	m.findThings()
	all := m.things.all[looksAround(e.x.Call.Op)]
	if all == nil {
		return nil
	}
	makes := false
	for id, same := range all.ids {
		makes = makes || m.madeBy(same, client)
		if !areThere(same) && slices.ContainsFunc(same, func(t *thing) bool {
			return t.maker.x.Group == e.x.Group && t.maker.x.Pos < e.x.Pos
		}) {
			ids = append(ids, id)
		}
	}
	if !makes {
		return nil
	}
	return ids
}

// areThere reports whether what clients have done last with the things of an id is to
// make one, not to remove it.
func areThere(same []*thing) bool {
	made, removed := turns(same)
	return made > removed
}

// turns are the latest live requests that made, and that removed, things of an id.
func turns(same []*thing) (made, removed int32) {
	for _, t := range same {
		for _, e := range t.makers {
			if e.used > 0 {
				made = max(made, e.at)
			}
		}
		for _, e := range t.removed {
			if e.used > 0 {
				removed = max(removed, e.at)
			}
		}
	}
	return made, removed
}

// images notes which images are there after a request, and which no longer are.
func (m *Matcher) images(e *entry) {
	if m.opt.Images == nil || e.x.Call.Op == nil || e.x.Call.Op.Tag != "Image" && !e.x.BuildKit() || !e.x.ChangesState() {
		return
	}
	made, removed := m.opt.Images(e.x)
	ids := m.things.census("image").ids
	for _, name := range made {
		same := ids[name]
		if n := len(same); n > 0 && len(same[n-1].removed) == 0 {
			same[n-1].makers = append(same[n-1].makers, e)
			continue
		}
		ids[name] = append(same, &thing{id: name, maker: e, makers: []*entry{e}})
	}
	for _, name := range removed {
		if same := ids[name]; len(same) > 0 {
			t := same[len(same)-1]
			t.removed = append(t.removed, e)
		}
	}
}

// census is that of a kind.
func (ix *thingIndex) census(kind string) *census {
	if ix.all[kind] == nil {
		ix.all[kind] = &census{ids: map[string][]*thing{}}
	}
	return ix.all[kind]
}

// takeCensus counts things once all are found.
func (ix *thingIndex) takeCensus() {
	for _, c := range ix.all {
		c.take()
	}
}

func (c *census) take() {
	change := map[int]int{}
	for _, same := range c.ids {
		for _, t := range same {
			change[t.maker.x.Pos]++
			for _, e := range t.shown {
				change[e.x.Pos] += 0 // lists differ before and after
				change[e.x.EndPos] += 0
			}
			if len(t.removed) > 0 {
				change[t.removed[0].x.Pos]--
			}
		}
	}
	c.turns = slices.Sorted(maps.Keys(change))
	c.count = []int{0}
	for i, pos := range c.turns {
		c.count = append(c.count, c.count[i]+change[pos])
	}
}

// removes notes what an exchange removed.
func (m *Matcher) removes(e *entry, t *thing) {
	switch {
	case e.x.Status >= 300:
	case e.x.Method == "DELETE" && t != nil:
		t.removed = append(t.removed, e)
	case strings.HasSuffix(e.op, "Prune") && m.opt.Pruned != nil:
		kind := looksAround(e.x.Call.Op)
		for _, name := range m.opt.Pruned(e.x) {
			if t := m.things.before(kind, name, e); t != nil {
				t.removed = append(t.removed, e)
			}
		}
	}
}
