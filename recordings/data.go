package recordings

import (
	"strconv"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/recordings/v1"
)

// keeper writes bodies, streams and messages, as far as they are kept.
type keeper struct {
	order
	undecoded map[decode.ConnID]int64 // bytes kept of what could not be decoded
}

// data writes a piece of a body or stream, as far as it is kept.
func (k *keeper) data(e *decode.Data) {
	x := k.exchange(&e.Origin)
	s := &x.side[e.Dir]
	h := &k.hold
	if h.takes(x, e, k.keep) {
		s.total += int64(len(e.Bytes))
		s.kept += int64(len(e.Bytes))
		if len(h.body) == 0 {
			h.first = k.micros(e.First)
		}
		h.body = append(h.body, e.Bytes...)
		h.redacted = append(h.redacted, e.Redacted...)
		h.end = max(h.end, k.micros(e.Time))
		return
	}
	if h.of(x, e.Dir) {
		k.release() // its bytes come before these in the digest, too
	}
	closed := s.closed
	n := s.see(e.Bytes, s.streams(), k.keep, k.opt.Digest)
	if n > 0 || len(e.Bytes) == 0 && !closed {
		k.release()
		k.pieces(x, e, n)
	}
	if n < len(e.Bytes) && !closed {
		s.first = k.micros(e.First)
		k.release()
		k.cut(x, e)
	}
}

// pieces writes the first n bytes of e in lines of at most 64 KiB.
func (k *keeper) pieces(x *exchange, e *decode.Data, n int) {
	s := &x.side[e.Dir]
	p := v1.Piece{Dir: e.Dir, First: k.micros(e.First), Fd: e.Fd, Text: e.Text, Redacted: e.Redacted}
	b := e.Bytes[:n]
	for first := true; first || len(b) > 0; first = false {
		p.Bytes = b[:min(len(b), maxInline)]
		b = b[len(p.Bytes):]
		p.More = e.More || len(b) > 0 && s.streams()
		p.JSON = s.json() && !p.More && first
		k.line.Piece(k.at(x, e.Time), &p)
		k.put()
		p.Redacted = nil
	}
}

// cut says, where it happens, that the rest of a direction is not kept: its
// size and digest come at its end, which may be days away.
func (k *keeper) cut(x *exchange, e *decode.Data) {
	k.line.Mark(k.at(x, e.Time), "the "+e.Dir.String()+" is not kept from here on, only its size and digest: it passed "+
		strconv.FormatInt(k.keep, 10)+" bytes (max-body)")
	k.put()
}

// omitted passes on what another recording did not keep.
func (k *keeper) omitted(e *decode.Omitted) {
	k.release()
	k.notKept(k.exchange(&e.Origin), e, k.micros(e.Time))
}

// rest writes what there is to say about bytes that were not kept of a
// direction that ends otherwise than by its own line.
func (k *keeper) rest(x *exchange, dir decode.Direction, at *decode.Origin) {
	s := &x.side[dir]
	if s.ended || !s.omits() {
		return
	}
	o := s.omitted(dir)
	o.Origin = *at
	k.notKept(x, &o, s.first)
}

func (k *keeper) notKept(x *exchange, e *decode.Omitted, first int64) {
	k.line.Omitted(k.at(x, e.Time), e, first)
	k.line.End()
	k.put()
}

// anomaly writes bytes that could not be decoded, in lines of at most 64 KiB. Of
// a connection as many are kept as of a body.
func (k *keeper) anomaly(e *decode.Anomaly) {
	c := *e
	kept, left := e.Bytes, 0
	if k.keep >= 0 {
		kept = kept[:min(int64(len(kept)), k.keep-k.undecoded[e.Conn])]
		left = len(e.Bytes) - len(kept)
	}
	if len(kept) > 0 {
		k.undecoded[e.Conn] += int64(len(kept))
	}
	for {
		c.Bytes = kept[:min(len(kept), maxInline)]
		kept = kept[len(c.Bytes):]
		k.line.Anomaly(k.place(&e.Origin), &c)
		k.put()
		if len(kept) == 0 {
			break
		}
	}
	if left > 0 {
		k.line.Gap(k.place(&e.Origin), &decode.Gap{Dir: e.Dir, Bytes: int64(left), Why: "max-body"})
		k.put()
	}
}
