package match

import (
	"slices"

	"github.com/dockwire/dockwire/decode/engine"
	"github.com/dockwire/dockwire/recordings/flow/bind"
)

// maxAlike bounds of how many exchanges that would do the likeliest is looked
// for, and among how many clients the one whose part begins with a request.
const maxAlike = 64

// likeliest is fresh where several entries are wanted that are alike in different
// degrees: of the queues that fresh would look at first, the entry that is most alike, the
// first of them. One with names that are more alike comes before it, whoever plays its
// part: which that is was guessed, too, from requests that many make.
func (m *Matcher) likeliest(b *bucket, l *Live, c *client, want func(*entry) (likeness int, ok bool)) *entry {
	s := search{want: want}
	for _, g := range slices.Backward(c.groups) {
		if q := b.of(g); q != nil {
			s.in(q)
		}
	}
	for _, others := range []bool{false, true} {
		if s.found != nil {
			break
		}
		for _, q := range b.left() {
			if o := m.clients.owner[q.group]; o != c && (o != nil) == others {
				s.in(q)
			}
		}
	}
	for _, e := range m.namedAlike(b, l) {
		s.try(e)
	}
	return s.found
}

// search is for the entry that is most alike.
type search struct {
	want  func(*entry) (likeness int, ok bool)
	found *entry
	best  int
	tried int // entries that would do
}

func (s *search) in(q *queue) {
	q.spent() // moves its head on
	for _, e := range q.entries[q.head:] {
		if s.tried == maxAlike {
			return
		}
		s.try(e)
	}
}

func (s *search) try(e *entry) {
	if e.used > 0 {
		return
	}
	likeness, ok := s.want(e)
	if !ok {
		return
	}
	s.tried++
	if s.found == nil || likeness > s.best {
		s.found, s.best = e, likeness
	}
}

// likenessOf says how alike a request and an exchange are: above all, how few places
// differ; then how alike the names are that do.
func likenessOf(l *Live, diffs []Difference) int {
	likeness := -len(diffs) << 16
	for i := range diffs {
		_, recorded, ok1 := bind.Name(l.Call.Op, diffs[i].Place, diffs[i].Recorded)
		_, received, ok2 := bind.Name(l.Call.Op, diffs[i].Place, diffs[i].Received)
		if ok1 && ok2 {
			likeness += bind.Likeness(recorded, received)
		}
	}
	return likeness
}

// nameIndex finds the entries of a bucket by parts of their names.
type nameIndex struct {
	by     map[string]*part
	unused int // how often one was taken back
}

// part is the entries that have a part of a name in common.
type part struct {
	queue
	unused int // nameIndex.unused when its head was moved last
}

// namedAlike are unused entries whose names have parts in common with those of a
// request, those with the rarest parts first: most names may end in "_default".
func (m *Matcher) namedAlike(b *bucket, l *Live) (out []*entry) {
	if len(b.entries) <= maxAlike {
		return b.entries
	}
	if b.named == nil {
		b.named = &nameIndex{by: map[string]*part{}}
		for _, e := range b.entries {
			for _, p := range partsOf(m.namesOf(e)) {
				b.named.add(p, e)
			}
		}
	}
	var parts []*part
	for _, p := range partsOf(namesIn(b.entries[0].op, &l.Call, l.Head, &l.Body)) {
		if found := b.named.by[p]; found != nil {
			parts = append(parts, found)
		}
	}
	slices.SortStableFunc(parts, func(a, b *part) int { return len(a.entries) - len(b.entries) })
	for _, p := range parts {
		out = append(out, b.named.unusedOf(p, maxAlike-len(out))...)
	}
	return out
}

func (n *nameIndex) add(name string, e *entry) {
	if n.by[name] == nil {
		n.by[name] = &part{}
	}
	n.by[name].entries = append(n.by[name].entries, e)
}

// unusedOf are the first unused entries of a part.
func (n *nameIndex) unusedOf(p *part, atMost int) (out []*entry) {
	if p.unused != n.unused {
		p.head, p.unused = 0, n.unused
	}
	p.spent() // moves its head on
	for _, e := range p.entries[p.head:] {
		if len(out) == atMost {
			break
		}
		if e.used == 0 {
			out = append(out, e)
		}
	}
	return out
}

// namesOf are the names that a recorded request gives or uses.
func (m *Matcher) namesOf(e *entry) []string {
	r := &Request{Head: m.opt.Rules.head(e.op, &e.x.Call, same)}
	if e.op == "NetworkCreate" || e.op == "VolumeCreate" { // of these it is in the body
		if whole, err := m.request(e.x); err == nil {
			r = whole
		}
	}
	return namesIn(e.op, &e.x.Call, r.Head, &r.Body)
}

// namesIn are the names that a request gives or uses, as they came.
func namesIn(op string, c *engine.Call, head []Leaf, b *Body) (names []string) {
	for _, l := range head {
		if _, name, ok := bind.Name(c.Op, l.Place, l.asItCame()); ok {
			names = append(names, name)
		}
	}
	if name := b.text("body.Name"); name != "" && nameIn(op, c, b) == name {
		names = append(names, name)
	}
	return names
}

// maxParts bounds of how many parts a name is looked for.
const maxParts = 16

// partsOf are names and those parts of them at their ends that bind.Likeness counts.
func partsOf(names []string) (parts []string) {
	for _, name := range names {
		list := []string{name}
		for i := range len(name) {
			if c := name[i]; c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' {
				continue
			}
			list = append(list, name[:i+1], name[i:])
			if len(list) > maxParts {
				break
			}
		}
		parts = append(parts, list...)
	}
	return parts
}
