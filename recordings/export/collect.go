package export

import (
	"slices"
	"time"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/exchange"
)

// kept bounds what is kept of a call.
type kept struct {
	body   int  // bytes of a body, and of what streamed
	pieces int  // of what streamed
	wire   bool // messages of gRPC as they travelled, not as JSON
}

// maxHeld bounds the bytes of all streams that are open at once.
const maxHeld = 64 << 20

const maxNotes = 100

var (
	// forPeople is as much as a person reads.
	forPeople = kept{body: 64 << 10, pieces: 2000}
	// whole is as much as a recording keeps without --max-body.
	whole = kept{body: 8 << 20, pieces: 200_000}
)

// call is an exchange that has ended, or that the recording leaves open, with
// a copy of what streamed.
type call struct {
	*exchange.Exchange
	pieces []piece
	held   int   // bytes of pieces
	more   int64 // bytes that streamed and are not in pieces
}

// piece is a run of stream bytes.
type piece struct {
	at    time.Duration
	dir   decode.Direction
	fd    int
	bytes []byte
	lost  int64 // bytes that were not kept behind these
}

// collector folds events into calls that match the filter.
type collector struct {
	folder   *exchange.Folder
	commands *exchange.Commands
	options  *Options
	keeps    kept
	each     func(*call)
	event    func(*exchange.Exchange, decode.Event) // of each event of a call, at once; may be nil
	judge    func(exchange.Judgement)               // of a call that was delivered; may be nil
	streams  map[decode.ExchangeID]*call
	held     int   // bytes of streams
	gaps     int64 // bytes that were not decoded
	marks    []string
}

func newCollector(o *Options, keeps kept, each func(*call)) *collector {
	c := &collector{options: o, keeps: keeps, each: each, streams: map[decode.ExchangeID]*call{}}
	c.folder = exchange.NewFolder(keeps.body, c.watch)
	c.commands = c.folder.Group(func(j exchange.Judgement) {
		if c.judge != nil {
			c.judge(j)
		}
	})
	return c
}

func (c *collector) Event(e decode.Event) { c.folder.Event(e) }

func (c *collector) watch(x *exchange.Exchange, e decode.Event) {
	if c.event != nil && x != nil {
		c.event(x, e)
	}
	switch e := e.(type) {
	case *decode.Gap:
		c.gaps += e.Bytes
	case *decode.Mark:
		if len(c.marks) < maxNotes {
			c.marks = append(c.marks, "At "+since(e.Time)+": "+cut(oneLine(e.Text), 500))
		}
	case *decode.Data:
		if x != nil && x.Side(e.Dir).Streams() {
			c.piece(x.ID, piece{at: e.Time, dir: e.Dir, fd: e.Fd, bytes: e.Bytes}, int64(len(e.Bytes)))
		}
	case *decode.Message:
		if x != nil {
			c.message(x.ID, e)
		}
	case *decode.ExchangeEnd:
		if x != nil {
			c.deliver(x)
		}
	}
}

// message keeps a message of gRPC, as JSON where there is such.
func (c *collector) message(id decode.ExchangeID, e *decode.Message) {
	p := piece{at: e.Time, dir: e.Dir, fd: decode.NoFd, bytes: e.JSON}
	if c.keeps.wire || e.JSON == nil {
		p.bytes = e.Bytes
		if whole := e.Bytes != nil || e.Size == 0; e.Cut != "" || !whole {
			p.lost = max(e.Size-int64(len(e.Bytes)), 1)
		}
	}
	c.piece(id, p, e.Size)
}

// piece keeps a piece, as far as there is room.
func (c *collector) piece(id decode.ExchangeID, p piece, size int64) {
	s := c.streams[id]
	if s == nil {
		s = &call{}
		c.streams[id] = s
	}
	if len(s.pieces) >= c.keeps.pieces || s.held+len(p.bytes) > c.keeps.body || c.held+len(p.bytes) > maxHeld || s.more > 0 {
		s.more += size
		return
	}
	s.held += len(p.bytes)
	c.held += len(p.bytes)
	p.bytes = slices.Clone(p.bytes)
	s.pieces = append(s.pieces, p)
}

func (c *collector) deliver(x *exchange.Exchange) {
	s := c.streams[x.ID]
	delete(c.streams, x.ID)
	if s != nil {
		c.held -= s.held
	}
	c.options.Judged.Tell(x)
	if !c.options.Filter.Match(x) {
		return
	}
	if s == nil {
		s = &call{}
	}
	s.Exchange = x
	c.each(s)
}

// finish delivers what the recording leaves open.
func (c *collector) finish() {
	for x := range c.folder.Open() {
		c.deliver(x)
	}
	c.commands.Close()
}

// notes say what a reader should know beside the calls: what is missing, and the
// remarks of the recording.
func (c *collector) notes() []string {
	notes := slices.Clone(c.options.Notes)
	if c.gaps > 0 {
		notes = append(notes, bytesSize(c.gaps)+" passed that were not decoded.")
	}
	return append(notes, c.marks...)
}

// streamed reports whether what went in a direction is in pieces.
func (c *call) streamed(d decode.Direction) bool {
	return slices.ContainsFunc(c.pieces, func(p piece) bool { return p.dir == d })
}

// keep makes a call outlast its delivery.
func (c *call) keep() *call {
	k := *c
	k.Exchange = c.Clone()
	conn := *c.Conn
	k.Conn = &conn
	return &k
}

// size is about how much memory a kept call takes.
func (c *call) size() int {
	n := 512 + len(c.Request.Body) + len(c.Response.Body) + len(c.Target)
	for i := range c.pieces {
		n += 48 + len(c.pieces[i].bytes)
	}
	return n
}

// commandName names the client that made the call: its command line, else its
// User-Agent, else its connection's address.
func (c *call) commandName() string {
	switch p := &c.Conn.Peer; {
	case len(p.Command) == 0 && c.Command.Agent == "" && p.Address != "":
		return "client at " + p.Address
	default:
		return c.Command.Title
	}
}
