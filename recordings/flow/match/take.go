package match

import (
	"slices"

	"github.com/dockwire/dockwire/recordings/flow/bind"
	"github.com/dockwire/dockwire/recordings/flow/load"
)

// maxValues bounds of how many values it is kept whether a client made them up.
const maxValues = 4096

// maxTaken bounds the memory of recorded requests that are kept taken apart.
const maxTaken = 4 << 20

// find looks for the exchange that answers a request, the likeliest first. t is
// the thing that it is about, nil if that is not known.
func (m *Matcher) find(l *Live, op string, c *client, t *thing) (e *entry, again bool) {
	if e := m.findSession(l, op, c); e != nil {
		return e, e.used > 0
	}
	exact, loose, files := m.keys(&l.Request)
	want := func(e *entry) bool {
		return !(l.Waited && e.unanswered) && (e.files == nil || files == (key{}) || *e.files == files)
	}

	if e, again := m.findExact(m.exact.of(exact), l, c, t, want); e != nil {
		m.noteFiles(l, e)
		return e, again
	}
	if m.opt.Exact {
		return m.placeholders(l, op, c), false
	}
	if m.givenAgain(l, op, exact) {
		return nil, false
	}
	if b := m.alike(loose); b != nil {
		e := m.likeliest(b, l, c, func(e *entry) (likeness int, ok bool) {
			if !want(e) {
				return 0, false
			}
			return m.bindable(l, e)
		})
		if e != nil {
			diffs, _ := m.named(l, e)
			m.bindAll(l, e, diffs, true)
			return e, false
		}
	}
	return m.compare(l, op, c), false
}

// givenAgain reports whether a request gives a name as the recorded one did, once more
// than that: it does not take what was recorded for another name.
func (m *Matcher) givenAgain(l *Live, op string, exact key) bool {
	b := m.exact.of(exact)
	name := nameIn(op, &l.Call, &l.Body)
	return b != nil && name != "" && b.entries[0].life == once && m.nameOf(b.entries[0]) == name
}

// findExact finds an exchange that was asked just this: of all, one about the thing,
// as others may have had its name; one with a body where there is one, though an
// empty object means the same; and one that fits to what there is.
func (m *Matcher) findExact(b *bucket, l *Live, c *client, t *thing, want func(*entry) bool) (e *entry, again bool) {
	if b == nil {
		return nil, false
	}
	if t != nil {
		e, again = m.sameRequest(b, c, func(e *entry) bool { return want(e) && m.things.of[e] == t })
	}
	if e == nil {
		want = m.fitting(b, l.Call.Op, l.Client, c, want)
		e, again = m.sameRequest(b, c, func(e *entry) bool { return want(e) && (e.x.Request.Size > 0) == (l.Body.Size > 0) })
	}
	if e == nil {
		e, again = m.sameRequest(b, c, want)
	}
	return e, again
}

// findWithLess finds the answer to a look at images by a client that did not ask for
// their manifests, too: docker asks for these in every list since 29, and shows what it
// gets.
func (m *Matcher) findWithLess(l *Live, op string, c *client, t *thing) (e *entry, again bool) {
	asked := l.Head
	l.Head = slices.DeleteFunc(slices.Clone(asked), func(leaf Leaf) bool { return leaf.Place == "query.manifests" })
	if len(l.Head) < len(asked) {
		e, again = m.find(l, op, c, t)
	}
	if e == nil {
		l.Head = asked
		return nil, false
	}
	m.note(e, l.Method+" "+l.Call.Path+" was answered without the manifests that it asks for: the recorded client asked for none")
	return e, again
}

// findSession finds answers that any client may ask for at any time. Best is one to the
// same API version, as what it says depends on that; and that another version is refused
// tells nothing of this one.
func (m *Matcher) findSession(l *Live, op string, c *client) *entry {
	b := m.ops[op]
	if b == nil || b.entries[0].life != session {
		return nil
	}
	for _, want := range []func(*entry) bool{
		func(e *entry) bool { return e.x.Call.Version == l.Call.Version },
		func(e *entry) bool { return e.x.Status < 400 },
		func(*entry) bool { return true },
	} {
		if e := b.fresh(c, &m.clients, want); e != nil {
			return e
		}
		if e := b.latest(c, want); e != nil {
			return e
		}
	}
	return nil
}

// sameRequest picks among exchanges that were asked just this.
func (m *Matcher) sameRequest(b *bucket, c *client, want func(*entry) bool) (e *entry, again bool) {
	e = b.fresh(c, &m.clients, func(e *entry) bool { return want(e) && !(e.unanswered && m.answeredLater(b, e, c)) })
	if first := m.fromBeginning(b, c, want); first != nil && (e == nil || first.x.Group == e.x.Group && first.x.Pos < e.x.Pos) {
		return first, true
	}
	if e != nil && e.unanswered && e.x.Status > 0 { // cut off: this client may want all of it
		if whole := b.latest(c, want); whole != nil {
			return whole, true
		}
	}
	if e != nil && e.look() {
		before := b.latest(c, want)
		if before != nil && !(e.op == "ImageInspect" && e.x.Status == before.x.Status) && m.tooEarly(e, before, c) {
			return before, true
		}
	}
	if e != nil {
		return e, false
	}
	if b.entries[0].life == cycle {
		e = b.oldest(want)
	} else {
		e = b.latest(c, want)
	}
	return e, e != nil
}

// fromBeginning picks a look that another client had, for one that plays the same part
// after it, as a test does that is run by itself: each looks from the beginning at a
// thing that no client has made and that is there as it was. What was made is looked at
// as it is by now, and so are lists.
func (m *Matcher) fromBeginning(b *bucket, c *client, want func(*entry) bool) *entry {
	if c.looked == nil && len(c.groups) > 0 || m.opt.Thing == nil {
		return nil
	}
	m.findThings()
	b.sort()
	for _, q := range b.queues[:min(len(b.queues), maxAlike)] {
		if o := m.clients.owner[q.group]; o == nil || o != c && len(c.groups) > 0 || m.left[q.group] == 0 {
			continue
		}
		for _, e := range q.after(c.looked[q]) {
			if e.used == 0 {
				break
			}
			if e.look() && len(e.x.Call.Params) > 0 && m.things.of[e] == nil && e.x.Status == q.last.x.Status && want(e) {
				return e
			}
		}
	}
	return nil
}

// answeredLater reports whether the same request was recorded again, with an answer,
// and that all has happened that had by then. A client that plays the part of the one that
// gave it up does not take another's.
func (m *Matcher) answeredLater(b *bucket, e *entry, c *client) bool {
	for _, f := range b.entries {
		if f.used == 0 && !f.unanswered && f.x.Pos > e.x.Pos && (f.x.Group == e.x.Group || m.clients.owner[e.x.Group] != c) {
			return m.opt.Ready == nil || m.opt.Ready(f.x, false)
		}
	}
	return false
}

// tooEarly reports whether an answer must not follow the one before yet: what
// changed it has not happened, or it was another client's, and this one shows
// no sign of having become that.
func (m *Matcher) tooEarly(e, before *entry, c *client) bool {
	owner := m.clients.owner[e.x.Group]
	if m.opt.Ready != nil && !m.opt.Ready(e.x, owner != c) {
		return true
	}
	if e.x.Group == before.x.Group || m.clients.owner[before.x.Group] != c {
		return false
	}
	if owner == c {
		return c.later(before.x.Group, e.x.Group)
	}
	return owner != nil || !e.begins || m.left[before.x.Group] > 0
}

// bindable reports whether an exchange answers a request when names are bound,
// and how alike those are: above all, how few differ. Only names may.
func (m *Matcher) bindable(l *Live, e *entry) (likeness int, ok bool) {
	diffs, ok := m.named(l, e)
	if !ok || !m.bindAll(l, e, diffs, false) {
		return 0, false
	}
	return likenessOf(l, diffs), true
}

// named finds the names in which a request differs from an exchange with the
// same loose key.
func (m *Matcher) named(l *Live, e *entry) (diffs []Difference, ok bool) {
	diffs = diff(m.opt.Rules.head(e.op, &e.x.Call, same), l.Head)
	if namesInBody[e.op] {
		recorded, err := m.request(e.x)
		if err != nil {
			return nil, false
		}
		diffs = append(diffs, diff(recorded.Body.leaves, l.Body.leaves)...)
	}
	return diffs, true
}

// namesInBody are operations whose loose key leaves names in the body out.
var namesInBody = map[string]bool{
	"ContainerCreate": true, "NetworkCreate": true, "VolumeCreate": true, "SecretCreate": true, "ConfigCreate": true,
	"ServiceCreate": true, "NetworkConnect": true, "NetworkDisconnect": true,
}

// bindAll reports whether all differences may be bound. A name that is given in
// one place, or was before, may be part of the values in others.
func (m *Matcher) bindAll(l *Live, e *entry, diffs []Difference, learn bool) bool {
	var names []bind.Pair
	for i := range diffs {
		d := &diffs[i]
		if naming, _ := bind.Naming(l.Call.Op, d.Place); !naming {
			continue
		}
		pairs, ok := m.pairsOf(l, d)
		if !ok || !m.allow(e, d, pairs, learn) {
			return false
		}
		names = append(names, pairs...)
	}
	for i := range diffs {
		d := &diffs[i]
		if d.Absent != "" && leftOut[d.Place] {
			continue
		}
		if naming, _ := bind.Naming(l.Call.Op, d.Place); naming || d.Absent == "" && m.binds.Derives(d.Recorded, d.Received, names) {
			if learn && !naming {
				m.follows(d)
			}
			continue
		}
		pairs, ok := relatedPair(names, d)
		if !ok {
			pairs, ok = m.pairsOf(l, d)
		}
		if !ok || !m.allow(e, d, pairs, learn) {
			return false
		}
	}
	return true
}

// follows has a value that follows from names come back as it was sent.
func (m *Matcher) follows(d *Difference) {
	recorded, live := d.Recorded, d.Received
	if d.Place[0] == 'b' {
		var ok1, ok2 bool
		recorded, ok1 = unquote(recorded)
		live, ok2 = unquote(live)
		if !ok1 || !ok2 {
			return
		}
	}
	m.binds.Follows(d.Place, recorded, live)
}

// relatedPair binds a value that differs as the names given in the request do:
// a label "run-1" when the name is "run-1-net".
func relatedPair(names []bind.Pair, d *Difference) ([]bind.Pair, bool) {
	if d.Absent != "" || d.Place[0] != 'b' || bind.Apply(bind.Stems(names), d.Recorded) != d.Received {
		return nil, false
	}
	recorded, ok1 := unquote(d.Recorded)
	live, ok2 := unquote(d.Received)
	return []bind.Pair{bind.At(d.Place, recorded, live, true)}, ok1 && ok2
}

// allow reports whether pairs may be bound, and with learn binds them.
func (m *Matcher) allow(e *entry, d *Difference, pairs []bind.Pair, learn bool) bool {
	if !m.binds.Allows(pairs) {
		return false
	}
	if learn {
		m.binds.Learn(pairs, e.op+" "+d.Place+of(e.x.File()), e.x.ID)
	}
	return true
}

func (m *Matcher) pairsOf(l *Live, d *Difference) ([]bind.Pair, bool) {
	if d.Absent != "" {
		return nil, false
	}
	pairs, ok := m.pairsFor(l, d, d.Received)
	if !ok && d.translated != d.Received {
		return m.pairsFor(l, d, d.translated) // the rest of the value is bound already
	}
	return pairs, ok
}

func (m *Matcher) pairsFor(l *Live, d *Difference, live string) ([]bind.Pair, bool) {
	recorded := d.Recorded
	if d.Place[0] == 'b' {
		var ok1, ok2 bool
		recorded, ok1 = unquote(recorded)
		live, ok2 = unquote(live)
		if !ok1 || !ok2 {
			both := isNumber(d.Recorded) && isNumber(d.Received) && m.opt.Volatile.allow(opName(l.Method, &l.Call), d.Place, d.Recorded, d.Received)
			return bind.VolatileNumber(d.Place, d.Recorded, d.Received), both
		}
	}
	if pairs, ok := bind.Pairs(l.Call.Op, d.Place, recorded, live); ok {
		return pairs, true
	}
	if pairs, ok := bind.MadeUp(d.Place, recorded, live); ok && m.madeUp(pairs[0].Recorded) && m.madeUp(pairs[0].Live) {
		return pairs, true
	}
	if m.opt.Volatile.allow(opName(l.Method, &l.Call), d.Place, recorded, live) {
		return bind.Volatile(d.Place, recorded, live), true
	}
	return nil, false
}

// isNumber reports whether a leaf's value is a number.
func isNumber(value string) bool { return value[0] == '-' || value[0] >= '0' && value[0] <= '9' }

// madeUp reports whether a client had a value from no answer.
func (m *Matcher) madeUp(value string) bool {
	if m.opt.MadeUp == nil {
		return false
	}
	known, ok := m.values[value]
	if !ok {
		if m.values == nil || len(m.values) > maxValues {
			m.values = map[string]bool{}
		}
		known = m.opt.MadeUp(value)
		m.values[value] = known
	}
	return known
}

// compare looks at unused exchanges of the operation one by one, for the one
// with the fewest differences that may be bound.
func (m *Matcher) compare(l *Live, op string, c *client) *entry {
	b := m.ops[op]
	if b == nil {
		return nil
	}
	e := m.likeliest(b, l, c, func(e *entry) (likeness int, ok bool) {
		if l.Waited && e.unanswered {
			return 0, false
		}
		diffs, ok := m.differences(l, e)
		return likenessOf(l, diffs), ok && m.bindAll(l, e, diffs, false)
	})
	if e == nil {
		return nil
	}
	diffs, _ := m.differences(l, e)
	m.bindAll(l, e, diffs, true)
	if recorded, err := m.request(e.x); err == nil && op == "ImageLoad" {
		m.binds.Learn(imageNames(&recorded.Body, &l.Body), e.op+" files"+of(e.x.File()), e.x.ID)
	}
	return e
}

func (m *Matcher) differences(l *Live, e *entry) ([]Difference, bool) {
	recorded, err := m.request(e.x)
	if err != nil {
		return nil, false
	}
	return m.diff(recorded, l), true
}

// placeholders is compare without binding: a redacted value of the recording
// may stand for one that was not redacted.
func (m *Matcher) placeholders(l *Live, op string, c *client) *entry {
	return m.each(op, c, func(e *entry) bool {
		recorded, err := m.request(e.x)
		return err == nil && len(m.diff(recorded, l)) == 0
	})
}

// each looks for an unused exchange of the operation, in the order they would
// be taken.
func (m *Matcher) each(op string, c *client, want func(*entry) bool) *entry {
	b := m.ops[op]
	if b == nil {
		return nil
	}
	return b.fresh(c, &m.clients, want)
}

// request takes a recorded request apart again.
func (m *Matcher) request(x *load.Exchange) (*Request, error) {
	if r := m.taken[x]; r != nil {
		return r, nil
	}
	var body []byte
	if x.Request.Size > 0 && m.opt.Body != nil {
		var err error
		if body, err = m.opt.Body(x); err != nil {
			return nil, err
		}
	}
	r := &Request{}
	m.recorded(x, body, r)
	if m.weight += 1<<10 + 4*len(body); m.taken == nil || m.weight > maxTaken {
		m.taken, m.weight = map[*load.Exchange]*Request{}, 0
	}
	m.taken[x] = r
	return r, nil
}

// diff compares two requests.
func (m *Matcher) diff(recorded *Request, l *Live) []Difference {
	diffs := append(m.versions(recorded, l), diff(recorded.Head, l.Head)...)
	bodies := diff(recorded.Body.leaves, l.Body.leaves)
	if recorded.Body.IsTar {
		op := opName(l.Method, &l.Call)
		if op == "ImageLoad" && len(bodies) > 0 && sameImage(&recorded.Body, &l.Body) {
			return diffs
		}
		bodies = uploads(&recorded.Body, &l.Body, bodies, op == "PutContainerArchive", m.opt.Rules.forOp(op))
	}
	return append(diffs, bodies...)
}

func (m *Matcher) versions(recorded *Request, l *Live) []Difference {
	if !m.opt.SameVersion || recorded.Call.Version == l.Call.Version {
		return nil
	}
	return []Difference{{Place: "version", Recorded: recorded.Call.Version, Received: l.Call.Version}}
}

// noteFiles says once that contents of uploads could not be compared.
func (m *Matcher) noteFiles(l *Live, e *entry) {
	if !l.Body.IsTar || e.files != nil || len(l.Body.leaves) == 0 || l.Body.leaves[0].Place == "body" {
		return
	}
	if !slices.Contains(l.Body.digests(), e.x.Request.Digest) {
		m.note(e, uploadNote(e))
	}
}

// note tells a person of an exchange, once.
func (m *Matcher) note(e *entry, text string) {
	if m.noted[e] {
		return
	}
	if m.noted == nil {
		m.noted = map[*entry]bool{}
	}
	m.noted[e] = true
	m.notes = append(m.notes, text)
}

func uploadNote(e *entry) string {
	return "the files uploaded by " + e.x.Method + " " + e.x.Call.Path + " were compared by name, mode and size only: the recording has no digests of them (record again)"
}
