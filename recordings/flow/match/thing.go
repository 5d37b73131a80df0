package match

import (
	"cmp"
	"slices"
	"strings"

	"github.com/dockwire/dockwire/decode/engine"
)

// thing is what a recorded request made, and its life: what was asked of it.
type thing struct {
	id, name string // name: the one its client gave it, "" for none
	maker    *entry
	asked    map[*entry]key // of about, once it was read; see askedOf
	about    []*entry       // in the order they were recorded, the maker first
	named    []*entry       // requests about others that name it
	makers   []*entry       // what made it: a volume, and an image by its name, can be made again
	removed  []*entry       // what removed it
	shown    []*entry       // what changed how lists show it
	labels   []string       // "key=value", that its client gave it
	same     key            // of all that was asked and what came of it; see read
}

// valueAt is the value at a place, "" for none.
func valueAt(leaves []Leaf, place string) string {
	for _, l := range leaves {
		if l.Place == place {
			return l.Value
		}
	}
	return ""
}

// thingIndex finds them.
type thingIndex struct {
	by      map[[2]string][]*thing // by kind and id, short id, name, or id of an exec in it
	of      map[*entry]*thing
	renames []*entry            // that went well, of things
	all     map[string]*census  // by kind
	sub     map[*bucket]*census // what some lists show of it
}

const (
	fullID  = 64 // digits of an id
	shortID = 12 // of them that docker shows
)

// played are the exchanges of a life that were used.
func (t *thing) played() map[*entry]bool {
	played := map[*entry]bool{}
	for _, e := range t.about {
		if e.used > 0 {
			played[e] = true
		}
	}
	return played
}

// use is how much of a thing's life was used: nothing, some, or the last request that
// changes it, too.
type use int

const (
	unused use = iota
	used
	over
)

func (t *thing) use() use {
	if t.maker.used == 0 {
		return unused
	}
	for _, e := range slices.Backward(t.about) {
		if e.x.ChangesState() && e.used > 0 {
			return over
		} else if e.x.ChangesState() {
			break
		}
	}
	return used
}

// thingAsked is the recorded thing that the live one stands for by now that a
// request is about; nil if that is not known.
func (m *Matcher) thingAsked(l *Live) *thing {
	if m.opt.Thing == nil || m.opt.Exact || l.Call.Op == nil || len(l.Call.Params) == 0 && !hasFilters(&l.Call) {
		return nil
	}
	m.findThings()
	kind := strings.ToLower(l.Call.Op.Tag)
	if kind == "exec" {
		kind = "container"
	}
	for _, p := range l.Call.Params {
		if t := m.things.played(kind, m.binds.Recorded(p.Value)); t != nil {
			return t
		}
	}
	return filtered(&l.Request, m.things.played)
}

func hasFilters(c *engine.Call) bool { return strings.Contains(c.RawQuery, "filters=") }

// filtered is the one thing that the filters of a list, or of events, name; nil if they
// name none or several.
func filtered(r *Request, find func(kind, name string) *thing) (t *thing) {
	for _, l := range r.Head {
		filter, ok := strings.CutPrefix(l.Place, inFilters)
		if !ok || r.Call.Op == nil {
			continue
		}
		kind, _, _ := strings.Cut(filter, ".")
		switch kind {
		case "id", "name", "since", "before":
			kind = strings.ToLower(r.Call.Op.Tag)
		}
		named := find(kind, strings.Trim(l.Value, "^/$"))
		if named != nil && t != nil && named != t {
			return nil
		}
		t = cmp.Or(t, named)
	}
	return t
}

// inFilters begins the places of filters.
const inFilters = "query.filters."

// played is the thing of a name that a client has made, of several the latest that was
// made in this replay; nil: none.
func (ix *thingIndex) played(kind, name string) (latest *thing) {
	for _, t := range ix.by[[2]string{kind, name}] {
		if t.maker.used > 0 && (latest == nil || t.maker.at >= latest.maker.at) {
			latest = t
		}
	}
	return latest
}

// findThings goes through the recording, once.
func (m *Matcher) findThings() {
	if m.things.of != nil {
		return
	}
	m.things = thingIndex{by: map[[2]string][]*thing{}, of: map[*entry]*thing{}, all: map[string]*census{}, sub: map[*bucket]*census{}}
	known := map[string]*thing{}
	solves := m.solves
	for _, e := range m.entries {
		for len(solves) > 0 && solves[0].x.Pos < e.x.Pos {
			m.images(solves[0])
			solves = solves[1:]
		}
		called := m.opt.Thing(e.x)
		t := known[called]
		if made := m.made(e, called, t); made != nil {
			t, known[called] = made, made
		}
		m.removes(e, t)
		m.images(e)
		if t == nil && hasFilters(&e.x.Call) {
			if r, err := m.request(e.x); err == nil {
				t = filtered(r, func(kind, name string) *thing { return m.things.before(kind, name, e) })
			}
		}
		if t == nil {
			continue
		}
		if e.op == t.maker.op && e.x.Status == 201 {
			t.makers = append(t.makers, e)
		}
		m.things.of[e] = t
		t.about = append(t.about, e)
		if shownInLists[e.op] && e.x.Status < 300 {
			t.shown = append(t.shown, e)
		}
		if e.op == "ContainerRename" && e.x.Status < 300 {
			m.things.renames = append(m.things.renames, e)
		}
		if e.op == "ContainerExec" {
			m.things.add("container", e.x.Made(), t)
		}
	}
	for _, e := range solves {
		m.images(e)
	}
	m.things.takeCensus()
	for _, e := range m.entries {
		if namesOthers[e.op] {
			m.findNamed(e)
		}
	}
}

// namesOthers are operations that may name other things than they are about.
var namesOthers = map[string]bool{"ContainerCreate": true, "NetworkConnect": true, "NetworkDisconnect": true, "ImageCommit": true}

// findNamed notes which things a request names.
func (m *Matcher) findNamed(e *entry) {
	r, err := m.request(e.x)
	if err != nil {
		return
	}
	if t := m.things.of[e]; t != nil && t.maker == e {
		t.labels = labelsIn(r)
	}
	for _, w := range wordsNaming(e.op, r) {
		for _, kind := range kinds {
			if t := m.things.before(kind, w, e); t != nil && m.things.of[e] != t {
				t.named = append(t.named, e)
			}
		}
	}
}

// wordsNaming are the words of a request that may name other things.
func wordsNaming(op string, r *Request) (words []string) {
	if op == "ImageCommit" {
		return []string{valueAt(r.Head, "query.container")}
	}
	for _, l := range r.Body.leaves {
		if op == "ContainerCreate" && !strings.HasPrefix(l.Place, "body.HostConfig.") && !strings.HasPrefix(l.Place, "body.NetworkingConfig.") {
			continue
		}
		words = append(words, strings.FieldsFunc(l.Place+" "+l.Value, func(c rune) bool { return strings.ContainsRune(" \".:/", c) })...)
	}
	return words
}

// kinds are those of the things that are found.
var kinds = []string{"container", "network", "volume"}

func (ix *thingIndex) add(kind, name string, t *thing) {
	if name != "" {
		ix.by[[2]string{kind, name}] = append(ix.by[[2]string{kind, name}], t)
	}
}

// before is the latest thing of a name that was made before a request; nil: none.
func (ix *thingIndex) before(kind, name string, e *entry) *thing {
	list := ix.by[[2]string{kind, name}]
	for i := len(list) - 1; i >= 0; i-- {
		if list[i].maker.x.Pos < e.x.Pos {
			return list[i]
		}
	}
	return nil
}

// read reads what was asked of a thing, once.
func (m *Matcher) read(t *thing) {
	if t.same != (key{}) {
		return
	}
	var all []Leaf
	t.asked = map[*entry]key{}
	for _, e := range t.about {
		if r, err := m.request(e.x); err == nil {
			t.asked[e] = m.askedOf(t, r, e.op)
		}
		asked := t.asked[e]
		all = append(all, Leaf{Place: string(asked[:]), Value: string(rune(e.x.Status))})
	}
	t.same = keyOf(all)
}

// made is the thing that an exchange made, nil if it made none. There may be one of
// that name: a volume is made once, however often a client asks for it.
func (m *Matcher) made(e *entry, called string, there *thing) *thing {
	kind, id, _ := strings.Cut(called, ":")
	if e.x.Status != 201 || id == "" || there != nil && len(there.removed) == 0 {
		return nil
	}
	switch e.op {
	case "ContainerCreate", "NetworkCreate", "VolumeCreate":
	default:
		return nil
	}
	t := &thing{id: id, maker: e, name: m.nameOf(e)}
	if r, err := m.request(e.x); err == nil && e.op != "ContainerCreate" { // those are read later
		t.labels = labelsIn(r)
	}
	c := m.things.census(kind)
	c.ids[id] = append(c.ids[id], t)
	m.things.add(kind, id, t)
	if len(id) == fullID {
		m.things.add(kind, id[:shortID], t)
	}
	if t.name != id {
		m.things.add(kind, t.name, t)
	}
	return t
}

// labelsIn are the labels that a request gives to what it makes.
func labelsIn(r *Request) (labels []string) {
	for _, l := range r.Body.leaves {
		if key, ok := strings.CutPrefix(l.Place, "body.Labels."); ok {
			value, _ := unquote(l.Value)
			labels = append(labels, key+"="+value)
		}
	}
	return labels
}

// nameOf is the name that a recorded request gives to what it makes.
func (m *Matcher) nameOf(e *entry) string {
	if e.op == "ContainerCreate" {
		return nameIn(e.op, &e.x.Call, nil)
	}
	if r, err := m.request(e.x); err == nil {
		return nameIn(e.op, &r.Call, &r.Body)
	}
	return ""
}

// nameIn is the name that a request gives to what it makes, as it came.
func nameIn(op string, c *engine.Call, b *Body) string {
	switch op {
	case "ContainerCreate":
		return c.Query().Get("name")
	case "NetworkCreate", "VolumeCreate":
		return b.text("body.Name")
	}
	return ""
}

// askedOf is a digest of what a request asks of a thing, whatever the thing is
// called. Execs are told apart by their order.
func (ix *Index) askedOf(t *thing, r *Request, op string) key {
	all := append(ix.impersonal(r.Head, t), ix.impersonal(r.Body.leaves, t)...)
	return keyOf(all, op)
}

// impersonal takes what a thing, or the image built for it, is called out of leaves.
func (ix *Index) impersonal(leaves []Leaf, t *thing) []Leaf {
	out := make([]Leaf, 0, len(leaves))
	for _, l := range leaves {
		if l.Place == "path.id" || l.Place == "path.name" || l.Place == "query.name" || l.Place == "body.Name" {
			l.Value = "" // its id, its name, or that of an exec in it
		} else if build := ix.buildOf(l.Value); build != nil && l.Place == "body.Image" {
			l.Value = build.built()
		} else if t.name != "" && strings.HasPrefix(l.Place, inFilters) && strings.Trim(l.Value, "^/$") == t.name {
			l.Value = ""
		} else {
			l.Value = strings.ReplaceAll(l.Value, t.id, "")
		}
		out = append(out, Leaf{Place: l.Place, Value: l.Value})
	}
	return out
}
