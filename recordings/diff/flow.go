package diff

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/exchange"
	"github.com/dockwire/dockwire/decode/filter"
	"github.com/dockwire/dockwire/recordings"
	"github.com/dockwire/dockwire/recordings/replay/match"
)

// keepBody is how much of a request body is looked at in one piece.
const keepBody = 8 << 20

// flow is a recording as it is compared.
type flow struct {
	groups []*group
	calls  int
}

// group is what one client command did. Calls are in the order they began.
type group struct {
	name  string
	calls []*call
}

// reading is what has to be remembered while a recording is read.
type reading struct {
	rules match.Rules
	which *filter.Filter
	flow  *flow
	fold  *exchange.Folder
	open  map[decode.ExchangeID]*gathering
	slots map[decode.ExchangeID]slot
	index map[string]*group
	line  int
}

// slot is a place in a group that is kept for a call until it has ended.
type slot struct {
	group *group
	at    int
}

// read makes a flow of a recording.
func read(path string, which *filter.Filter) (*flow, error) {
	in, err := recordings.Open(path)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	r := &reading{
		rules: match.BuiltinRules(), which: which, flow: &flow{},
		open: map[decode.ExchangeID]*gathering{}, slots: map[decode.ExchangeID]slot{}, index: map[string]*group{},
	}
	r.fold = exchange.NewFolder(keepBody, r.watch)
	for {
		e, err := in.Next()
		var bad *recordings.LineError
		switch {
		case err == io.EOF:
			r.finish()
			return r.flow, nil
		case errors.As(err, &bad):
			return nil, fmt.Errorf("%s: damaged: %w", path, bad)
		case err != nil:
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		_, _, r.line = in.Line()
		r.fold.Event(e)
	}
}

func (r *reading) watch(x *exchange.Exchange, e decode.Event) {
	if x == nil {
		return
	}
	switch e := e.(type) {
	case *decode.RequestHead:
		g := r.group(x)
		r.open[x.ID] = &gathering{line: r.line}
		r.slots[x.ID] = slot{g, len(g.calls)}
		g.calls = append(g.calls, nil)
	case *decode.Data:
		if g := r.open[x.ID]; g != nil {
			g.data(x, e)
		}
	case *decode.ExchangeEnd:
		r.end(x)
	}
}

// end makes a call of an exchange, unless the filter leaves it out.
func (r *reading) end(x *exchange.Exchange) {
	g, s := r.open[x.ID], r.slots[x.ID]
	delete(r.open, x.ID)
	delete(r.slots, x.ID)
	if g != nil && (r.which == nil || r.which.Match(x)) {
		s.group.calls[s.at] = newCall(r.rules, x, g)
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

// finish takes what had not ended as it is, and leaves empty places out.
func (r *reading) finish() {
	for x := range r.fold.Open() {
		r.end(x)
	}
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
