package bind

import (
	"cmp"
	"slices"
)

// pattern says what replaces bytes, and where they may stand.
type pattern struct {
	to   string
	kind kinds
}

// kinds are kinds of patterns: a set of them, or one.
type kinds uint8

const (
	plain  kinds = 1 << iota // anywhere
	free                     // between other bytes than letters and digits
	begins                   // where a name may begin, see beginning
)

// after keeps the kinds that may stand behind a byte.
func (k kinds) after(before byte) kinds {
	if alnum(before) {
		k &^= free
	}
	if !beginning(before) {
		k &^= begins
	}
	return k
}

// patterns is a radix tree of what is replaced. A tree never changes: with makes
// another one, which shares what is the same.
type patterns struct {
	label string      // bytes between the node above and this one
	here  []pattern   // what replaces the bytes that lead here, by kind
	below []*patterns // sorted by the first byte of their labels
	kinds kinds       // of all patterns here and below
}

// with is the tree with one more pattern, or another one of its kind.
func (t *patterns) with(from string, p pattern) *patterns {
	c := *t
	c.kinds |= p.kind
	if from == "" {
		c.here = append(slices.DeleteFunc(slices.Clone(c.here), func(q pattern) bool { return q.kind == p.kind }), p)
		return &c
	}
	c.below = slices.Clone(c.below)
	i, ok := c.find(from[0])
	if !ok {
		c.below = slices.Insert(c.below, i, &patterns{label: from, here: []pattern{p}, kinds: p.kind})
		return &c
	}
	next := c.below[i]
	n := 0
	for n < len(from) && n < len(next.label) && from[n] == next.label[n] {
		n++
	}
	if n < len(next.label) {
		end := *next
		end.label = next.label[n:]
		next = &patterns{label: next.label[:n], below: []*patterns{&end}, kinds: next.kinds}
	}
	c.below[i] = next.with(from[n:], p)
	return &c
}

// find is where the node below is that begins with a byte.
func (t *patterns) find(first byte) (i int, ok bool) {
	return slices.BinarySearchFunc(t.below, first, func(n *patterns, b byte) int { return cmp.Compare(n.label[0], b) })
}

// at finds the longest pattern that p begins with, behind a byte. more says that
// bytes may follow p: then maybe tells that a longer pattern may go on in them.
func (t *patterns) at(p []byte, before byte, more bool) (to string, length int, maybe bool) {
	for n := 0; ; {
		for i := range t.here {
			q := &t.here[i]
			if q.kind.after(before) == 0 || q.kind == free && n < len(p) && alnum(p[n]) {
				continue
			}
			if q.kind == free && n == len(p) && more {
				return "", 0, true
			}
			to, length = q.to, n
		}
		if n == len(p) {
			for _, next := range t.below {
				maybe = maybe || more && next.kinds.after(before) != 0
			}
			return to, length, maybe
		}
		i, ok := t.find(p[n])
		if !ok {
			return to, length, false
		}
		t = t.below[i]
		common := min(len(t.label), len(p)-n)
		if t.label[:common] != string(p[n:n+common]) {
			return to, length, false
		}
		if common < len(t.label) {
			return to, length, more && t.kinds.after(before) != 0
		}
		n += common
	}
}
