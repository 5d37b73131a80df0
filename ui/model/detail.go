package model

import (
	"time"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/exchange"
)

// detailKeep is how much of a body is shown.
const detailKeep = 4 << 20

// Detail is an exchange with all that can be shown of it.
type Detail struct {
	*exchange.Exchange
	Pieces  []Piece // of bodies and streams, in order
	Remarks []Remark
	Interim []decode.InterimHead
	Cut     int64 // bytes that are not here though they are recorded
}

// Piece is a run of bytes as it came. Bytes may be shorter than Size.
type Piece struct {
	At    time.Duration
	Dir   decode.Direction
	Fd    int
	More  bool
	Bytes []byte
	Size  int
}

// Remark is something about an exchange that is no traffic.
type Remark struct {
	At   time.Duration
	Text string
}

// NewDetail makes a detail of events, which it keeps. conn tells what is not
// in the events of an exchange; it may be nil.
func NewDetail(events []decode.Event, conn *exchange.Connection) *Detail {
	d := &Detail{}
	keep := detailKeep
	f := exchange.NewFolder(detailKeep, func(x *exchange.Exchange, e decode.Event) {
		if x == nil {
			return
		}
		switch e := e.(type) {
		case *decode.Data:
			b := e.Bytes[:min(len(e.Bytes), keep)]
			keep -= len(b)
			d.Cut += int64(len(e.Bytes) - len(b))
			d.Pieces = append(d.Pieces, Piece{e.Time, e.Dir, e.Fd, e.More, b, len(e.Bytes)})
		case *decode.InterimHead:
			d.Interim = append(d.Interim, *e)
		case *decode.Gap:
			d.remark(e, "bytes of the "+e.Dir.String()+" passed unseen: "+e.Why)
		case *decode.Anomaly:
			d.remark(e, "the "+e.Dir.String()+" could not be decoded: "+e.Reason)
		case *decode.ExchangeEnd:
			d.Exchange = x.Clone()
		}
	})
	for _, e := range events {
		f.Event(e)
	}
	for x := range f.Open() {
		d.Exchange = x.Clone()
	}
	if d.Exchange != nil && conn != nil {
		d.Exchange.Conn = conn
	}
	return d
}

func (d *Detail) remark(e decode.Event, text string) {
	d.Remarks = append(d.Remarks, Remark{e.From().Time, text})
}

// Connection is what is known of the connection of a row.
func (m *Model) Connection(r *Row) *exchange.Connection {
	c := m.cmds.get(r.Command)
	if c == nil {
		return nil
	}
	conn := c.conn
	conn.ID = decode.ConnID(r.Conn)
	conn.Dial = time.Duration(r.Dial) * time.Microsecond
	return &conn
}
