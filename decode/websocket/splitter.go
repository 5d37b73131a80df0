// Package websocket parses the bytes of a WebSocket connection (RFC 6455).
//
// It is sans-IO: a Splitter takes the bytes of one direction as they come, cut
// anywhere, and gives out what the frames carry, unmasked. Memory is bounded:
// a message of any length comes out in pieces. It must not know HTTP, events
// or what the messages mean.
//
// Start reading at Splitter.
package websocket

import (
	"encoding/binary"
	"strconv"
	"strings"
	"time"
)

// Kind is the opcode of a message or of a control frame.
type Kind byte

const (
	Continuation Kind = 0
	Text         Kind = 1
	Binary       Kind = 2
	Close        Kind = 8
	Ping         Kind = 9
	Pong         Kind = 10
)

// Control reports whether it is about the connection, and carries no data.
func (k Kind) Control() bool { return k >= Close }

func (k Kind) String() string {
	switch k {
	case Text:
		return "text"
	case Binary:
		return "binary"
	case Close:
		return "close"
	case Ping:
		return "ping"
	case Pong:
		return "pong"
	}
	return "unknown"
}

// Piece is a control frame, or a run of bytes of one message.
type Piece struct {
	Kind  Kind
	More  bool          // the message goes on in the next piece that is no control frame
	First time.Duration // when its first byte was read
	Bytes []byte        // valid until the next call
}

// maxPiece is the most that is put together before it is given out.
const maxPiece = 64 << 10

// maxControl is the longest payload of a control frame (section 5.5).
const maxControl = 125

// Splitter reads one direction. The zero value is ready.
type Splitter struct {
	header  [14]byte
	have    int  // bytes of the header
	reading bool // the header is complete, left bytes of payload are to come
	kind    Kind // of the frame
	final   bool // the frame ends its message
	left    int64
	mask    [4]byte // zero: not masked
	at      int     // how far the mask has turned
	message Kind    // of the message that fragments go on with; 0: none
	buf     []byte
	first   time.Duration
	broken  string
}

// Broken says why the bytes can no longer be followed, "" while they can.
func (s *Splitter) Broken() string { return s.broken }

// Next takes bytes that were read at time t and returns the first piece that
// is complete, if any, and the rest of p. Once the splitter is broken nothing
// more comes: rest are the bytes that it does not know.
func (s *Splitter) Next(p []byte, t time.Duration) (pc Piece, rest []byte, ok bool) {
	for !s.reading {
		if s.broken != "" || len(p) == 0 {
			return Piece{}, p, false
		}
		if s.have == 0 && len(s.buf) == 0 {
			s.first = t
		}
		s.header[s.have] = p[0]
		s.have++
		p = p[1:]
		if s.begin(); s.reading && s.left == 0 {
			return s.give(), p, true
		}
	}
	n := int(min(int64(len(p)), s.left, int64(maxPiece-len(s.buf))))
	if n > 0 {
		if len(s.buf) == 0 && s.have == 0 {
			s.first = t // not the first piece of its frame
		}
		s.unmask(p[:n])
		s.have = 0
	}
	if s.left > 0 && len(s.buf) < maxPiece {
		return Piece{}, p[n:], false
	}
	return s.give(), p[n:], true
}

// begin reads the header once all of it has come.
func (s *Splitter) begin() {
	h := &s.header
	if s.have < 2 {
		return
	}
	need, size := 2, int64(h[1]&0x7f)
	switch size {
	case 126:
		need += 2
	case 127:
		need += 8
	}
	masked := h[1]&0x80 != 0
	lengthEnd := need
	if masked {
		need += 4
	}
	if s.have < need {
		return
	}
	switch lengthEnd {
	case 4:
		size = int64(binary.BigEndian.Uint16(h[2:]))
	case 10:
		size = int64(binary.BigEndian.Uint64(h[2:]))
	}
	s.kind, s.final = Kind(h[0]&0x0f), h[0]&0x80 != 0
	s.mask, s.at = [4]byte{}, 0
	if masked {
		copy(s.mask[:], h[lengthEnd:])
	}
	if s.broken = s.wrong(h[0]&0x70 != 0, size); s.broken != "" {
		return
	}
	s.reading, s.left = true, size
}

// wrong says what is wrong with the frame that begins, and "" when nothing is.
func (s *Splitter) wrong(extended bool, size int64) string {
	switch {
	case extended:
		return "a WebSocket extension that is not known"
	case size < 0:
		return "no WebSocket frame: its length is negative"
	case s.kind.Control():
		if s.kind > Pong || size > maxControl || !s.final {
			return "no WebSocket frame: a control frame that is too long, in parts or unknown"
		}
	case s.kind == Continuation && s.message == 0:
		return "no WebSocket frame: it goes on with nothing"
	case s.kind == Continuation:
		s.kind = s.message
	case s.kind > Binary || s.message != 0:
		return "no WebSocket frame: a message inside another"
	}
	if !s.kind.Control() {
		s.message = s.kind
	}
	return ""
}

func (s *Splitter) unmask(p []byte) {
	start := len(s.buf)
	s.buf = append(s.buf, p...)
	if s.mask != [4]byte{} {
		for i := range p {
			s.buf[start+i] ^= s.mask[(s.at+i)&3]
		}
	}
	s.at += len(p)
	s.left -= int64(len(p))
}

// give hands over what was put together.
func (s *Splitter) give() Piece {
	whole := s.left == 0
	pc := Piece{Kind: s.kind, First: s.first, Bytes: s.buf, More: !whole || !s.final}
	s.buf = s.buf[:0]
	if whole {
		s.reading, s.have = false, 0
		if s.final && !s.kind.Control() {
			s.message = 0
		}
	}
	return pc
}

// End returns what there is of a frame that is not whole.
func (s *Splitter) End() (pc Piece, ok bool) {
	if !s.reading || len(s.buf) == 0 {
		return Piece{}, false
	}
	return Piece{Kind: s.kind, More: true, First: s.first, Bytes: s.buf}, true
}

// Gap goes on behind n missing bytes if they were payload of one frame; else
// there is no telling where the next frame begins. It returns what was being
// put together.
func (s *Splitter) Gap(n int64) (pc Piece, ok bool) {
	pc, ok = s.End()
	s.buf = s.buf[:0]
	if !s.reading || n > s.left {
		s.reading, s.broken = false, "WebSocket frames cannot be followed over the gap"
		return pc, ok
	}
	s.left -= n
	s.at += int(n & 3)
	if s.left == 0 {
		s.give()
	}
	return pc, ok
}

// Reason reads the payload of a close frame: its code and its reason, "" when
// it gives none.
func Reason(payload []byte) string {
	if len(payload) < 2 {
		return ""
	}
	code := strconv.Itoa(int(binary.BigEndian.Uint16(payload)))
	return strings.TrimRight(code+" "+string(payload[2:]), " ")
}

// ClosePayload is the way back from Reason.
func ClosePayload(reason string) []byte {
	number, text, _ := strings.Cut(reason, " ")
	code, err := strconv.ParseUint(number, 10, 16)
	if err != nil {
		return nil
	}
	return append(binary.BigEndian.AppendUint16(nil, uint16(code)), text...)
}

// AppendFrame appends a whole frame as a server sends it, without a mask.
func AppendFrame(dst []byte, k Kind, final bool, payload []byte) []byte {
	first := byte(k)
	if final {
		first |= 0x80
	}
	switch n := len(payload); {
	case n < 126:
		dst = append(dst, first, byte(n))
	case n <= 0xffff:
		dst = binary.BigEndian.AppendUint16(append(dst, first, 126), uint16(n))
	default:
		dst = binary.BigEndian.AppendUint64(append(dst, first, 127), uint64(n))
	}
	return append(dst, payload...)
}
