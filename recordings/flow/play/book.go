package play

import (
	"math"
	"slices"
	"sort"
	"strings"
	"time"

	"github.com/dockwire/dockwire/decode/engine"
	"github.com/dockwire/dockwire/recordings/flow/load"
)

// Book knows which recorded requests that change state have come. Such a write
// may be why an answer that was recorded after it looks as it does: one about
// the same things, in lists one about things of the kind, in events any.
type Book struct {
	byThing map[string]*line
	byKind  map[string]*line // writes about things of a kind
	ofKind  map[string]*line // writes about all things of a kind: prunes
	byGroup map[int]*line    // what requests that name no thing may depend on
	all     *line
	list    []*load.Exchange
	lists   [][]string // of things, each once
	about   []int32    // by place in list: what it is about, in lists
	come    map[*load.Exchange]time.Time
	latest  map[int]int // by group: the last position of those that have come
	begun   map[int]int // by group: the first position
	last    map[int]int // and the last
	gone    map[*load.Exchange]bool
	blocked map[*load.Exchange]time.Time // by write: since when something waits for it
	starts  starts

	// Hides reports whether the filters of events hide a thing; nil: none does.
	Hides func(filters map[string][]string, thing string) bool
}

// line is writes in the order they were recorded.
type line struct {
	list []*load.Exchange
	done int // all before it have come, or are not waited for
}

func (l *line) add(x *load.Exchange) { l.list = append(l.list, x) }

// NewBook reads a recording's requests, in the order of their positions. thingsOf names
// what a request is about, nothing if that is not known.
func NewBook(exchanges []*load.Exchange, thingsOf func(*load.Exchange) []string) *Book {
	b := &Book{
		byThing: map[string]*line{}, byKind: map[string]*line{}, ofKind: map[string]*line{}, byGroup: map[int]*line{}, all: &line{},
		list: exchanges, lists: [][]string{nil}, about: make([]int32, len(exchanges)), come: map[*load.Exchange]time.Time{}, latest: map[int]int{}, begun: map[int]int{}, last: map[int]int{},
		gone: map[*load.Exchange]bool{}, blocked: map[*load.Exchange]time.Time{}, starts: starts{map[string]asked{}, map[string]asked{}},
	}
	alone := map[string]int32{} // lists of one
	for i, x := range exchanges {
		if _, ok := b.begun[x.Group]; !ok {
			b.begun[x.Group] = x.Pos
		}
		b.last[x.Group] = x.Pos
		things := thingsOf(x)
		if len(things) > 0 {
			at := alone[things[0]]
			if at == 0 || len(things) > 1 {
				at = int32(len(b.lists))
				b.lists = append(b.lists, things)
			}
			if len(things) == 1 {
				alone[things[0]] = at
			}
			b.about[i] = at
		}
		if !x.ChangesState() || x.Unkept != "" || x.BuildKit() && len(things) == 0 {
			continue // what cannot be replayed holds nothing back, nor what builds no image
		}
		for j, thing := range things {
			kind := load.Kind(thing)
			into(b.byThing, thing, x)
			if strings.HasSuffix(thing, ":"+load.AllOf) {
				into(b.ofKind, kind, x)
			}
			if !slices.ContainsFunc(things[:j], func(t string) bool { return load.Kind(t) == kind }) {
				into(b.byKind, kind, x)
			}
		}
		if len(things) == 0 && x.Call.Op != nil {
			into(b.byKind, strings.ToLower(x.Call.Op.Tag), x)
		}
		into(b.byGroup, x.Group, x)
		b.all.add(x)
	}
	return b
}

func into[K comparable](m map[K]*line, k K, x *load.Exchange) {
	l := m[k]
	if l == nil {
		l = &line{}
		m[k] = l
	}
	l.add(x)
}

// Come notes that a recorded request has come at that time.
func (b *Book) Come(x *load.Exchange, at time.Time) {
	if x.Call.Op == nil || x.Call.Op.Tag != "System" { // what any client asks tells nothing
		b.latest[x.Group] = max(b.latest[x.Group], x.Pos)
	}
	if x.ChangesState() {
		b.come[x] = at
		b.starts.come(x, b.Thing(x), at)
	}
}

// Instead notes that what was taken for one exchange of each pair was the other.
func (b *Book) Instead(pairs [][2]*load.Exchange) {
	at := make([]time.Time, len(pairs)) // first, as two may have been taken for each other
	for i, p := range pairs {
		at[i] = b.come[p[0]]
	}
	for _, p := range pairs {
		delete(b.come, p[0])
	}
	for i, p := range pairs {
		if !at[i].IsZero() {
			b.Come(p[1], at[i])
		}
		for _, l := range b.lines(p[0]) {
			if l != nil {
				l.done = 0
			}
		}
	}
}

// Release stops everything from waiting for a write, for good.
func (b *Book) Release(x *load.Exchange) { b.gone[x] = true }

// Thing names what a request is about, "" if that is not known.
func (b *Book) Thing(x *load.Exchange) string {
	if t := b.things(x); len(t) > 0 && !lists(x.Call.Op) {
		return t[0]
	}
	return ""
}

// things are what a request is about.
func (b *Book) things(x *load.Exchange) []string {
	i := sort.Search(len(b.list), func(i int) bool { return b.list[i].Pos >= x.Pos })
	return b.lists[b.about[i]]
}

// lines are the writes that may have caused an answer.
func (b *Book) lines(x *load.Exchange) (out []*line) {
	switch things := b.things(x); {
	case everywhere(x.Call.Op):
		return []*line{b.all}
	case len(things) > 0:
		for _, t := range things {
			out = append(out, b.byThing[t], b.ofKind[load.Kind(t)])
		}
	default:
		out = append(out, b.byGroup[x.Group])
	}
	return out
}

// everywhere reports whether an answer tells what all clients do.
func everywhere(op *engine.Operation) bool { return op != nil && op.ID == "SystemEvents" }

// Watches reports whether an answer waits for what other requests do: attach,
// wait, logs, events. The answer to any other is its own doing.
func Watches(x *load.Exchange) bool {
	if x.Call.Op == nil {
		return true
	}
	switch x.Call.Op.Stream {
	case engine.Hijack, engine.Logs, engine.Deferred, engine.WebSocket:
		return true
	}
	return slices.Contains([]string{"SystemEvents", "ContainerStats"}, x.Call.Op.ID)
}

// Missing is a write that was recorded between an exchange's own and the
// step at pos, that may have caused the step, and that has not come, or nil. An
// exchange can turn out to be another after it was taken, which is now: then it waits
// for as many writes about that one. A tar shows what was there when it was asked for: its
// client may send it on, in a request that comes whole once the tar has ended.
func (b *Book) Missing(x, now *load.Exchange, pos int) *load.Exchange {
	if x.Call.Op != nil && x.Call.Op.Stream == engine.TarDownload {
		return nil
	}
	var found *load.Exchange
	wanted := math.MaxInt
	if now != x {
		wanted = 0
		b.between(x, pos, func(*load.Exchange, time.Time) bool { wanted++; return true })
		x, pos = now, math.MaxInt
	}
	b.between(x, pos, func(r *load.Exchange, come time.Time) bool {
		if wanted--; wanted >= 0 && come.IsZero() && !b.gone[r] {
			found = r
		}
		return found == nil && wanted > 0
	})
	return found
}

// Cause is the latest request between an exchange's own and the step at pos.
func (b *Book) Cause(x *load.Exchange, pos int) Moment {
	var m Moment
	b.between(x, pos, func(r *load.Exchange, come time.Time) bool {
		if !come.IsZero() && r.Time >= m.Recorded {
			m = Moment{r.Time, come}
		}
		return true
	})
	return m
}

func (b *Book) between(x *load.Exchange, pos int, f func(*load.Exchange, time.Time) bool) {
	if !Watches(x) {
		return
	}
	hidden := b.hidden(x)
	for _, l := range b.lines(x) {
		if l == nil {
			continue
		}
		from := sort.Search(len(l.list), func(i int) bool { return l.list[i].Pos > x.Pos })
		for _, r := range l.list[from:] {
			if r.Pos >= pos {
				break
			}
			if hidden != nil && hidden(r) {
				continue
			}
			if !f(r, b.come[r]) {
				return
			}
		}
	}
}

// hidden reports whether events do not tell of a write, as it is about things that their
// filters hide; nil: they tell of all.
func (b *Book) hidden(x *load.Exchange) func(*load.Exchange) bool {
	if b.Hides == nil || !everywhere(x.Call.Op) {
		return nil
	}
	filters := load.Filters(x.Call.Query())
	if len(filters) == 0 {
		return nil
	}
	return func(r *load.Exchange) bool {
		things := b.things(r)
		return len(things) > 0 && !slices.ContainsFunc(things, func(t string) bool { return !b.Hides(filters, t) })
	}
}

// Ready reports whether all writes have come that were recorded before x and may
// be why its answer is another than the one before. To a client that did not
// make x when it was recorded, what a list shows is what all have done. A write
// that holds something back for longer than patience is not waited for any
// more: it is returned, once.
func (b *Book) Ready(x *load.Exchange, others bool, now time.Time, patience time.Duration) (ready bool, released *load.Exchange) {
	ready = true
	for _, l := range b.looksAt(x) {
		for {
			w := b.missing(l, x, others)
			if w == nil {
				break
			}
			if since, ok := b.blocked[w]; !ok {
				b.blocked[w] = now
			} else if now.Sub(since) >= patience && !removes(w, x) {
				b.Release(w)
				released = w
				continue
			}
			ready = false
			break
		}
	}
	return ready, released
}

// removes reports whether a write is why a look finds nothing: a thing that no
// client removes is there, however long one looks at it.
func removes(w, x *load.Exchange) bool { return w.Method == "DELETE" && x.Status == 404 }

// looksAt are the writes that a look shows.
func (b *Book) looksAt(x *load.Exchange) []*line {
	if b.listsAll(x) {
		return []*line{b.byKind[strings.ToLower(x.Call.Op.Tag)]}
	}
	return b.lines(x)
}

// missing is the first write of a line that a look has to wait for, nil if
// there is none.
func (b *Book) missing(l *line, x *load.Exchange, others bool) *load.Exchange {
	if l == nil {
		return nil
	}
	for l.done < len(l.list) && b.passed(l.list[l.done]) {
		l.done++
	}
	for _, w := range l.list[l.done:] {
		if w.Pos >= x.Pos {
			break
		}
		if b.listsAll(x) && !others && w.Group != x.Group {
			continue
		}
		if !b.passed(w) && !b.overdue(w, x) {
			return w
		}
	}
	return nil
}

// overdue reports whether a write does not come any more: its client has come and,
// in lists, made later ones than the look, or is one that had ended when the
// look's began.
func (b *Book) overdue(w, x *load.Exchange) bool {
	latest := b.latest[w.Group]
	return latest > 0 && (b.listsAll(x) && latest > x.Pos || w.Group != x.Group && b.last[w.Group] < b.begun[x.Group])
}

// listsAll reports whether a list is of more than one thing by its name.
func (b *Book) listsAll(x *load.Exchange) bool { return lists(x.Call.Op) && len(b.things(x)) == 0 }

// lists reports whether an answer lists what there is of a kind.
func lists(op *engine.Operation) bool {
	if op == nil {
		return false
	}
	return slices.Contains([]string{"ContainerList", "ImageList", "NetworkList", "VolumeList"}, op.ID)
}

// passed reports whether a write is not waited for.
func (b *Book) passed(w *load.Exchange) bool { return b.gone[w] || !b.come[w].IsZero() }
