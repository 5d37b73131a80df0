package redact

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/dockwire/dockwire/decode/engine"
)

// action is what the table says about a value and all that is beneath it.
type action struct {
	kind string
	how  engine.How
}

// node is where one is in a JSON value as far as the table can tell it from
// elsewhere: a state of the automaton made from all paths of one direction.
// What comes after it is worked out when it is first asked for.
type node struct {
	act   *action
	b     *builder
	set   []item
	keys  map[string]*node // by folded key; nil: not worked out
	sizes uint64           // bit n: keys has one of n bytes
	other *node            // any other key, any element of an array
}

// place is one of the table, in folded segments.
type place struct {
	segments []string
	act      action
}

// plan is what the table says about one direction of an operation.
type plan struct {
	root    *node
	secrets bool    // some value may be secret: what cannot be read is not shown
	body    *action // the whole body, be it JSON or text
}

// newPlan compiles the table's entries for a direction. above is what holds
// where no entry does, or nil.
func newPlan(secrets []engine.Secret, above *action, in ...engine.Place) *plan {
	p := &plan{}
	var paths []place
	for _, s := range secrets {
		if !slices.Contains(in, s.In) {
			continue
		}
		p.secrets = p.secrets || s.In != engine.InError
		pa := place{act: action{kind: s.Kind, how: s.How}}
		if s.At == "" {
			p.body = &pa.act
		} else {
			for seg := range strings.SplitSeq(s.At, "/") {
				pa.segments = append(pa.segments, string(fold(nil, []byte(seg))))
			}
		}
		paths = append(paths, pa)
		if n := len(pa.segments) - 1; s.How == engine.EnvPair && n > 0 && pa.segments[n] == "*" {
			pa.segments = pa.segments[:n] // a string or an object instead of the list
			paths = append(paths, pa)
		}
	}
	b := &builder{paths: paths, nodes: map[string]*node{}}
	start := make([]item, len(paths))
	for i := range paths {
		start[i] = item{i, 0}
	}
	p.root = b.node(b.close(start), above)
	return p
}

// item is a path and how many of its segments have been met.
type item struct{ path, met int }

type builder struct {
	paths []place
	nodes map[string]*node
}

// close adds what is reached when ** stands for nothing.
func (b *builder) close(set []item) []item {
	for i := 0; i < len(set); i++ {
		it := set[i]
		segs := b.paths[it.path].segments
		if it.met < len(segs) && segs[it.met] == "**" {
			set = append(set, item{it.path, it.met + 1})
		}
	}
	slices.SortFunc(set, func(x, y item) int {
		if x.path != y.path {
			return x.path - y.path
		}
		return x.met - y.met
	})
	return slices.Compact(set)
}

// step follows one segment; key "" stands for a key that no path names.
func (b *builder) step(set []item, key string) []item {
	var next []item
	for _, it := range set {
		segs := b.paths[it.path].segments
		if it.met == len(segs) {
			continue
		}
		switch seg := segs[it.met]; {
		case seg == "**":
			next = append(next, it)
		case seg == "*" || key != "" && seg == key:
			next = append(next, item{it.path, it.met + 1})
		}
	}
	return b.close(next)
}

// node returns the state of a set of items; beneath an action it holds on.
func (b *builder) node(set []item, above *action) *node {
	act := b.strongest(set, above)
	id := make([]byte, 0, 64)
	for _, it := range set {
		id = append(id, byte(it.path), byte(it.path>>8), byte(it.met))
	}
	if act != nil {
		id = append(append(append(id, act.kind...), 0), act.how...)
	}
	if n := b.nodes[string(id)]; n != nil {
		return n
	}
	n := &node{act: act, b: b, set: set}
	b.nodes[string(id)] = n
	for _, it := range set {
		segs := b.paths[it.path].segments
		if it.met == len(segs) || strings.HasPrefix(segs[it.met], "*") {
			continue
		}
		if n.keys == nil {
			n.keys = map[string]*node{}
		}
		key := segs[it.met]
		n.keys[key] = nil
		n.sizes |= 1 << min(len(key), 63)
	}
	return n
}

// strongest picks the action of a set: the most thorough of those that are met
// here, else what was met above.
func (b *builder) strongest(set []item, above *action) *action {
	if above != nil && above.how == engine.Whole {
		return above
	}
	best := above
	rank := -1
	for _, it := range set {
		p := &b.paths[it.path]
		if it.met == len(p.segments) {
			if r := slices.Index(thoroughness, p.act.how); r > rank {
				best, rank = &p.act, r
			}
		}
	}
	return best
}

// thoroughness orders the ways to redact for values that several name.
var thoroughness = []engine.How{
	engine.URLUserinfo, engine.FreeText, engine.Base64Text, engine.EnvObject, engine.OptionObject, engine.NamedValue, engine.EnvPair, engine.Whole,
}

// child is the state of the value under a key.
func (n *node) child(key []byte) *node {
	if n.keys == nil || len(key) < 63 && n.sizes&(1<<len(key)) == 0 && isASCII(key) {
		return n.element()
	}
	var buf [64]byte
	folded := fold(buf[:0], key)
	c, ok := n.keys[string(folded)]
	if !ok {
		return n.element()
	}
	if c == nil {
		c = n.b.node(n.b.step(n.set, string(folded)), n.act)
		n.keys[string(folded)] = c
	}
	return c
}

// element is the state of an element of an array, and of the value under a key
// that no path names.
func (n *node) element() *node {
	if n.other == nil {
		n.other = n.b.node(n.b.step(n.set, ""), n.act)
	}
	return n.other
}

// everywhere is a state that holds on for all that is beneath it.
func everywhere(act action) *node {
	n := &node{act: &act}
	n.other = n
	return n
}

func isASCII(s []byte) bool {
	for _, c := range s {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// fold writes a key as the daemon compares it: encoding/json takes keys in any
// case, and for it the Kelvin sign is a k and the long s an s
// (encoding/json foldRune).
func fold(dst, key []byte) []byte {
	for i := 0; i < len(key); {
		c := key[i]
		switch {
		case c >= 'A' && c <= 'Z':
			dst = append(dst, c|0x20)
		case c == 0xE2 && i+2 < len(key) && key[i+1] == 0x84 && key[i+2] == 0xAA:
			dst = append(dst, 'k')
			i += 2
		case c == 0xC5 && i+1 < len(key) && key[i+1] == 0xBF:
			dst = append(dst, 's')
			i++
		default:
			dst = append(dst, c)
		}
		i++
	}
	return dst
}
