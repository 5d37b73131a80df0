package match

import (
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
func (m *Matcher) fitting(b *bucket, op *engine.Operation, client string, want func(*entry) bool) func(*entry) bool {
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
	for _, same := range all.ids {
		if areThere(same) {
			now = append(now, present{same, state(same)})
		}
	}
	least := far
	misfits := map[int]int{} // by turn
	for _, e := range b.entries {
		turn := all.turn(e)
		if _, ok := misfits[turn]; ok || !want(e) || e.used > 0 && e.life == once {
			continue
		}
		if len(misfits)*(len(now)+1) > maxFits {
			return want
		}
		misfits[turn] = m.misfit(all, now, client, int(e.x.Pos), turn)
		least = min(least, misfits[turn])
	}
	return func(e *entry) bool {
		n, ok := misfits[all.turn(e)]
		return want(e) && (n == least || !ok)
	}
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

// isIn reports whether a thing was in a state at a position. What was asked and not
// answered by then may have had its effect or not.
func (t *thing) isIn(state *entry, pos int) bool {
	for _, e := range slices.Backward(t.shown) {
		switch {
		case int(e.x.Pos) > pos:
		case e == state:
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
// most, those that were in another state, and those that were there and are not.
func (m *Matcher) misfit(c *census, now []present, client string, pos, turn int) int {
	both, lacks := 0, 0
	for _, p := range now {
		lack := 2
		if i := slices.IndexFunc(p.same, func(t *thing) bool {
			return int(t.maker.x.Pos) < pos && (len(t.removed) == 0 || int(t.removed[0].x.Pos) >= pos)
		}); i >= 0 {
			both++
			if p.same[i].isIn(p.state, pos) {
				continue
			}
			lack = 1
		}
		if slices.ContainsFunc(p.same, func(t *thing) bool {
			return slices.ContainsFunc(t.makers, func(e *entry) bool { return e.used > 0 && m.by[e] == client })
		}) {
			lack *= ownWeight
		}
		lacks += lack
	}
	return lacks*len(c.ids) + c.count[turn] - both
}

// areThere reports whether what clients have done last with the things of an id is to
// make one, not to remove it.
func areThere(same []*thing) bool {
	var made, removed int32
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
	return made > removed
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
