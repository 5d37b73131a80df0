package play

import (
	"sort"
	"time"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/engine"
	"github.com/dockwire/dockwire/recordings/flow/load"
)

// Book knows which recorded requests that change state have come. Such a
// request may be why an answer that was recorded after it looks as it does:
// one of the same client, one about the same object, and for events any.
type Book struct {
	byGroup  map[int]*line
	byObject map[string]*line
	byTag    map[string]*line // by group of operations: what lists show
	all      *line
	objects  map[*load.Exchange]string
	come     map[decode.ExchangeID]time.Time
}

// line is requests in the order they were recorded.
type line struct {
	list []*load.Exchange
	done int // all before it have come
}

func (l *line) add(x *load.Exchange) { l.list = append(l.list, x) }

// NewBook reads a recording's requests. objectOf names what a request is
// about, "" if nothing in particular.
func NewBook(exchanges []*load.Exchange, objectOf func(*load.Exchange) string) *Book {
	b := &Book{
		byGroup: map[int]*line{}, byObject: map[string]*line{}, byTag: map[string]*line{}, all: &line{},
		objects: map[*load.Exchange]string{}, come: map[decode.ExchangeID]time.Time{},
	}
	for _, x := range exchanges {
		object := objectOf(x)
		if object != "" {
			b.objects[x] = object
		}
		if !x.ChangesState() {
			continue
		}
		into(b.byGroup, x.Group, x)
		if object != "" {
			into(b.byObject, object, x)
		}
		if x.Call.Op != nil {
			into(b.byTag, x.Call.Op.Tag, x)
		}
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
	if x.ChangesState() {
		b.come[x.ID] = at
	}
}

// Object names what a request is about.
func (b *Book) Object(x *load.Exchange) string { return b.objects[x] }

// lines are the requests that may have caused an answer.
func (b *Book) lines(x *load.Exchange) [2]*line {
	if everywhere(x.Call.Op) {
		return [2]*line{b.all}
	}
	out := [2]*line{b.byGroup[x.Group]}
	if o := b.objects[x]; o != "" {
		out[1] = b.byObject[o]
	}
	return out
}

// everywhere tells that an answer tells what all clients do.
func everywhere(op *engine.Operation) bool { return op != nil && op.ID == "SystemEvents" }

// Watches tells whether an answer waits for what other requests do: attach,
// wait, logs, events. The answer to any other is its own doing.
func Watches(x *load.Exchange) bool {
	if x.Call.Op == nil {
		return true
	}
	switch x.Call.Op.Stream {
	case engine.Hijack, engine.Logs, engine.Deferred, engine.WebSocket:
		return true
	}
	switch x.Call.Op.ID {
	case "SystemEvents", "ContainerStats":
		return true
	}
	return false
}

// Missing is a request that was recorded between an exchange's own and the
// step at pos, that may have caused the step, and that has not come; nil if
// there is none.
func (b *Book) Missing(x *load.Exchange, pos int) *load.Exchange {
	var found *load.Exchange
	b.between(x, pos, func(r *load.Exchange, come time.Time) bool {
		if come.IsZero() {
			found = r
		}
		return found == nil
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
	for _, l := range b.lines(x) {
		if l == nil {
			continue
		}
		from := sort.Search(len(l.list), func(i int) bool { return l.list[i].Pos > x.Pos })
		for _, r := range l.list[from:] {
			if r.Pos >= pos {
				break
			}
			if !f(r, b.come[r.ID]) {
				return
			}
		}
	}
}

// Ready tells whether all requests have come that were recorded before x and
// may be why its answer is another than the one before.
func (b *Book) Ready(x *load.Exchange) bool {
	for _, l := range b.lines(x) {
		if !b.complete(l, x.Pos) {
			return false
		}
	}
	return true
}

// ReadyForOthers is Ready for a client that did not make x when it was
// recorded: to it, what a list shows is also what others have done.
func (b *Book) ReadyForOthers(x *load.Exchange) bool {
	return b.Ready(x) && (!lists(x.Call.Op) || b.complete(b.byTag[x.Call.Op.Tag], x.Pos))
}

// lists tells that an answer lists what there is of a kind.
func lists(op *engine.Operation) bool {
	if op == nil {
		return false
	}
	switch op.ID {
	case "ContainerList", "ImageList", "NetworkList", "VolumeList":
		return true
	}
	return false
}

// complete tells whether all requests of a line have come that were recorded
// before pos.
func (b *Book) complete(l *line, pos int) bool {
	if l == nil {
		return true
	}
	for l.done < len(l.list) && !b.come[l.list[l.done].ID].IsZero() {
		l.done++
	}
	return l.done == len(l.list) || l.list[l.done].Pos >= pos
}
