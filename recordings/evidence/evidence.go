// Package evidence finds out from two recordings of the same flow which places
// of requests have another value each time: those are volatile, and a replay may
// bind them. What is a name at a place for names, or follows from one, needs no
// evidence.
//
// It must not know sockets, screens or flags. Start reading at Volatile.
package evidence

import (
	"encoding/json"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/dockwire/dockwire/decode/digest"
	"github.com/dockwire/dockwire/recordings/flow/bind"
	"github.com/dockwire/dockwire/recordings/flow/compare"
	"github.com/dockwire/dockwire/recordings/flow/load"
	"github.com/dockwire/dockwire/recordings/flow/match"
)

// Place is one at which the recordings differ.
type Place struct {
	Rule   string // as --volatile takes it: "ContainerCreate:body.Labels.run =~ run-[0-9a-f]+"
	A, B   string // values that were seen there
	Number int    // how many requests differ there

	values []string // all of them
}

// Found is what two recordings tell.
type Found struct {
	Volatile []Place
	Same     int      // requests without such a place
	Unpaired []string // requests that only one of them has: nothing is known of them
}

// request is a request as it is compared.
type request struct {
	x      *load.Exchange
	leaves []match.Leaf
	files  []match.Leaf // contents of an upload's
}

// Volatile compares the requests of two recordings of one flow.
func Volatile(a, b string) (*Found, error) {
	requestsA, err := read(a)
	if err != nil {
		return nil, err
	}
	requestsB, err := read(b)
	if err != nil {
		return nil, err
	}
	keysA, keysB := keys(requestsA), keys(requestsB)
	pairs, _ := compare.Reordered(compare.Align(keysA, keysB), keysA, keysB)
	c := comparison{found: &Found{}, at: map[string]int{}}
	for _, p := range pairs {
		switch {
		case p.A < 0:
			c.lone(b, requestsB[p.B].x)
		case p.B < 0:
			c.lone(a, requestsA[p.A].x)
		default:
			c.both(&requestsA[p.A], &requestsB[p.B])
		}
	}
	for i := range c.found.Volatile {
		if p := &c.found.Volatile[i]; len(p.values) == 2*p.Number {
			p.Rule = match.WithPattern(p.Rule, pattern(p.values))
		}
	}
	slices.SortStableFunc(c.found.Volatile, func(x, y Place) int { return strings.Compare(x.Rule, y.Rule) })
	return c.found, nil
}

func read(path string) (out []request, err error) {
	rules := match.BuiltinRules()
	rec, err := load.Open(path, load.Options{Partial: true, Unkept: true, Request: func(x *load.Exchange, body []byte) {
		if x.Call.Op == nil {
			return
		}
		r := &x.Request
		tar := r.Listing()
		b := match.Body{
			Bytes: slices.Clone(body), Size: r.Size, Digests: []digest.Digest{r.Digest}, Whole: r.Whole,
			Tar: tar.Entries, TarCut: tar.Cut, TarErr: tar.Err,
		}
		asIs := func(s string) string { return s }
		all := append(rules.HeadLeaves(x.Method, &x.Call, asIs), rules.BodyLeaves(x.Method, &x.Call, &b, asIs)...)
		out = append(out, request{x, all, match.FileLeaves(&b)})
	}})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(out, func(a, b request) int { return a.x.Pos - b.x.Pos })
	return out, rec.Close()
}

// keys are what requests are aligned by: for images also which, as another
// image is another request.
func keys(list []request) (out []string) {
	for _, r := range list {
		key := r.x.Call.Op.ID
		if r.x.Call.Op.Tag == "Image" {
			key += " " + r.x.Call.Param("name") + " " + r.x.Call.Asks("fromImage")
		}
		out = append(out, key)
	}
	return out
}

// comparison is what has been learned so far.
type comparison struct {
	found *Found
	names bind.Set
	at    map[string]int // by rule: index in found.Volatile
}

func (c *comparison) lone(path string, x *load.Exchange) {
	c.found.Unpaired = append(c.found.Unpaired, fmt.Sprintf("%s #%d %s %s", path, x.ID, x.Method, x.Target))
}

// both learns names from a request that both recordings have, and notes where
// else they differ.
func (c *comparison) both(a, b *request) {
	op := a.x.Call.Op
	var rest []match.Difference
	files := c.upload(op.ID, slices.Concat(match.DiffLeaves(a.leaves, b.leaves), match.DiffLeaves(a.files, b.files)))
	for _, d := range match.DiffLeaves(a.leaves, b.leaves) {
		if strings.HasPrefix(d.Place, "path.") || c.name(a, &d) || d.Absent != "" {
			continue // ids come from answers; what is missing has no value
		}
		rest = append(rest, d)
	}
	differs := files
	for _, d := range rest {
		if c.names.Derives(d.Recorded, d.Received, nil) || d.Place == "body" || strings.HasPrefix(d.Place, "files.") {
			continue
		}
		differs = true
		if match.BuiltinVolatile().Cover(op.ID, d.Place) {
			continue
		}
		p := c.place(op.ID+":"+d.Place, &d)
		p.Number++
		for _, value := range []string{d.Recorded, d.Received} {
			if text, ok := plain(d.Place, value); ok {
				p.values = append(p.values, text)
			}
		}
	}
	if !differs {
		c.found.Same++
	}
}

// place is what was found at the place of a rule, d the first time.
func (c *comparison) place(rule string, d *match.Difference) *Place {
	i, ok := c.at[rule]
	if !ok {
		i = len(c.found.Volatile)
		c.at[rule] = i
		recorded, other := d.Values()
		c.found.Volatile = append(c.found.Volatile, Place{Rule: rule, A: recorded, B: other})
	}
	return &c.found.Volatile[i]
}

// upload notes the files of an upload that differ, and folders in which names do. It
// reports whether there are any. What is copied into a container by another name needs
// no evidence.
func (c *comparison) upload(op string, diffs []match.Difference) (any bool) {
	for _, d := range diffs {
		name, ok := strings.CutPrefix(d.Place, "files.")
		if !ok || d.Absent != "" && op == "PutContainerArchive" {
			continue
		}
		if folder := path.Dir(name); d.Absent != "" {
			name = strings.TrimPrefix(folder+"/*", "./")
		}
		any = true
		c.place(op+":files."+name, &d).Number++
	}
	return any
}

// plain is a value as text: bodies have it as JSON.
func plain(place, value string) (text string, ok bool) {
	if strings.HasPrefix(place, "body.") {
		ok = json.Unmarshal([]byte(value), &text) == nil
		return text, ok
	}
	return value, true
}

// name learns a name from a place that holds one.
func (c *comparison) name(a *request, d *match.Difference) bool {
	recorded, ok1 := plain(d.Place, d.Recorded)
	live, ok2 := plain(d.Place, d.Received)
	if !ok1 || !ok2 {
		return false
	}
	pairs, ok := bind.Pairs(a.x.Call.Op, d.Place, recorded, live)
	if ok {
		c.names.Learn(pairs, d.Place, a.x.ID)
	}
	return ok
}
