package decode

import (
	"cmp"
	"encoding/binary"
	"time"
)

// messages cuts a gRPC body into its messages: a byte that says whether the
// message is compressed, its length big endian, and the message (gRPC over
// HTTP/2, Length-Prefixed-Message).
//
// A message comes out whole up to maxMessage; of a longer one comes what fits.
type messages struct {
	header [5]byte
	have   int   // bytes of header
	left   int64 // payload still to come
	buf    []byte
	first  time.Duration
	cut    string
	broken bool
}

// maxMessage is the longest message that is put together; it is what gRPC
// takes unless told otherwise.
const maxMessage = 4 << 20

const oddMessage = "not the header of a gRPC message: the rest is not decoded"

func (m *messages) next(p []byte, t time.Duration) (pc piece, rest []byte, ok bool) {
	if m.broken {
		return piece{fd: NoFd, first: t, bytes: p}, nil, true
	}
	for m.have < len(m.header) {
		if len(p) == 0 {
			return piece{}, nil, false
		}
		if m.have == 0 {
			m.first = t
		}
		m.header[m.have] = p[0]
		m.have++
		p = p[1:]
		if m.header[0] > 1 {
			m.broken = true
			return piece{fd: NoFd, first: t, odd: oddMessage, bytes: m.header[:1]}, p, true
		}
		if m.have == len(m.header) {
			m.left = m.size()
		}
	}
	n := int(min(m.left, int64(len(p))))
	m.left -= int64(n)
	if m.left == 0 && len(m.buf) == 0 && n <= maxMessage && m.cut == "" {
		return m.give(p[:n]), p[n:], true
	}
	m.keep(p[:n])
	if m.left > 0 {
		return piece{}, nil, false
	}
	return m.give(m.buf), p[n:], true
}

func (m *messages) size() int64 { return int64(binary.BigEndian.Uint32(m.header[1:])) }

// keep puts the next bytes of a message to those before.
func (m *messages) keep(p []byte) {
	if m.cut == "" && len(m.buf)+len(p) > maxMessage {
		m.cut = "longer than 4 MiB"
		p = p[:maxMessage-len(m.buf)]
	} else if m.cut != "" {
		return
	}
	m.buf = append(m.buf, p...)
}

func (m *messages) give(b []byte) piece {
	pc := piece{
		fd: NoFd, first: m.first, bytes: b,
		message: true, size: m.size(), packed: m.header[0] == 1, cut: m.cut,
	}
	if m.have, m.cut, m.buf = 0, "", m.buf[:0]; cap(m.buf) > maxPiece {
		m.buf = nil
	}
	return pc
}

func (m *messages) pause() (piece, bool) { return piece{}, false }

func (m *messages) end() (pc piece, ok bool) {
	if m.broken || m.have == 0 {
		return piece{}, false
	}
	if m.have < len(m.header) {
		return piece{fd: NoFd, first: m.first, odd: "ended inside the header of a gRPC message", bytes: m.header[:m.have]}, true
	}
	m.cut = cmp.Or(m.cut, "ended before it was whole")
	return m.give(m.buf), true
}

// gap goes on after n missing bytes if they are of one message. With n 0 it drops
// what it holds.
func (m *messages) gap(n int64) (pc piece, ok bool, odd string) {
	switch {
	case m.broken:
		return piece{}, false, ""
	case m.have < len(m.header) || n > m.left:
		pc, ok = m.end()
		pc.odd = ""
		m.broken = true
		return pc, ok, "gRPC messages cannot be followed over the gap"
	}
	if m.cut == "" {
		m.cut = "bytes of it are missing"
		if n == 0 {
			m.cut = "too much is open at once"
		}
	}
	m.buf = nil // two parts with a gap between them must not look like one
	if m.left -= n; m.left > 0 {
		return piece{}, false, ""
	}
	return m.give(nil), true, ""
}

func (m *messages) held() int { return len(m.buf) }
