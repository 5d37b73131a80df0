package recordings

import (
	"slices"

	"github.com/dockwire/dockwire/decode"
)

func (v *v1) connOpened(o decode.Origin) {
	f, p := &v.f, &v.p
	v.opened = decode.ConnOpened{Origin: o, Listener: p.name(f.listener), Upstream: p.name(f.upstream), Dial: micros(p.count(f.dial))}
	v.opened.Peer = p.peer(f.peer)
	v.conns[o.Conn] = true
	v.emit(&v.opened)
}

func (v *v1) connClosed(o decode.Origin) {
	f, p := &v.f, &v.p
	v.closed = decode.ConnClosed{Origin: o, By: decode.Party(p.name(f.by)), How: decode.Ending(p.name(f.how)), Err: p.str(f.err)}
	delete(v.conns, o.Conn)
	v.emit(&v.closed)
}

func (v *v1) bad(o decode.Origin) {
	b, _ := v.p.bytes(&v.f.v1Value)
	v.anomaly = decode.Anomaly{Origin: o, Dir: v.p.dir(v.f.dir), Reason: v.p.str(v.f.why), Bytes: b}
	v.emit(&v.anomaly)
}

// resume tells that another run of the recorder begins, and ends what the one
// before had left open: nobody saw how it went on.
func (v *v1) resume(o decode.Origin) {
	v.mark = decode.Mark{Origin: o, Text: "the recording was taken up again at " + v.p.str(v.f.start)}
	v.emit(&v.mark)
	const why = "the recording was interrupted"
	v.lost = v.lost[:0:0]
	for id, x := range v.open {
		at := decode.Origin{Time: o.Time, Conn: x.conn, Exchange: id}
		v.lost = append(v.lost, &decode.ExchangeEnd{Origin: at, By: decode.Recorder, How: decode.EndCancel, Err: why,
			OpenRequest: !x.ended[0], OpenResponse: !x.ended[1]})
	}
	slices.SortFunc(v.lost, func(a, b decode.Event) int { return int(a.From().Exchange) - int(b.From().Exchange) })
	n := len(v.lost)
	for id := range v.conns {
		at := decode.Origin{Time: o.Time, Conn: id}
		v.lost = append(v.lost, &decode.ConnClosed{Origin: at, By: decode.Recorder, How: decode.EndCancel, Err: why})
	}
	slices.SortFunc(v.lost[n:], func(a, b decode.Event) int { return int(a.From().Conn) - int(b.From().Conn) })
	clear(v.open)
	clear(v.conns)
}
