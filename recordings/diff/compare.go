package diff

import (
	"path"
	"strings"

	"github.com/dockwire/dockwire/decode/filter"
	"github.com/dockwire/dockwire/recordings/replay/bind"
	"github.com/dockwire/dockwire/recordings/replay/match"
)

// Options say what is compared.
type Options struct {
	Which  *filter.Filter // calls; nil: all
	Ignore match.Rules    // places, as match.ParseCallRules reads them
}

// Compare reads two recordings and compares them. A recording that cannot be
// read is an error; one that was cut off is compared as far as it goes.
func Compare(a, b string, o Options) (*Result, error) {
	flowA, err := read(a, o.Which)
	if err != nil {
		return nil, err
	}
	flowB, err := read(b, o.Which)
	if err != nil {
		return nil, err
	}
	c := comparison{result: &Result{A: a, B: b, Commands: []Command{}, Names: []Name{}}, ignore: o.Ignore}
	c.flows(flowA, flowB)
	c.result.Ignored = c.ignored
	return c.result, nil
}

// comparison is what has been learned so far.
type comparison struct {
	result *Result
	names  []bind.Pair
	own    func(name string) bool // tells what is of the recording; nil: all is
	left   bool                   // the client left both answers that are compared

	ignore  match.Rules
	ignored int // differences at those places
}

func (c *comparison) flows(a, b *flow) {
	if len(a.groups) == 1 && len(b.groups) == 1 { // whatever they are called: docker and podman
		c.groups(a.groups[0], b.groups[0])
		return
	}
	keysA, keysB := groupKeys(a), groupKeys(b)
	pairs, _ := moved(align(keysA, keysB), keysA, keysB) // commands may run side by side: their order is chance
	for _, p := range pairs {
		switch {
		case p.b < 0:
			c.alone(a.groups[p.a], Missing)
		case p.a < 0:
			c.alone(b.groups[p.b], Added)
		default:
			c.groups(a.groups[p.a], b.groups[p.b])
		}
	}
}

// groupKeys are what commands are aligned by: the program and its first plain
// word, as arguments may hold names.
func groupKeys(f *flow) []string {
	var keys []string
	for _, g := range f.groups {
		words := strings.Fields(g.name)
		key := ""
		for i, w := range words {
			if i == 0 {
				key = path.Base(w)
			} else if !strings.HasPrefix(w, "-") {
				key += " " + w
				break
			}
		}
		keys = append(keys, key)
	}
	return keys
}

func (c *comparison) alone(g *group, kind Kind) {
	out := Command{Name: g.name, Kind: kind}
	for _, x := range g.calls {
		out.Calls = append(out.Calls, c.lone(x, kind))
	}
	c.result.Commands = append(c.result.Commands, out)
}

func (c *comparison) lone(x *Parts, kind Kind) Call {
	out := Call{Kind: kind, Operation: x.name(), Method: x.method, Target: x.target, Line: x.line}
	if kind == Missing {
		out.Recorded = x.id
		c.result.Missing++
	} else {
		out.Other = x.id
		c.result.Added++
	}
	return out
}

// groups compares what a command did.
func (c *comparison) groups(a, b *group) {
	keysA, keysB := callKeys(a), callKeys(b)
	pairs, isMoved := moved(align(keysA, keysB), keysA, keysB)
	out := Command{Name: a.name, Kind: Changed}
	for _, p := range pairs {
		switch {
		case p.b < 0:
			out.Calls = append(out.Calls, c.lone(a.calls[p.a], Missing))
		case p.a < 0:
			out.Calls = append(out.Calls, c.lone(b.calls[p.b], Added))
		default:
			if x, differs := c.both(a.calls[p.a], b.calls[p.b], isMoved[p.a]); differs {
				out.Calls = append(out.Calls, x)
			}
		}
	}
	if len(out.Calls) > 0 {
		c.result.Commands = append(c.result.Commands, out)
	}
}

func callKeys(g *group) []string {
	keys := make([]string, len(g.calls))
	for i, x := range g.calls {
		keys[i] = x.key
	}
	return keys
}

// both compares a call that both recordings have.
func (c *comparison) both(a, b *Parts, isMoved bool) (out Call, differs bool) {
	out = Call{
		Kind: Changed, Operation: a.name(), Method: a.method, Target: a.target,
		Recorded: a.id, Other: b.id, Line: a.line, Differ: c.differences(a, b),
	}
	switch {
	case isMoved:
		out.Kind = Moved
		c.result.Moved++
	case len(out.Differ) > 0:
		c.result.Changed++
	default:
		c.result.Same++
		return out, false
	}
	return out, true
}

func (x *Parts) name() string {
	if x.op != nil {
		return x.op.ID
	}
	return ""
}
