package decode

import (
	"cmp"

	"github.com/dockwire/dockwire/decode/websocket"
)

// CloseField is the name under which the trailer of a WebSocket's direction
// has the code and the reason that it was closed with.
const CloseField = "WebSocket-Close"

// webSocket is the layer of a WebSocket. What its frames carry is data of the
// exchange that carries it; pings and pongs are counted.
type webSocket struct {
	place
	sides [2]webSocketSide
}

// webSocketSide is one direction.
type webSocketSide struct {
	frames websocket.Splitter
	over   bool  // the direction has ended, or a close frame has come
	told   bool  // "cannot be followed" was reported
	unread int64 // bytes that are no frames
	pings  int64
}

func (w *webSocket) feed(d Direction, p []byte) {
	s := &w.sides[d]
	for !s.over {
		pc, rest, ok := s.frames.Next(p, w.now)
		if p = rest; !ok {
			break
		}
		switch {
		case pc.Kind == websocket.Close:
			w.closed(d, pc.Bytes)
		case pc.Kind.Control():
			s.pings++
		default:
			w.data(d, pc)
		}
	}
	// Bytes that are no frames are not given: the client's are masked, so that
	// they cannot be searched for secrets.
	s.unread += int64(len(p))
	w.check(d)
}

// check reports once that frames cannot be followed.
func (w *webSocket) check(d Direction) {
	s := &w.sides[d]
	if why := s.frames.Broken(); why != "" && !s.told {
		s.told = true
		w.anomaly(w.parent, d, why, nil)
	}
}

// closed takes a close frame: no data follows it.
func (w *webSocket) closed(d Direction, payload []byte) {
	w.sides[d].over = true
	if reason := websocket.Reason(payload); reason != "" {
		w.parent.closing[d] = []Field{{CloseField, reason}}
	}
}

func (w *webSocket) data(d Direction, pc websocket.Piece) {
	e := &w.s.ev.data
	*e = Data{Origin: w.origin(nil), First: pc.First, Dir: d, Fd: NoFd, More: pc.More, Text: pc.Kind == websocket.Text, Bytes: pc.Bytes}
	w.s.emit(e)
}

func (w *webSocket) gap(d Direction, n int64, why string) {
	s := &w.sides[d]
	if s.over {
		s.unread += n
		return
	}
	if pc, ok := s.frames.Gap(n); ok && !pc.Kind.Control() {
		w.data(d, pc)
	}
	w.gapEvent(w.parent, d, n, why)
	w.check(d)
}

func (w *webSocket) eof(d Direction) {
	s := &w.sides[d]
	if pc, ok := s.frames.End(); ok && !s.over && !pc.Kind.Control() {
		w.data(d, pc)
	}
	s.over = true
	if s.unread > 0 {
		why := cmp.Or(s.frames.Broken(), "behind the end of the WebSocket")
		w.gapEvent(w.parent, d, s.unread, why)
	}
	if s.pings > 0 {
		w.s.emit(&ControlFrames{Origin: w.origin(nil), Dir: d, Ping: s.pings})
	}
	s.unread, s.pings = 0, 0
}

func (w *webSocket) close(Party, Ending, string) {
	w.eof(Request)
	w.eof(Response)
}
