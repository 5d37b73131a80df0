package load

import (
	"slices"

	"github.com/dockwire/dockwire/decode"
)

// maxShared bounds of how many there are it is remembered that they can be shared.
const maxShared = 8192

// shared is what exchanges have in common.
type shared struct {
	askings map[asks]*Asking
	known   map[Facts]*Facts
}

type asks struct{ method, target string }

var noLists = &Lists{}

// asking is that of a request.
func (s *shared) asking(e *decode.RequestHead) *Asking {
	k := asks{e.Method, e.Target}
	if a := s.askings[k]; a != nil {
		return a
	}
	a := &Asking{Method: e.Method, Target: e.Target, Call: e.Call}
	a.Call.Params = slices.Clone(e.Call.Params)
	if s.askings == nil || len(s.askings) == maxShared {
		s.askings = map[asks]*Asking{}
	}
	s.askings[k] = a
	return a
}

// facts are those of an exchange that has ended.
func (s *shared) facts(x *pending) *Facts {
	f := x.facts
	f.Lists = noLists
	if len(x.lists.Sent)+len(x.lists.Asked) > 0 {
		f.Lists = &Lists{x.lists.Sent, x.lists.Asked}
	}
	if known := s.known[f]; known != nil {
		return known
	}
	if s.known == nil || len(s.known) == maxShared/8 {
		s.known = map[Facts]*Facts{}
	}
	kept := new(Facts)
	*kept = f
	s.known[f] = kept
	return kept
}
