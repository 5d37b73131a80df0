package filter

import (
	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/exchange"
)

// Finder looks at a recording's events for calls that a filter may let through. It
// knows of a call what that tells itself, not what others tell of it (names, verdicts),
// and costs less than a consumer that needs all of that: such a consumer may leave out
// what comes behind the last event at which something was found.
type Finder struct {
	filter *Filter
	fold   *exchange.Folder
	scan   *Scanner
	found  bool
	each   bool // what the filter asks may come and go while a call runs
}

// Finder makes a finder of calls for a consumer that keeps so many bytes of a body; nil
// where the filter needs other calls to say no to one.
func (f *Filter) Finder(keep int) *Finder {
	alone, keep := f.alone(outlook{Yes, true}, keep)
	if alone == nil {
		return nil
	}
	n := &Finder{filter: alone, scan: f.Scanner(), each: alone.Reads().Summary}
	n.fold = exchange.NewFolder(keep, n.watch)
	return n
}

// alone is the filter as far as calls tell themselves, with how much it needs of their
// bodies; nil where it lets all of them through.
func (f *Filter) alone(o outlook, keep int) (*Filter, int) {
	if f.Empty() {
		return nil, 0
	}
	root, no, _ := f.root.alone(o)
	if !no {
		return nil, 0
	}
	if !root.reads().Bodies {
		keep = -1
	}
	return &Filter{root: root, src: f.src}, keep
}

// Event takes the next event, and says whether a consumer may have something to show:
// of a call, or of what belongs to none.
func (n *Finder) Event(e decode.Event) bool {
	o := e.From()
	switch e.(type) {
	case *decode.RequestHead: // a damaged recording may use a number twice
		n.found = n.fold.Find(o.Exchange) != nil
	case *decode.ConnOpened:
		n.found = n.fold.Connection(o.Conn) != nil
	default:
		n.found = false
	}
	n.fold.Event(e)
	return n.found
}

// Left notes a call of a connection whose events are left out.
func (n *Finder) Left(conn decode.ConnID) {
	if c := n.fold.Connection(conn); c != nil {
		c.Exchanges++
	}
}

// Open says whether one of the calls that are open may be let through.
func (n *Finder) Open() bool {
	for x := range n.fold.Open() {
		if n.filter.Match(x) {
			return true
		}
	}
	return false
}

func (n *Finder) watch(x *exchange.Exchange, e decode.Event) {
	n.scan.Event(x, e)
	switch e := e.(type) {
	case *decode.ConnClosed:
		n.found = n.found || e.How != decode.EndEOF && e.How != decode.EndCancel && n.fold.Connection(e.Conn).Exchanges == 0
	case *decode.Gap, *decode.Anomaly, *decode.Mark:
		n.found = n.found || x == nil
	case *decode.RequestHead, *decode.ResponseHead:
		n.found = n.found || x != nil && n.filter.Match(x)
	case *decode.ExchangeEnd:
		n.found = n.found || x != nil && (x.End < x.Last || n.filter.Match(x))
	default:
		n.found = n.found || n.each && x != nil && n.filter.Match(x)
	}
}

// fixed stands for a term that a Finder cannot judge: it says what makes the whole say
// yes, if it does.
type fixed Verdict

func (v fixed) decide(*exchange.Exchange) Verdict           { return Verdict(v) }
func (fixed) reads() Reads                                  { return Reads{} }
func (v fixed) alone(outlook) (n node, no, yes bool)        { return v, Verdict(v) == No, Verdict(v) == Yes }
func (n anywhere) alone(outlook) (alone node, no, yes bool) { return n, true, true }

// outlook is what a term is asked for, on its own.
type outlook struct {
	best  Verdict // what makes the whole say yes, if it does
	conns bool    // connections are known
}

func (o outlook) fixed() (node, bool, bool) { return fixed(o.best).alone(o) }

// The alone methods give a term for finders, of which those that it cannot judge say
// the best, and whether it may say no, and yes.

func (n and) alone(o outlook) (node, bool, bool) {
	l, lNo, lYes := n.left.alone(o)
	r, rNo, rYes := n.right.alone(o)
	return and{l, r}, lNo || rNo, lYes && rYes
}

func (n or) alone(o outlook) (node, bool, bool) {
	l, lNo, lYes := n.left.alone(o)
	r, rNo, rYes := n.right.alone(o)
	return or{l, r}, lNo && rNo, lYes || rYes
}

func (n not) alone(o outlook) (node, bool, bool) {
	o.best = verdict(o.best == No)
	of, no, yes := n.of.alone(o)
	return not{of}, yes, no
}

func (w word) alone(o outlook) (node, bool, bool) { return renamed{w, o.best}, true, true }

func (n *bytesTerm) alone(outlook) (node, bool, bool) { return n, true, true }

func (f flag) alone(o outlook) (node, bool, bool) {
	switch {
	case f.reads().Outcome:
		return o.erred()
	case f.now:
		return o.fixed()
	}
	return f, true, true
}

func (n number) alone(o outlook) (node, bool, bool) {
	if name := n.f.doc.Name; !o.conns && (name == "pid" || name == "uid") {
		return o.fixed()
	}
	return n, true, true
}

func (n textTerm) alone(o outlook) (node, bool, bool) {
	switch n.f.doc.Name {
	case "summary":
		return renamed{n, o.best}, true, true
	case "error":
		if !n.negate && !n.absent {
			return o.erred()
		}
		return o.fixed()
	case "outcome":
		if !n.negate && !n.absent && !n.test("ok") && !n.test("pending") {
			return o.erred()
		}
		return o.fixed()
	case "container", "image", "verdict":
		return o.fixed()
	case "cmd", "user", "addr":
		if !o.conns {
			return o.fixed()
		}
	}
	return n, true, true
}

// renamed stands for a term about the summary, in which others may have names for ids.
type renamed struct {
	of   node
	best Verdict
}

func (n renamed) alone(outlook) (node, bool, bool) { return n, true, true }
func (renamed) reads() Reads                       { return Reads{Heads: true, Bodies: true, Call: true, Summary: true} }

func (n renamed) decide(x *exchange.Exchange) Verdict {
	v := n.of.decide(x)
	if v != n.best && exchange.MayBeNamed(x.Summary()) {
		return n.best
	}
	return v
}

// erred stands for terms that ask what came of a call, which others tell, too: no call
// errs that does not look so by itself.
type erred struct{}

func (erred) alone(o outlook) (node, bool, bool) { return o.erred() }
func (erred) reads() Reads                       { return Reads{Heads: true, Bodies: true, Call: true} }

func (erred) decide(x *exchange.Exchange) Verdict {
	switch {
	case x.MayErr():
		return Yes
	case x.State == exchange.Done:
		return No
	}
	return Undecided
}

// erred gives such a term: only that a call has not erred can be said of it.
func (o outlook) erred() (node, bool, bool) {
	if o.best == Yes {
		return erred{}, true, true
	}
	return o.fixed()
}
