package match

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/recordings/flow/bind"
	"github.com/dockwire/dockwire/recordings/flow/load"
)

// Miss is a live request that no recorded exchange answers, and why.
type Miss struct {
	Number      int               `json:"request"` // of the live request, from 1
	Method      string            `json:"method"`
	Target      string            `json:"target"` // secrets taken out
	Operation   string            `json:"operation"`
	Known       bool              `json:"-"`                      // Operation is one of the Engine API
	Recorded    []RecordedFor     `json:"recorded"`               // exchanges of the operation, at most maxListed
	More        int               `json:"more,omitempty"`         // those beyond
	Nearest     decode.ExchangeID `json:"nearest,omitempty"`      // 0: none of the operation
	Line        int               `json:"line,omitempty"`         // of Nearest in the recording
	NearestFile string            `json:"nearest_file,omitempty"` // where several are replayed
	Played      bool              `json:"played,omitempty"`       // Nearest is the same request, but was used already
	Same        int               `json:"same,omitempty"`         // how many equal exchanges there are, when Played
	Asked       int               `json:"asked,omitempty"`        // how often the request has come, when Played
	Differ      []Difference      `json:"differences,omitempty"`
	RecordedAPI string            `json:"recorded_api,omitempty"` // version that Nearest asks for, where the request asks for another
	API         string            `json:"api,omitempty"`          // and which one that is
	Unkept      string            `json:"unkept,omitempty"`       // why the answer of Nearest cannot be given
	Next        *load.Exchange    `json:"-"`                      // first unused exchange of the client, or of all
	InPlaceOf   *load.Exchange    `json:"-"`                      // what it seems to have come for; nil: nothing
	Reason      string            `json:"reason,omitempty"`       // a plain reason instead of a comparison
	Operations  []string          `json:"-"`                      // those that were recorded, when none of this operation was
	File        string            `json:"-"`
}

// RecordedFor is an exchange of the operation that was asked for.
type RecordedFor struct {
	ID   decode.ExchangeID `json:"exchange"`
	File string            `json:"file,omitempty"` // where several are replayed
	Used bool              `json:"used"`
}

const (
	maxMisses  = 1000 // that are kept; a client may ask the same for ever
	maxListed  = 8
	maxNearest = 512 // exchanges that are compared to find the nearest
)

func (m *Matcher) newMiss(l *Live, op string) *Miss {
	x := &Miss{
		Number: m.number, Method: l.Method, Target: l.Target, Operation: op,
		Known: l.Call.Op != nil, File: m.opt.File,
	}
	if b := m.ops[op]; b != nil {
		for _, e := range b.entries {
			if len(x.Recorded) == maxListed {
				x.More = len(b.entries) - maxListed
				break
			}
			x.Recorded = append(x.Recorded, RecordedFor{e.x.ID, e.x.File(), e.used > 0})
		}
	}
	if m.missed++; len(m.misses) < maxMisses {
		m.misses = append(m.misses, x)
	}
	return x
}

func (m *Matcher) missUnkept(l *Live, op string, e *entry) *Miss {
	x := m.newMiss(l, op)
	x.Nearest, x.NearestFile, x.Line, x.Unkept = e.x.ID, e.x.File(), e.x.Line(), e.x.Unkept
	return x
}

// Refuse notes a request that is not answered for another reason.
func (m *Matcher) Refuse(l *Live, reason string) *Miss {
	m.number++
	x := m.newMiss(l, opName(l.Method, &l.Call))
	x.Reason = reason
	return x
}

// miss explains.
func (m *Matcher) miss(l *Live, op string, c *client) *Miss {
	x := m.newMiss(l, op)
	if near, diffs := m.nearest(l, op); near != nil {
		x.Nearest, x.NearestFile, x.Line, x.Differ = near.x.ID, near.x.File(), near.x.Line(), diffs
		if near.x.Call.Version != l.Call.Version {
			x.RecordedAPI, x.API = near.x.Call.Version, l.Call.Version
		}
		if len(diffs) == 0 {
			x.Played = true
			for _, e := range m.exact.of(near.exact).entries {
				x.Same++
				x.Asked += int(e.used)
			}
			x.Asked++
		}
	} else {
		x.Operations = m.recordedOps()
	}
	x.Next = m.nextFor(c)
	x.InPlaceOf = m.inPlaceOf(op, c)
	return x
}

// inPlaceOf is the exchange that a request without answer seems to have come for:
// the next of its operation behind the client's latest, once.
func (m *Matcher) inPlaceOf(op string, c *client) *load.Exchange {
	b := m.ops[op]
	if b == nil {
		return nil
	}
	var first *entry
	for _, e := range b.entries {
		if e.used > 0 || e.missed {
			continue
		}
		if first == nil || first.x.Pos < c.at && e.x.Pos > c.at {
			first = e
		}
	}
	if first == nil {
		return nil
	}
	first.missed = true
	return first.x
}

// nearest is the exchange of the operation with the least differences, first among
// those about a thing of the same name; one that was not used is nearer than one
// that was.
func (m *Matcher) nearest(l *Live, op string) (near *entry, diffs []Difference) {
	b := m.ops[op]
	if b == nil {
		return nil, nil
	}
	best := 0.0
	for i, e := range b.entries {
		if i == maxNearest {
			break
		}
		recorded, err := m.request(e.x)
		if err != nil {
			continue
		}
		all := m.diff(recorded, l)
		d := m.unbindable(l, all)
		w := 0.0
		if named := recorded.names(); len(named) > 0 && !slices.ContainsFunc(all, func(d Difference) bool { return slices.Contains(named, d.Place) }) {
			w = -sameName
		}
		for k := range d {
			w += weight(&d[k])
		}
		if e.used > 0 {
			w += 0.5
		}
		if near == nil || w < best {
			near, diffs, best = e, d, w
		}
	}
	return near, diffs
}

// sameName outweighs any number of differences.
const sameName = 1e6

// names are the places where a request says what thing it is about.
func (r *Request) names() (places []string) {
	for _, leaves := range [][]Leaf{r.Head, r.Body.leaves} {
		for i := range leaves {
			place := leaves[i].Place
			if naming, _ := bind.Naming(r.Call.Op, place); naming && (place == "query.name" || place == "body.Name" || strings.HasPrefix(place, "path.")) {
				places = append(places, place)
			}
		}
	}
	return places
}

// unbindable leaves differences out that would be bound, unless there are no
// others: then they could not be, as their values mean something else already.
func (m *Matcher) unbindable(l *Live, diffs []Difference) []Difference {
	if m.opt.Exact {
		return diffs
	}
	var names []bind.Pair
	var out []Difference
	for i := range diffs {
		pairs, ok := m.pairsOf(l, &diffs[i])
		if !ok {
			out = append(out, diffs[i])
		}
		names = append(names, pairs...)
	}
	out = slices.DeleteFunc(out, func(d Difference) bool {
		_, related := relatedPair(names, &d)
		return related || d.Absent == "" && m.binds.Derives(d.Recorded, d.Received, names)
	})
	if len(out) == 0 {
		return diffs
	}
	return out
}

// nextFor is what the client would be expected to ask next.
func (m *Matcher) nextFor(c *client) *load.Exchange {
	var any *load.Exchange
	for _, e := range m.entries {
		if e.used > 0 || e.life == session {
			continue
		}
		if slices.Contains(c.groups, e.x.Group) {
			return e.x
		}
		if any == nil {
			any = e.x
		}
	}
	return any
}

// recordedOps are the operations of the recording, the most frequent first.
func (m *Matcher) recordedOps() []string {
	return slices.SortedFunc(maps.Keys(m.ops), func(a, b string) int {
		return cmp.Or(cmp.Compare(len(m.ops[b].entries), len(m.ops[a].entries)), cmp.Compare(a, b))
	})
}
