package diff

import (
	"errors"
	"fmt"
	"strings"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/exchange"
	"github.com/dockwire/dockwire/decode/filter"
	"github.com/dockwire/dockwire/recordings"
	"github.com/dockwire/dockwire/recordings/flow/compare"
)

// flow is a recording as it is compared.
type flow struct {
	groups []*group
	calls  int
}

// call is a call of a command.
type call struct {
	*compare.Parts
	line int // of the request in the recording
}

// group is what one client command did. Calls are in the order they began.
type group struct {
	name  string
	calls []*call
}

// reading is what has to be remembered while a recording is read.
type reading struct {
	which *filter.Filter
	flow  *flow
	in    *compare.Collector
	slots map[decode.ExchangeID]slot
	index map[string]*group
	line  int
}

// slot is a place in a group that is kept for a call until it has ended.
type slot struct {
	group    *group
	at, line int
}

// read makes a flow of a recording.
func read(path string, which *filter.Filter) (*flow, error) {
	in, err := recordings.Open(path)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	r := &reading{which: which, flow: &flow{}, slots: map[decode.ExchangeID]slot{}, index: map[string]*group{}}
	r.in = compare.NewCollector(r.begun, r.ended)
	for e, err := range in.All() {
		var bad *recordings.LineError
		switch {
		case errors.As(err, &bad):
			return nil, fmt.Errorf("%s: damaged: %w", path, bad)
		case err != nil:
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		_, _, r.line = in.Line()
		r.in.Event(e)
	}
	r.in.Finish()
	r.finish()
	return r.flow, nil
}

func (r *reading) begun(x *exchange.Exchange) {
	g := r.group(x)
	r.slots[x.ID] = slot{g, len(g.calls), r.line}
	g.calls = append(g.calls, nil)
}

// ended keeps what an exchange consists of, unless the filter leaves it out.
func (r *reading) ended(x *exchange.Exchange, parts func() *compare.Parts) {
	s := r.slots[x.ID]
	delete(r.slots, x.ID)
	if r.which == nil || r.which.Match(x) {
		s.group.calls[s.at] = &call{parts(), s.line}
		r.flow.calls++
	}
}

// group is the command of an exchange: its process, or the connection's user
// agent where the kernel did not tell.
func (r *reading) group(x *exchange.Exchange) *group {
	name := x.Conn.Command()
	key := fmt.Sprint(x.Conn.Peer.PID, " ", name)
	if x.Conn.Peer.PID == 0 {
		name = x.Request.Header("User-Agent")
		key = name
	}
	g := r.index[key]
	if g == nil {
		g = &group{name: strings.Clone(name)}
		r.index[key] = g
		r.flow.groups = append(r.flow.groups, g)
	}
	return g
}

// finish leaves empty places out.
func (r *reading) finish() {
	groups := r.flow.groups[:0]
	for _, g := range r.flow.groups {
		calls := g.calls[:0]
		for _, c := range g.calls {
			if c != nil {
				calls = append(calls, c)
			}
		}
		if g.calls = calls; len(calls) > 0 {
			groups = append(groups, g)
		}
	}
	r.flow.groups = groups
}
