package match

import "github.com/dockwire/dockwire/decode/engine"

// What others need to compare requests and answers in the same words.
// rewrite is applied to JSON keys and to strings before they are compared.

// HeadLeaves takes path and query of a request apart, sorted by place.
func (rules Rules) HeadLeaves(method string, c *engine.Call, rewrite func(string) string) []Leaf {
	return rules.head(opName(method, c), c, rewrite)
}

// BodyLeaves takes the body of a request apart, sorted by place.
func (rules Rules) BodyLeaves(method string, c *engine.Call, b *Body, rewrite func(string) string) []Leaf {
	b.IsTar = b.IsTar || takesTar(c)
	b.list()
	b.flatten(rules, opName(method, c), c, rewrite)
	return b.leaves
}

// FileLeaves are the contents of an upload's files, as digests, sorted by place; b was
// taken apart before.
func FileLeaves(b *Body) []Leaf { return b.contents(func(string) bool { return false }) }

// JSONLeaves takes one JSON value apart, sorted by place; ok is false for
// anything else.
func JSONLeaves(root string, b []byte, rewrite func(string) string) (leaves []Leaf, ok bool) {
	v, ok := parseJSON(b)
	if !ok {
		return nil, false
	}
	f := flattener{skip: func(string) bool { return false }, translate: rewrite}
	f.walk(root, v, nil)
	sortLeaves(f.out)
	return f.out, true
}

// DiffLeaves compares leaves that are sorted by place.
func DiffLeaves(recorded, received []Leaf) []Difference { return diff(recorded, received) }

// OpName is what requests must have in common to be compared.
func OpName(method string, c *engine.Call) string { return opName(method, c) }

// PlaceText writes a place for people: a JSON pointer (RFC 6901) in bodies.
func PlaceText(place string) string { return placeText(place) }

// Values writes both values for people, shortened.
func (d *Difference) Values() (recorded, received string) {
	return valueText(d, d.Recorded, "recorded"), valueText(d, d.Received, "received")
}

// Plain takes kind and number out of placeholders for secrets: they are
// numbered by the order of one observation.
func Plain(value string) string { return plain(value) }
