package model

import (
	"slices"
	"strconv"
	"time"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/exchange"
)

// How much of an exchange's bytes is shown: of what is longer, both ends.
const (
	keepFirst = 2 << 20
	keepLast  = 4 << 20
	keepBody  = keepFirst + keepLast // of a body that is shown as a document
	keepEvent = 1 << 20              // bytes in Detail.Events
)

// Detail is an exchange with all that can be shown of it.
type Detail struct {
	*exchange.Exchange
	Pieces  []Piece // of bodies and streams, in order
	Remarks []Remark
	Interim []decode.InterimHead
	Events  []decode.Event // without what is in the middle of a long body
	Skipped int64          // bytes that are recorded and not here
	Gap     int            // the piece that is behind them
}

// Piece is a run of bytes as it came.
type Piece struct {
	At    time.Duration
	Dir   decode.Direction
	Fd    int
	More  bool
	Bytes []byte
}

// Remark is something about an exchange that is no traffic.
type Remark struct {
	At   time.Duration
	Text string
}

// DetailReader makes details of the events of one exchange as they come. What
// it has given is not changed by what comes later.
type DetailReader struct {
	d       Detail
	conn    *exchange.Connection
	fold    *exchange.Folder
	done    *exchange.Exchange
	first   []Piece
	last    []Piece // older ones go when they are too many
	lastN   int
	firstN  int
	eventsN int
	skipped int64
}

// NewDetailReader makes a reader. conn is what is not in the events of an
// exchange; it may be nil.
func NewDetailReader(conn *exchange.Connection) *DetailReader {
	r := &DetailReader{conn: conn}
	r.fold = exchange.NewFolder(keepBody, r.watch)
	return r
}

// Event takes an event, and copies what it keeps.
func (r *DetailReader) Event(e decode.Event) {
	r.fold.Event(e)
	if data, is := e.(*decode.Data); is {
		if r.eventsN += len(data.Bytes); r.eventsN > keepEvent {
			return
		}
	}
	r.d.Events = append(r.d.Events, decode.Clone(e))
}

func (r *DetailReader) watch(x *exchange.Exchange, e decode.Event) {
	if x == nil {
		return
	}
	switch e := e.(type) {
	case *decode.Data:
		r.piece(Piece{e.Time, e.Dir, e.Fd, e.More, slices.Clone(e.Bytes)})
	case *decode.Message:
		b := slices.Clone(e.JSON)
		if len(b) == 0 {
			b = []byte(strconv.FormatInt(e.Size, 10) + " bytes of " + e.Type)
		}
		r.piece(Piece{e.Time, e.Dir, decode.NoFd, false, append(b, '\n')})
	case *decode.InterimHead:
		r.d.Interim = append(r.d.Interim, *decode.Clone(e).(*decode.InterimHead))
	case *decode.Gap:
		r.remark(e, "bytes of the "+e.Dir.String()+" passed unseen: "+e.Why)
	case *decode.Anomaly:
		r.remark(e, "the "+e.Dir.String()+" could not be decoded: "+e.Reason)
	case *decode.ExchangeEnd:
		r.done = shallow(x)
	}
}

// piece keeps the first pieces and the last.
func (r *DetailReader) piece(p Piece) {
	n := len(p.Bytes)
	if r.lastN == 0 && r.firstN+n <= keepFirst {
		r.first = append(r.first, p)
		r.firstN += n
		return
	}
	r.last = append(r.last, p)
	for r.lastN += n; r.lastN > keepLast && len(r.last) > 1; {
		gone := len(r.last[0].Bytes)
		r.lastN -= gone
		r.skipped += int64(gone)
		r.last = r.last[1:]
	}
}

// Detail is the exchange as far as it was read; its Exchange is nil when
// nothing was.
func (r *DetailReader) Detail() *Detail {
	d := r.d
	d.Exchange = r.done
	for x := range r.fold.Open() {
		d.Exchange = shallow(x)
	}
	if d.Exchange != nil && r.conn != nil {
		d.Exchange.Conn = r.conn
	}
	d.Pieces = slices.Concat(r.first, r.last)
	d.Gap, d.Skipped = len(r.first), r.skipped
	return &d
}

// shallow copies an exchange except for its bodies: these only grow.
func shallow(x *exchange.Exchange) *exchange.Exchange {
	c := x.Compact()
	c.Build = x.Build.Copy()
	for _, dir := range [...]decode.Direction{decode.Request, decode.Response} {
		from, to := x.Side(dir), c.Side(dir)
		to.Raw = slices.Clone(from.Raw)
		to.Body, to.Cut = slices.Clip(from.Body), from.Cut
	}
	return c
}

func (r *DetailReader) remark(e decode.Event, text string) {
	r.d.Remarks = append(r.d.Remarks, Remark{e.From().Time, text})
}

// End is what a body that is too long to be shown as a whole ends with.
func (d *Detail) End(dir decode.Direction) (b []byte) {
	for _, p := range d.Pieces[d.Gap:] {
		if p.Dir == dir {
			b = append(b, p.Bytes...)
		}
	}
	return b
}

// Connection is what is known of the connection of a row.
func (m *Model) Connection(r *Row) *exchange.Connection {
	c := m.cmds.get(r.Command)
	if c == nil {
		return nil
	}
	conn := c.connection()
	conn.ID = decode.ConnID(r.Conn)
	conn.Dial = time.Duration(r.Dial) * time.Microsecond
	return &conn
}
