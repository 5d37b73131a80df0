package model

import (
	"slices"
	"strings"
	"time"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/build"
	"github.com/dockwire/dockwire/decode/exchange"
	"github.com/dockwire/dockwire/ui/text"
)

// Said is something that passed in a stream: a line of output, progress, a step
// of a build. What follows in the same stream before anything else is one with
// it.
type Said struct {
	Exchange decode.ExchangeID
	At       time.Duration
	Lane     string // "stdin", "stdout", "stderr", "progress", "step", …
	Text     string // of the first piece; not safe to show
	Pieces   int
	Bytes    int64
	ToDaemon bool
}

// Bounds of what is kept of streams for a sequence.
const (
	maxSaid     = 1000
	maxSaidText = 120
)

// Saying gathers what passed in the streams of some exchanges.
type Saying struct {
	fold   *exchange.Folder
	wanted func(decode.ExchangeID) bool
	said   []Said
	now    time.Duration
	status decode.ExchangeID // the call whose message is folded in
	steps  map[*build.Step]bool
}

// NewSaying is fed with events.
func NewSaying(wanted func(decode.ExchangeID) bool) *Saying {
	s := &Saying{wanted: wanted, steps: map[*build.Step]bool{}}
	s.fold = exchange.NewFolder(0, s.watch)
	s.fold.WatchBuilds(s.step)
	return s
}

// Event takes the next event.
func (s *Saying) Event(e decode.Event) {
	s.now, s.status = e.From().Time, e.From().Exchange
	s.fold.Event(e)
}

// Said is a copy of what there is so far.
func (s *Saying) Said() []Said { return slices.Clone(s.said) }

func (s *Saying) watch(x *exchange.Exchange, e decode.Event) {
	d, is := e.(*decode.Data)
	if !is || x == nil || !s.wanted(x.ID) || len(d.Bytes) == 0 {
		return
	}
	lane, says := text.Piece(x, d)
	if lane == "" {
		return
	}
	s.add(Said{Exchange: x.ID, At: d.Time, Lane: lane, Text: says, Bytes: int64(len(d.Bytes)), ToDaemon: d.Dir == decode.Request})
}

// step reports a step when it is over.
func (s *Saying) step(b *build.Build, st *build.Step) {
	if st == nil || s.steps[st] || !s.wanted(s.status) || st.Completed.IsZero() {
		return
	}
	if len(s.steps) < maxSaid {
		s.steps[st] = true
		s.add(Said{Exchange: s.status, At: s.now, Lane: "step", Text: st.Name + " " + st.State()})
	}
}

func (s *Saying) add(n Said) {
	n.Text, n.Pieces = strings.TrimSpace(n.Text), 1
	n.Text = n.Text[:min(len(n.Text), maxSaidText)]
	if k := len(s.said); k > 0 && n.Lane != "step" {
		if last := &s.said[k-1]; last.Exchange == n.Exchange && last.Lane == n.Lane {
			last.Pieces++
			last.Bytes += n.Bytes
			return
		}
	}
	if len(s.said) < maxSaid {
		s.said = append(s.said, n)
	}
}
