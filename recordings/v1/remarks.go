package v1

import (
	"time"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/recordings/internal/rawjson"
)

// wallTime is RFC 3339 in microseconds.
const wallTime = "2006-01-02T15:04:05.000000Z07:00"

// ConnOpened writes that a connection was opened, and by which process.
func (l *Line) ConnOpened(at At, e *decode.ConnOpened) {
	l.begin("conn", at)
	l.peer(&e.Peer)
	l.opt(`,"listener":`, e.Listener)
	l.opt(`,"upstream":`, e.Upstream)
	l.count(`,"dial":`, int64(e.Dial/time.Microsecond))
	l.End()
}

func (l *Line) peer(p *decode.Peer) {
	l.int(`,"peer":{"pid":`, int64(p.PID))
	if p.HasUID {
		l.int(`,"uid":`, int64(p.UID))
	}
	l.opt(`,"user":`, p.User)
	if len(p.Command) > 0 {
		l.strings(`,"cmd":`, p.Command)
	}
	l.opt(`,"addr":`, p.Address)
	l.opt(`,"cn":`, p.Name)
	l.raw("}")
}

// ConnClosed writes that a connection ended.
func (l *Line) ConnClosed(at At, e *decode.ConnClosed) {
	l.begin("close", at)
	l.ending(e.By, e.How, e.Err)
	l.End()
}

// Gap writes that bytes passed which were not decoded.
func (l *Line) Gap(at At, e *decode.Gap) {
	l.begin("drop", at)
	l.str(`,"dir":`, dirName(e.Dir))
	l.int(`,"n":`, e.Bytes)
	l.opt(`,"why":`, e.Why)
	l.End()
}

// TooLong stands for a line that would have been too long to be read.
func (l *Line) TooLong(t int64) {
	n := len(*l)
	l.begin("drop", At{Time: t})
	l.int(`,"n":`, int64(n))
	l.raw(`,"why":"an event too long for a line"`)
	l.End()
}

// Anomaly writes bytes that could not be decoded, and why.
func (l *Line) Anomaly(at At, e *decode.Anomaly) {
	l.begin("anomaly", at)
	l.str(`,"dir":`, dirName(e.Dir))
	l.str(`,"why":`, e.Reason)
	l.raw(",")
	l.value(e.Bytes, false)
	l.End()
}

// Mark writes a remark.
func (l *Line) Mark(at At, text string) {
	l.begin("mark", at)
	l.str(`,"text":`, text)
	l.End()
}

// Resume writes that a recording goes on at a wall time, how many bytes of a
// torn line were cut off, and which exchanges were left open.
func (l *Line) Resume(t int64, start time.Time, torn int64, open []decode.ExchangeID) {
	l.begin("resume", At{Time: t})
	l.str(`,"start":`, start.Format(wallTime))
	l.int(`,"torn":`, torn)
	l.ids(`,"open":`, open)
	l.End()
}

// Stop writes that a recording ended in order, after so many lines, this one
// included.
func (l *Line) Stop(t, lines, exchanges int64, open []decode.ExchangeID) {
	l.begin("stop", At{Time: t})
	l.int(`,"lines":`, lines)
	l.int(`,"exchanges":`, exchanges)
	l.ids(`,"open":`, open)
	l.End()
}

func (d *Decoder) connOpened(o decode.Origin) {
	f, p := &d.f, &d.p
	d.opened = decode.ConnOpened{Origin: o, Listener: p.name(f.listener), Upstream: p.name(f.upstream), Dial: micros(p.count(f.dial))}
	d.opened.Peer = p.peer(f.peer)
	d.emit(&d.opened)
}

func (p *parser) peer(b []byte) (peer decode.Peer) {
	if b == nil {
		return peer
	}
	m := rawjson.Object(b)
	for m.Next() {
		switch string(m.Key) {
		case "pid":
			peer.PID = int(p.count(m.Value))
		case "uid":
			peer.UID, peer.HasUID = int(p.count(m.Value)), true
		case "user":
			peer.User = p.name(m.Value)
		case "cmd":
			peer.Command = p.strings(m.Value)
		case "addr":
			peer.Address = p.str(m.Value)
		case "cn":
			peer.Name = p.str(m.Value)
		}
	}
	p.check(m.Bad(), "peer is not an object")
	return peer
}

func (d *Decoder) connClosed(o decode.Origin) {
	f, p := &d.f, &d.p
	d.closed = decode.ConnClosed{Origin: o, By: decode.Party(p.name(f.by)), How: decode.Ending(p.name(f.how)), Err: p.str(f.err)}
	d.emit(&d.closed)
}

func (d *Decoder) drop(o decode.Origin) {
	f, p := &d.f, &d.p
	d.gap = decode.Gap{Origin: o, Dir: p.dir(f.dir), Bytes: p.count(f.n), Why: p.str(f.why)}
	d.emit(&d.gap)
}

func (d *Decoder) undecoded(o decode.Origin) {
	b, _ := d.p.bytes(&d.f.value)
	d.anomaly = decode.Anomaly{Origin: o, Dir: d.p.dir(d.f.dir), Reason: d.p.str(d.f.why), Bytes: b}
	d.emit(&d.anomaly)
}

func (d *Decoder) remark(o decode.Origin, text string) {
	d.mark = decode.Mark{Origin: o, Text: text}
	d.emit(&d.mark)
}
