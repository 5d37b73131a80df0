package exchange

import (
	"github.com/dockwire/dockwire/decode"
)

// begin opens an exchange.
func (f *Folder) begin(e *decode.RequestHead) *Exchange {
	if old := f.open[e.Exchange]; old != nil {
		// Two requests of one number: a damaged recording. The first will get
		// no more events.
		f.drop(old)
	}
	x := f.fresh()
	x.request(e)
	x.Conn = f.connection(e.Conn)
	x.Conn.Exchanges++
	x.Conn.open++
	if parent := f.open[e.Parent]; parent != nil {
		parent.Streams++
	}
	f.open[x.ID] = x
	x.prev, x.next = f.list.prev, &f.list
	x.prev.next, x.next.prev = x, x
	f.latest = x
	return x
}

func (x *Exchange) request(e *decode.RequestHead) {
	x.ID, x.Start, x.Last = e.Exchange, e.Time, e.Time
	x.Parent, x.Stream, x.ByDaemon = e.Parent, e.Stream, e.ByDaemon
	x.Method, x.Target = e.Method, e.Target
	params := x.Call.Params[:0]
	x.Call = e.Call
	x.Call.Params = append(params, e.Call.Params...)
	x.redacted(e.Redacted)

	s := &x.Request
	s.Proto, s.Framing, s.Length, s.Content = e.Proto, e.Framing, e.Length, e.Content
	s.Fields = append(s.Fields, e.Fields...)
	s.Raw = append(s.Raw, e.Raw...)
}

func (x *Exchange) interim(e *decode.InterimHead) {
	x.Interim++
	x.answer(e)
}

func (x *Exchange) answer(e decode.Event) {
	if !x.Answered {
		x.Answered, x.FirstByte = true, e.From().Time
	}
}

func (x *Exchange) respond(e *decode.ResponseHead) {
	x.answer(e)
	x.ResponseHead = e.Time
	x.Status, x.Reason = e.Status, e.Reason
	x.State = Streaming
	if e.Framing == decode.FramingHijack {
		x.State, x.Hijack = Hijacked, true
	}
	x.redacted(e.Redacted)

	s := &x.Response
	s.Proto, s.Framing, s.Length, s.Content = e.Proto, e.Framing, e.Length, e.Content
	s.Fields = append(s.Fields[:0], e.Fields...)
	s.Raw = append(s.Raw[:0], e.Raw...)
}

func (x *Exchange) directionEnd(e *decode.DirectionEnd) {
	s := x.Side(e.Dir)
	s.Done = true
	s.Trailer = append(s.Trailer[:0], e.Trailer...)
	if e.Dir == decode.Request {
		x.RequestEnd = e.Time
	}
}

func (x *Exchange) gap(e *decode.Gap) {
	x.Gaps++
	x.GapBytes += e.Bytes
}

func (x *Exchange) finish(e *decode.ExchangeEnd) {
	x.State = Done
	x.End = e.Time
	x.Ended = End{e.By, e.How, e.Err}
}

func (x *Exchange) redacted(r []decode.Redaction) {
	x.Redacted += len(r)
	if room := maxRedactions - len(x.Redactions); room < len(r) {
		r = r[:max(room, 0)]
	}
	x.Redactions = append(x.Redactions, r...)
}

// drop forgets an exchange and keeps its memory for the next.
func (f *Folder) drop(x *Exchange) {
	delete(f.open, x.ID)
	x.prev.next, x.next.prev = x.next, x.prev
	f.kept -= len(x.Request.Body) + len(x.Response.Body)
	if f.latest == x {
		f.latest = nil
	}
	x.Conn.open--
	if x.Conn.made && x.Conn.open == 0 {
		delete(f.conns, x.Conn.ID)
	}
	if len(f.spare) < maxSpare {
		f.spare = append(f.spare, x)
	}
}

func (f *Folder) fresh() *Exchange {
	n := len(f.spare)
	if n == 0 {
		x := &Exchange{}
		x.Request.Length, x.Response.Length = -1, -1
		return x
	}
	x := f.spare[n-1]
	f.spare = f.spare[:n-1]
	x.reset()
	return x
}

func (x *Exchange) reset() {
	x.Request.reset()
	x.Response.reset()
	req, res, params, red := x.Request, x.Response, x.Call.Params[:0], x.Redactions[:0]
	*x = Exchange{Request: req, Response: res, Redactions: red}
	x.Call.Params = params
}
