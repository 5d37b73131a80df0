package exchange

import (
	"cmp"
	"slices"
	"time"

	"github.com/dockwire/dockwire/decode"
)

// maxLived bounds the calls that are kept of a thing: the first quarter and the
// latest.
const maxLived = 512

// Lives gathers what happened to things, and all calls about them, for those
// that read a recording again.
type Lives struct {
	fold     *Folder
	commands *Commands
	wanted   func(decode.ExchangeID) bool
	calls    map[*Thing]*lived
	things   []*Thing // that wanted calls are about
}

type lived struct {
	calls []LivedCall
	cut   int
}

// LivedCall is a call in the life of a thing. Equal ones that follow one
// another are one.
type LivedCall struct {
	Exchange decode.ExchangeID // the first of them
	At       time.Duration
	Name     string
	Summary  string
	Outcome  Outcome
	Times    int
	Exec     *Thing // the exec that it is about
}

// Life is a thing with what happened to it and the calls about it, in the order
// of time.
type Life struct {
	Thing
	Events []LifeEvent
	Left   int // calls and moments that are not kept
}

// LifeEvent is something that happened, a call, or both.
type LifeEvent struct {
	At   time.Duration
	What string // what became of the thing, "" of a call that changed nothing
	Call LivedCall
}

// NewLives is fed the events of a recording. It keeps the lives of the things
// that wanted calls are about.
func NewLives(wanted func(decode.ExchangeID) bool) *Lives {
	l := &Lives{wanted: wanted, calls: map[*Thing]*lived{}}
	l.fold = NewFolder(0, l.watch)
	l.commands = l.fold.Group(nil)
	return l
}

// Event takes the next event.
func (l *Lives) Event(e decode.Event) { l.fold.Event(e) }

func (l *Lives) watch(x *Exchange, e decode.Event) {
	if _, over := e.(*decode.ExchangeEnd); over && x != nil {
		l.call(x)
	}
}

func (l *Lives) call(x *Exchange) {
	about := x.About()
	if about == nil {
		return
	}
	c := LivedCall{Exchange: x.ID, At: x.Start, Name: x.Name(), Summary: x.Summary(), Outcome: x.Outcome(), Times: 1}
	if t := x.Container(); t != nil && t != about {
		c.Exec, about = about, t
	}
	if l.wanted(x.ID) && !slices.Contains(l.things, about) && len(l.things) < maxMoments {
		l.things = append(l.things, about)
	}
	of := l.calls[about]
	if of == nil {
		if len(l.calls) > maxThings {
			return
		}
		of = &lived{}
		l.calls[about] = of
	}
	of.add(c)
}

func (of *lived) add(c LivedCall) {
	if n := len(of.calls); n > 0 {
		if last := &of.calls[n-1]; last.Name == c.Name && last.Summary == c.Summary && last.Outcome == c.Outcome {
			last.Times++
			return
		}
		if n == maxLived {
			of.cut += of.calls[maxLived/4].Times
			of.calls = slices.Delete(of.calls, maxLived/4, maxLived/4+1)
		}
	}
	of.calls = append(of.calls, c)
}

// All is the lives so far, open calls included.
func (l *Lives) All() []Life {
	for x := range l.fold.Open() {
		if t := x.About(); t != nil && l.wanted(x.ID) {
			if c := x.Container(); c != nil {
				t = c
			}
			if !slices.Contains(l.things, t) && len(l.things) < maxMoments {
				l.things = append(l.things, t)
			}
		}
	}
	all := make([]Life, 0, len(l.things))
	for _, t := range l.things {
		all = append(all, l.life(t))
	}
	return all
}

func (l *Lives) life(t *Thing) Life {
	life := Life{Thing: *t, Left: t.Cut}
	at := map[decode.ExchangeID]int{}
	if of := l.calls[t]; of != nil {
		life.Left += of.cut
		for _, c := range of.calls {
			at[c.Exchange] = len(life.Events)
			life.Events = append(life.Events, LifeEvent{At: c.At, Call: c})
		}
	}
	life.moments(t, at, "")
	for _, exec := range l.commands.Things.order {
		if exec.Kind == "exec" && t.Kind == "container" && exec.Of == t.ID {
			life.moments(exec, at, "exec ")
		}
	}
	slices.SortStableFunc(life.Events, func(a, b LifeEvent) int { return cmp.Compare(a.At, b.At) })
	return life
}

// moments adds what happened, to the call that told it where it is one about
// the thing.
func (life *Life) moments(t *Thing, at map[decode.ExchangeID]int, before string) {
	for _, m := range t.Life {
		what := before + m.What
		if i, ok := at[m.Exchange]; ok && life.Events[i].What == "" {
			life.Events[i].What, life.Events[i].At = what, m.At
			continue
		}
		life.Events = append(life.Events, LifeEvent{At: m.At, What: what, Call: LivedCall{Exchange: m.Exchange}})
	}
}
