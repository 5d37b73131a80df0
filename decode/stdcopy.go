package decode

import (
	"encoding/binary"
	"time"
)

// stdcopy splits a multiplexed stream: frames of an 8 byte header
// {type, 0, 0, 0, length big endian} and a payload; type 0 is stdin, 1 stdout,
// 2 stderr, 3 an error of the daemon (moby api/pkg/stdcopy).
//
// Frames come out whole up to maxPiece and in pieces of that size above. It
// depends on the bytes alone, not on how they were read. Once something is no
// frame, everything behind it comes out as it is.
type stdcopy struct {
	header [8]byte
	have   int   // bytes of header
	left   int64 // payload bytes not given out
	buf    []byte
	first  time.Duration
	pieces bool // a piece of this frame was given out
	broken bool
}

// next takes bytes that were read at time t and returns the first piece that
// is complete, if any, and the rest of p.
func (s *stdcopy) next(p []byte, t time.Duration) (pc piece, rest []byte, ok bool) {
	if s.broken {
		return piece{fd: NoFd, first: t, bytes: p}, nil, true
	}
	for s.have < len(s.header) {
		if len(p) == 0 {
			return piece{}, nil, false
		}
		if s.have == 0 {
			s.first = t
		}
		ch := p[0]
		p = p[1:]
		s.header[s.have] = ch
		s.have++
		if !s.plausible(ch) {
			s.broken = true
			b := s.header[:s.have]
			return piece{
				fd: NoFd, first: s.first, bytes: b,
				odd: "not a stdcopy frame header: the rest is shown raw", oddRaw: b,
			}, p, true
		}
		if s.have == len(s.header) {
			s.left = int64(binary.BigEndian.Uint32(s.header[4:]))
			if s.left == 0 {
				return s.give(nil), p, true
			}
		}
	}
	if len(p) == 0 {
		return piece{}, nil, false
	}
	if len(s.buf) == 0 && s.pieces {
		s.first = t
	}
	want := int(min(s.left, maxPiece))
	if len(s.buf) == 0 && len(p) >= want {
		return s.give(p[:want]), p[want:], true
	}
	n := min(want-len(s.buf), len(p))
	s.buf = append(s.buf, p[:n]...)
	if len(s.buf) < want {
		return piece{}, nil, false
	}
	return s.give(s.buf), p[n:], true
}

// plausible reports whether the header byte just read may be there.
func (s *stdcopy) plausible(ch byte) bool {
	switch {
	case s.have == 1:
		return ch <= 3
	case s.have <= 4:
		return ch == 0
	}
	return true
}

// give makes b the frame's next piece.
func (s *stdcopy) give(b []byte) piece {
	s.left -= int64(len(b))
	s.pieces = s.left > 0
	if !s.pieces {
		s.have = 0
	}
	s.buf = s.buf[:0]
	return piece{fd: int(s.header[0]), more: s.pieces, first: s.first, bytes: b}
}

// end returns what there is of a frame that is not whole: with its header,
// unless pieces of it have been given out.
func (s *stdcopy) end() (pc piece, ok bool) {
	if s.broken || s.have == 0 {
		return piece{}, false
	}
	pc = piece{odd: "ended inside a stdcopy frame", oddRaw: s.header[:s.have], first: s.first}
	if s.pieces {
		pc.fd, pc.more, pc.bytes = int(s.header[0]), true, s.buf
		return pc, true
	}
	pc.fd, pc.bytes = NoFd, append(s.header[:s.have:s.have], s.buf...)
	return pc, true
}

// gap goes on after n missing bytes if they were payload of one frame. Otherwise
// the place of the next header is unknown, and what follows is emitted as it is.
// It returns the piece that was being collected.
func (s *stdcopy) gap(n int64) (pc piece, ok bool, odd string) {
	if s.broken {
		return piece{}, false, ""
	}
	missing := s.left - int64(len(s.buf)) - n
	if s.have < len(s.header) || missing < 0 {
		pc, ok = s.end()
		pc.odd = ""
		s.broken = true
		return pc, ok, "stdcopy frames cannot be followed over the gap"
	}
	pc = piece{fd: int(s.header[0]), more: missing > 0, first: s.first, bytes: s.buf}
	ok = len(s.buf) > 0 || s.pieces
	s.left, s.buf, s.pieces = missing, s.buf[:0], missing > 0
	if missing == 0 {
		s.have = 0
	}
	return pc, ok, ""
}

func (s *stdcopy) pause() (pc piece, ok bool) { return piece{}, false }
func (s *stdcopy) held() int                  { return len(s.buf) }
