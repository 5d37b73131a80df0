package exchange

import (
	"cmp"
	"iter"
	"strings"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/build"
)

const (
	// DefaultKeep is how many bytes of a body a folder keeps for each direction.
	DefaultKeep = 64 << 10
	// budget bounds what all open exchanges keep together, so that hundreds of
	// open streams cannot fill the memory: 16 MiB.
	budget = 16 << 20
	// maxRedactions is how many redactions of an exchange are listed; the rest
	// is counted.
	maxRedactions = 64
	// maxSpare is how many finished exchanges wait for reuse.
	maxSpare = 64
)

// Watch gets every event after it was folded in. x is nil for events
// that are tied to no known exchange. Both are valid only during the call.
type Watch func(x *Exchange, e decode.Event)

// Folder folds events into exchanges. It is not safe for concurrent use.
type Folder struct {
	keep     int
	watch    Watch
	conns    map[decode.ConnID]*Connection
	open     map[decode.ExchangeID]*Exchange
	list     Exchange  // ring of the open exchanges, oldest first
	latest   *Exchange // the last one looked up: events come in runs
	spare    []*Exchange
	kept     int // body bytes that all open exchanges keep
	builds   *build.Fold
	commands *Commands // nil: commands are not told apart
}

// NewFolder makes a folder that keeps so many bytes a body (negative: none, 0:
// DefaultKeep). Nothing is held of an exchange after watch has seen its
// ExchangeEnd.
func NewFolder(keep int, watch Watch) *Folder {
	keep = cmp.Or(keep, DefaultKeep)
	f := &Folder{
		keep:  max(keep, 0),
		watch: watch,
		conns: map[decode.ConnID]*Connection{},
		open:  map[decode.ExchangeID]*Exchange{},
	}
	f.list.next, f.list.prev = &f.list, &f.list
	f.builds = build.New(nil)
	return f
}

// WatchBuilds makes the folder report the steps of builds, and their ends,
// right before the event that brought them is watched. It is called before the
// first event.
func (f *Folder) WatchBuilds(w build.Watch) { f.builds = build.New(w) }

// Find returns an exchange that is open, or nil.
func (f *Folder) Find(id decode.ExchangeID) *Exchange { return f.find(id) }

// Event folds one event and tells the watcher.
func (f *Folder) Event(e decode.Event) {
	switch e := e.(type) {
	case *decode.ConnOpened:
		f.connOpened(e)
	case *decode.ConnClosed:
		f.connClosed(e)
	case *decode.RequestHead:
		x := f.begin(e)
		f.build(x, e)
		f.group(x, e)
		f.watch(x, e)
	default:
		f.fold(e)
	}
}

// Open yields the exchanges that are open, oldest first. The folder must not
// be fed meanwhile.
func (f *Folder) Open() iter.Seq[*Exchange] {
	return func(yield func(*Exchange) bool) {
		for x := f.list.next; x != &f.list; x = x.next {
			if !yield(x) {
				return
			}
		}
	}
}

// Connection returns a connection that is open, or nil.
func (f *Folder) Connection(id decode.ConnID) *Connection { return f.conns[id] }

func (f *Folder) fold(e decode.Event) {
	o := e.From()
	x := f.find(o.Exchange)
	if x == nil {
		f.watch(nil, e)
		return
	}
	f.take(x, e)
	f.build(x, e)
	f.group(x, e)
	f.watch(x, e)
	if x.State == Done {
		f.drop(x)
	}
}

// take folds in an event after the first.
func (f *Folder) take(x *Exchange, e decode.Event) {
	x.Last = max(x.Last, e.From().Time)
	switch e := e.(type) {
	case *decode.Data:
		f.data(x, e)
	case *decode.Message:
		f.message(x, e)
	case *decode.ResponseHead:
		x.respond(e)
	case *decode.InterimHead:
		x.interim(e)
	case *decode.DirectionEnd:
		x.directionEnd(e)
	case *decode.Omitted:
		x.omitted(e)
	case *decode.Gap:
		x.gap(e)
	case *decode.Anomaly:
		x.Anomalies++
	case *decode.ExchangeEnd:
		x.finish(e)
	}
}

func (f *Folder) group(x *Exchange, e decode.Event) {
	if f.commands != nil {
		f.commands.event(x, e)
	}
}

// build folds what belongs to a build. The build of a call that ends is still
// known.
func (f *Folder) build(x *Exchange, e decode.Event) {
	f.builds.Event(e)
	if b := f.builds.Of(x.ID); b != nil {
		x.Build = b
	}
}

func (f *Folder) find(id decode.ExchangeID) *Exchange {
	if id == 0 {
		return nil
	}
	if f.latest != nil && f.latest.ID == id {
		return f.latest
	}
	x := f.open[id]
	if x != nil {
		f.latest = x
	}
	return x
}

func (f *Folder) connOpened(e *decode.ConnOpened) {
	c := f.connection(e.Conn)
	c.made = false
	c.Listener, c.Upstream, c.Dial = e.Listener, e.Upstream, e.Dial
	c.Peer = e.Peer
	c.Peer.Command = append([]string(nil), e.Peer.Command...)
	c.command = strings.Join(c.Peer.Command, " ")
	if f.commands != nil {
		f.commands.opened(c)
	}
	f.watch(nil, e)
}

func (f *Folder) connClosed(e *decode.ConnClosed) {
	c := f.connection(e.Conn)
	c.Closed, c.IsClosed, c.End = e.Time, true, End{e.By, e.How, e.Err}
	if f.commands != nil {
		f.commands.closed(c)
	}
	f.watch(nil, e)
	delete(f.conns, e.Conn)
}

// connection returns the connection of that number; one that was never opened
// (a recording without its beginning) is made up from the number alone and
// goes with its last exchange.
func (f *Folder) connection(id decode.ConnID) *Connection {
	c := f.conns[id]
	if c == nil {
		c = &Connection{ID: id, made: true}
		f.conns[id] = c
	}
	return c
}
