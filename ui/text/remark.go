package text

import (
	"strconv"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/exchange"
)

// maxSample is how many bytes of an anomaly are shown without a width.
const maxSample = 64

// remark prints events that belong to no exchange, where they matter.
func (p *Printer) remark(e decode.Event) {
	switch e := e.(type) {
	case *decode.ConnClosed:
		p.connClosed(e)
	case *decode.Gap:
		p.notSeen(e)
	case *decode.Anomaly:
		p.notDecoded(e)
	case *decode.Mark:
		p.begin(e.Time, 0)
		p.line.text(neutral, "── ", -1)
		p.line.text(neutral, e.Text, p.room(0))
		p.emit()
	}
}

// connClosed prints only connections that failed before any exchange
// could: otherwise the exchange tells.
func (p *Printer) connClosed(e *decode.ConnClosed) {
	c := p.fold.Connection(e.Conn)
	if c == nil || c.Exchanges > 0 || e.How == decode.EndEOF || e.How == decode.EndCancel || e.By == decode.Recorder {
		return
	}
	s := "connection " + strconv.FormatUint(uint64(e.Conn), 10) + ": " + string(e.How) + " by " + string(e.By)
	if e.Err != "" {
		s += ": " + e.Err
	}
	p.begin(e.Time, 0)
	p.line.text(alarm, "! ", -1)
	p.line.text(bad, s, p.room(0))
	p.emit()
}

// within reports whether a remark can be printed below its exchange.
func (p *Printer) within(x *exchange.Exchange) bool {
	s := p.announced(x)
	if s != nil {
		p.flows(x, s)
		p.group(x)
	}
	return s != nil
}

func (p *Printer) notSeen(e *decode.Gap) {
	p.begin(e.Time, e.Exchange)
	p.line.text(alarm, "  ! ", -1)
	p.line.text(warn, size(e.Bytes)+" of the "+e.Dir.String()+" passed unseen: "+e.Why, p.room(0))
	p.emit()
}

func (p *Printer) notDecoded(e *decode.Anomaly) {
	p.begin(e.Time, e.Exchange)
	p.line.text(alarm, "  ! ", -1)
	p.line.text(warn, "not decoded, "+e.Dir.String()+": "+e.Reason, p.room(0))
	if room := p.room(1); len(e.Bytes) > 0 && (room < 0 || room > 8) {
		if room < 0 {
			room = maxSample
		}
		p.line.to(0)
		p.line.quoted(normal, e.Bytes, room)
	}
	p.emit()
}
