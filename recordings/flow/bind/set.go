package bind

import (
	"slices"
	"strings"

	"github.com/dockwire/dockwire/decode"
)

// Binding is a recorded value and the live one that stands for it.
type Binding struct {
	Recorded string            `json:"recorded"`
	Live     string            `json:"live"`
	Where    string            `json:"where"`              // place at which it was learned: "ContainerCreate query.name"
	Exchange decode.ExchangeID `json:"exchange"`           // recorded exchange it was learned from
	Number   bool              `json:"number,omitempty"`   // a port, or another number
	Volatile bool              `json:"volatile,omitempty"` // by a rule, at a place that holds no name

	project bool
	keys    []string // that hold it in JSON
}

// Set is what was learned. The zero Set is empty. It is not safe for
// concurrent use; the Replacer it gives is.
type Set struct {
	list       []Binding
	byRecorded map[string]int // index in list
	byLive     map[string]int
	same       map[string]bool    // values that mean themselves
	secrets    map[string]string  // by placeholder: what the client sent in its place
	follow     map[string]Binding // by recorded value: what follows from bindings
	answers    *Replacer          // these three are made when they are needed, and go on with what is learned
	requests   *Replacer
	derived    *Replacer
}

// List returns what was learned, in order.
func (s *Set) List() []Binding { return s.list }

// Allows reports whether pairs may be learned: bindings are one to one.
func (s *Set) Allows(pairs []Pair) bool {
	for _, p := range pairs {
		if p.Gives {
			continue // a name that is given again means something new
		}
		if i, ok := s.byRecorded[p.Recorded]; ok && s.list[i].Live != p.Live && s.current(i) {
			return false
		}
		if i, ok := s.byLive[p.Live]; ok && s.list[i].Recorded != p.Recorded && s.current(i) {
			return false
		}
		if s.same[p.Recorded] || s.same[p.Live] {
			return false
		}
	}
	return true
}

// current reports whether neither side of a binding was given another meaning since.
func (s *Set) current(i int) bool {
	b := &s.list[i]
	r, ok1 := s.byRecorded[b.Recorded]
	l, ok2 := s.byLive[b.Live]
	return ok1 && ok2 && r == i && l == i
}

// Secret notes what a client sent where the recording has a placeholder. It is
// put into answers, and listed nowhere.
func (s *Set) Secret(placeholder, live string) {
	if s.secrets[placeholder] == live {
		return
	}
	if s.secrets == nil {
		s.secrets = map[string]string{}
	}
	s.secrets[placeholder] = live
	s.changed()
}

// Follows notes a live value that follows from what is bound, in another way than its
// names show: it is put into answers.
func (s *Set) Follows(place, recorded, live string) {
	b, known := s.follow[recorded]
	p := At(place, recorded, live, false)
	if news := b.more(&p); known && b.Live == live && !news || len(recorded) > maxWhole {
		return
	}
	if s.follow == nil {
		s.follow = map[string]Binding{}
	}
	b.Recorded, b.Live, b.Volatile = recorded, live, true
	s.follow[recorded] = b
	if s.answers != nil {
		c := *s.answers
		c.learn(&b)
		s.answers = &c
	}
}

func (s *Set) changed() { s.answers, s.requests, s.derived = nil, nil, nil }

// Same notes that the client uses a recorded value as it is.
func (s *Set) Same(value string) {
	if s.same == nil {
		s.same = map[string]bool{}
	}
	s.same[value] = true
	i, known := s.byLive[value]
	if known && s.list[i].Recorded != value {
		// What meant something else means itself again: no longer translated.
		delete(s.byLive, value)
		s.changed()
	}
	if i, known = s.byRecorded[value]; known && s.list[i].Live != value {
		// And what was taken for it is something else.
		delete(s.byRecorded, value)
		if s.byLive[s.list[i].Live] == i {
			delete(s.byLive, s.list[i].Live)
		}
		s.changed()
	}
}

// IsSame reports whether the client uses a recorded value as it is.
func (s *Set) IsSame(value string) bool { return s.same[value] }

// Learn adds pairs.
func (s *Set) Learn(pairs []Pair, where string, x decode.ExchangeID) {
	if s.byRecorded == nil {
		s.byRecorded, s.byLive = map[string]int{}, map[string]int{}
	}
	for _, p := range pairs {
		i, known := s.byRecorded[p.Recorded]
		if known && s.list[i].Live == p.Live {
			if s.list[i].more(&p) {
				s.grow(i)
			}
			continue
		}
		b := Binding{Recorded: p.Recorded, Live: p.Live, Where: where, Exchange: x, Number: p.Number, Volatile: p.Volatile}
		b.more(&p)
		_, given := s.byLive[p.Live]
		s.list = append(s.list, b)
		s.byRecorded[p.Recorded] = len(s.list) - 1
		s.byLive[p.Live] = len(s.list) - 1
		if known || given {
			s.changed() // what was known of either is no longer so
		} else {
			s.grow(len(s.list) - 1)
		}
	}
}

// grow adds a binding to the replacers that are there. To make them again for each
// name would take the square of their number.
func (s *Set) grow(i int) {
	grown := func(r *Replacer, add func(*Replacer, int)) *Replacer {
		if r == nil {
			return nil
		}
		c := *r
		add(&c, i)
		return &c
	}
	s.answers, s.requests, s.derived = grown(s.answers, s.answer), grown(s.requests, s.request), grown(s.derived, s.derive)
}

// answer, request and derive add a binding to the replacer of that name.
func (s *Set) answer(r *Replacer, i int) {
	if b := &s.list[i]; b.Live != b.Recorded {
		r.learn(b)
	}
}

func (s *Set) request(r *Replacer, i int) {
	switch b := &s.list[i]; {
	case b.Number:
	case distinct(b.Live):
		r.add(b.Live, b.Recorded)
	case b.project:
		r.begin(&r.any, b.Live, b.Recorded)
	}
}

func (s *Set) derive(r *Replacer, i int) {
	b := &s.list[i]
	if b.Number || !s.current(i) {
		return
	}
	r.add(b.Recorded, b.Live)
	for _, p := range Stems([]Pair{{Recorded: b.Recorded, Live: b.Live}}) {
		r.add(p.Recorded, p.Live)
	}
}

// Bind binds a live value to a recorded one from now on, whatever they were bound
// to before.
func (s *Set) Bind(p Pair, where string, x decode.ExchangeID) {
	if s.byRecorded == nil {
		s.byRecorded, s.byLive = map[string]int{}, map[string]int{}
	}
	if p.Recorded == p.Live {
		delete(s.byRecorded, p.Recorded)
		delete(s.byLive, p.Live)
	} else if i, ok := s.byRecorded[p.Recorded]; !ok || s.list[i].Live != p.Live || s.byLive[p.Live] != i {
		s.list = append(s.list, Binding{Recorded: p.Recorded, Live: p.Live, Where: where, Exchange: x})
		s.byRecorded[p.Recorded], s.byLive[p.Live] = len(s.list)-1, len(s.list)-1
	}
	if bindable(p.Recorded) || bindable(p.Live) {
		s.changed()
		return
	}
	replace := func(r *Replacer, from, to string) *Replacer { // ids stand alone: one pattern says all
		if r == nil {
			return nil
		}
		c := *r
		c.add(from, to)
		return &c
	}
	s.answers, s.requests, s.derived = replace(s.answers, p.Recorded, p.Live), replace(s.requests, p.Live, p.Recorded), replace(s.derived, p.Recorded, p.Live)
}

// Live is the live value that is bound to a recorded one.
func (s *Set) Live(recorded string) (string, bool) {
	i, ok := s.byRecorded[recorded]
	if !ok {
		return "", false
	}
	return s.list[i].Live, true
}

// more notes what else is known of where a value stands, and reports whether
// that is news.
func (b *Binding) more(p *Pair) (news bool) {
	if p.Key != "" && !slices.Contains(b.keys, p.Key) {
		b.keys, news = append(b.keys, p.Key), true
	}
	if p.Project && !b.project {
		b.project, news = true, true
	}
	return news
}

// Recorded translates a value of a live request into the recording's words.
func (s *Set) Recorded(value string) string {
	if len(s.byLive) == 0 || value == "" {
		return value
	}
	if i, ok := s.byLive[value]; ok {
		return s.list[i].Recorded
	}
	if v, ok := strings.CutPrefix(value, "/"); ok {
		if i, ok := s.byLive[v]; ok && !s.list[i].Number {
			return "/" + s.list[i].Recorded
		}
	}
	if s.requests == nil {
		s.requests = newReplacer()
		for _, i := range s.byLive {
			s.request(s.requests, i)
		}
	}
	return string(s.requests.All(nil, []byte(value), false))
}

// Answers gives what puts live values into answers, nil when there is nothing
// to put.
func (s *Set) Answers() *Replacer {
	if len(s.byRecorded)+len(s.secrets) == 0 {
		return nil
	}
	if s.answers == nil {
		s.answers = newReplacer()
		for _, b := range s.follow {
			s.answers.learn(&b)
		}
		for _, i := range s.byRecorded {
			s.answer(s.answers, i)
		}
		for placeholder, live := range s.secrets {
			s.answers.secret(placeholder, live)
		}
	}
	if s.answers.empty() {
		return nil
	}
	return s.answers
}

// Derives reports whether live is recorded with what was learned, and names
// besides, put into it: "PROJECT=shop" and "PROJECT=other". What names have in
// common with others apart counts too: "shop" when "shop-net" is "other-net".
func (s *Set) Derives(recorded, live string, names []Pair) bool {
	if Apply(names, recorded) == live {
		return true
	}
	if s.derived == nil {
		s.derived = newReplacer()
		for i := range s.list {
			s.derive(s.derived, i)
		}
	}
	known := string(s.derived.All(nil, []byte(recorded), false))
	return known == live || Apply(names, known) == live
}

// Apply replaces recorded values with live ones in a single value.
func Apply(pairs []Pair, value string) string {
	var r *Replacer
	for _, p := range pairs {
		if !p.Number && strings.Contains(value, p.Recorded) {
			if r == nil {
				r = newReplacer()
			}
			r.add(p.Recorded, p.Live)
		}
	}
	if r == nil {
		return value
	}
	return string(r.All(nil, []byte(value), false))
}
