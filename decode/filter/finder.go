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
}

// Finder makes a finder of calls for a consumer that keeps so many bytes of a body; nil
// where the filter needs other calls to say no to one.
func (f *Filter) Finder(keep int) *Finder {
	if f.Empty() {
		return nil
	}
	root, no, _ := f.root.alone(Yes)
	if !no {
		return nil
	}
	if !f.Reads().Bodies {
		keep = -1
	}
	n := &Finder{filter: &Filter{root: root, src: f.src}, scan: f.Scanner()}
	n.fold = exchange.NewFolder(keep, n.watch)
	return n
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
		n.found = n.found || e.How != decode.EndEOF && e.How != decode.EndCancel
	case *decode.Gap, *decode.Anomaly, *decode.Mark:
		n.found = n.found || x == nil
	case *decode.RequestHead, *decode.ResponseHead:
		n.found = n.found || x != nil && n.filter.Match(x)
	case *decode.ExchangeEnd:
		n.found = n.found || x != nil && (x.End < x.Last || n.filter.Match(x))
	}
}

// fixed stands for a term that a Finder cannot judge: it says what makes the whole say
// yes, if it does.
type fixed Verdict

func (v fixed) decide(*exchange.Exchange) Verdict           { return Verdict(v) }
func (fixed) reads() Reads                                  { return Reads{} }
func (fixed) alone(best Verdict) (n node, no, yes bool)     { return fixed(best), best == No, best == Yes }
func (n anywhere) alone(Verdict) (alone node, no, yes bool) { return n, true, true }

// The alone methods give a term for finders, of which those that it cannot judge say
// best, and whether it may say no, and yes.

func (n and) alone(best Verdict) (node, bool, bool) {
	l, lNo, lYes := n.left.alone(best)
	r, rNo, rYes := n.right.alone(best)
	return and{l, r}, lNo || rNo, lYes && rYes
}

func (n or) alone(best Verdict) (node, bool, bool) {
	l, lNo, lYes := n.left.alone(best)
	r, rNo, rYes := n.right.alone(best)
	return or{l, r}, lNo && rNo, lYes || rYes
}

func (n not) alone(best Verdict) (node, bool, bool) {
	of, no, yes := n.of.alone(verdict(best == No))
	return not{of}, yes, no
}

func (word) alone(best Verdict) (node, bool, bool) { // summaries have names
	return fixed(0).alone(best)
}

func (n *bytesTerm) alone(Verdict) (node, bool, bool) { return n, true, true }

func (f flag) alone(best Verdict) (node, bool, bool) {
	if f.now || f.reads().Outcome {
		return fixed(0).alone(best)
	}
	return f, true, true
}

func (n number) alone(best Verdict) (node, bool, bool) {
	if n.f.doc.Name == "exit" {
		return fixed(0).alone(best)
	}
	return n, true, true
}

func (n textTerm) alone(best Verdict) (node, bool, bool) {
	switch n.f.doc.Name {
	case "container", "image", "summary", "health", "outcome", "verdict", "error":
		return fixed(0).alone(best)
	}
	return n, true, true
}
