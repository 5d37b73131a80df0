package diff

import (
	"fmt"
	"path"
	"strings"

	"github.com/dockwire/dockwire/decode/filter"
	"github.com/dockwire/dockwire/recordings/flow/compare"
	"github.com/dockwire/dockwire/recordings/flow/match"
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
	c := comparison{result: &Result{A: a, B: b, Commands: []compare.Command{}, Noted: []string{}}}
	c.pairs.Ignore(o.Ignore)
	c.flows(flowA, flowB)
	c.result.Ignored, c.result.Names = c.pairs.Ignored(), append([]compare.Name{}, c.pairs.Names()...)
	return c.result, nil
}

// comparison is what has been learned so far.
type comparison struct {
	result *Result
	pairs  compare.Pairs
}

func (c *comparison) flows(a, b *flow) {
	if len(a.groups) == 1 && len(b.groups) == 1 { // whatever they are called: docker and podman
		c.groups(a.groups[0], b.groups[0])
		return
	}
	keysA, keysB := groupKeys(a), groupKeys(b)
	pairs, _ := compare.Reordered(compare.Align(keysA, keysB), keysA, keysB) // commands may run side by side: their order is chance
	for _, p := range pairs {
		switch {
		case p.B < 0:
			c.alone(a.groups[p.A], compare.Missing)
		case p.A < 0:
			c.alone(b.groups[p.B], compare.Added)
		default:
			c.groups(a.groups[p.A], b.groups[p.B])
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

func (c *comparison) alone(g *group, kind compare.Kind) {
	out := compare.Command{Name: g.name, Kind: kind}
	for _, x := range g.calls {
		out.Calls = append(out.Calls, c.lone(x, kind))
	}
	c.result.Commands = append(c.result.Commands, out)
}

func (c *comparison) lone(x *call, kind compare.Kind) compare.Call {
	out := compare.Call{Kind: kind, Operation: x.Operation(), Method: x.Method, Target: x.Target, Line: x.line}
	if kind == compare.Missing {
		out.Recorded = x.ID
		c.result.Missing++
	} else {
		out.Other = x.ID
		c.result.Added++
	}
	return out
}

// groups compares what a command did.
func (c *comparison) groups(a, b *group) {
	keysA, keysB := callKeys(a), callKeys(b)
	pairs, isMoved := compare.Reordered(compare.Align(keysA, keysB), keysA, keysB)
	out := compare.Command{Name: a.name, Kind: compare.Changed}
	for _, p := range pairs {
		switch {
		case p.B < 0:
			out.Calls = append(out.Calls, c.lone(a.calls[p.A], compare.Missing))
		case p.A < 0:
			out.Calls = append(out.Calls, c.lone(b.calls[p.B], compare.Added))
		default:
			if x, differs := c.both(a.calls[p.A], b.calls[p.B], isMoved[p.A]); differs {
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
		keys[i] = x.Key
	}
	return keys
}

// both compares a call that both recordings have.
func (c *comparison) both(a, b *call, isMoved bool) (out compare.Call, differs bool) {
	out = compare.Call{
		Kind: compare.Changed, Operation: a.Operation(), Method: a.Method, Target: a.Target,
		Recorded: a.ID, Other: b.ID, Line: a.line, Differ: c.pairs.Both(a.Parts, b.Parts),
	}
	note := compare.Unkept(a.Parts, b.Parts)
	if note != "" {
		out.Notes = []string{note}
	}
	switch {
	case isMoved:
		out.Kind = compare.Moved
		c.result.Moved++
	case len(out.Differ) > 0:
		c.result.Changed++
	default:
		c.result.Same++
		if note != "" {
			c.result.Noted = append(c.result.Noted, fmt.Sprintf("#%d and #%d were %s", a.ID, b.ID, note))
		}
		return out, false
	}
	return out, true
}
