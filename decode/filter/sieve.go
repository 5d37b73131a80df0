package filter

import (
	"time"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/exchange"
)

// brief is how long a call that does not stream takes at most of which nothing is shown
// before its end.
const brief = 100 * time.Millisecond

// Sieve is a Finder for whole calls, one after the other, without the events of
// connections and of other calls. It costs much less.
type Sieve struct {
	filter *Filter
	call   *exchange.Single
	reads  Reads
}

// Sieve makes a sieve; nil where there is no call to which the filter could say no.
func (f *Filter) Sieve(keep int) *Sieve {
	alone, keep := f.alone(outlook{Yes, false}, keep)
	if alone == nil {
		return nil
	}
	return &Sieve{alone, exchange.NewSingle(keep), alone.Reads()}
}

// Event takes the next event, and says whether a consumer may have something to show of
// the call.
func (s *Sieve) Event(e decode.Event) bool {
	x := s.call.Event(e)
	if x.State != exchange.Done {
		// What a summary says may come and go while a call runs.
		return s.reads.Summary && (x.Took() > brief || x.Response.Streams()) && s.filter.Match(x)
	}
	return x.End < x.Last || s.filter.Match(x)
}

// Target says whether the target of requests is looked at.
func (s *Sieve) Target() bool { return s.reads.Call }
