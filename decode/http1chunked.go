package decode

import (
	"bytes"
	"math"
)

// chunked follows the framing of a chunked body (RFC 9112, section 7.1) up to its
// trailer.
type chunked struct {
	phase  chunkPhase
	digits int   // of the size line, as far as it was read
	left   int64 // bytes of the chunk still to come
}

type chunkPhase uint8

const (
	chunkDigits    chunkPhase = iota // of the size
	chunkExtension                   // up to the size line's end
	chunkData
	chunkDataEnd // the line end behind the data
	chunkTrailer
)

// next reads on, and returns the bytes of the body that p begins with, if any, and
// what is left of p. wrong says why that is no chunk.
func (c *chunked) next(p []byte) (data, rest []byte, wrong string) {
	switch c.phase {
	case chunkDigits:
		return c.readDigits(p)
	case chunkExtension:
		i := bytes.IndexByte(p, '\n')
		if i < 0 {
			return nil, nil, ""
		}
		c.start()
		return nil, p[i+1:], ""
	case chunkData:
		n := min(int64(len(p)), c.left)
		c.pass(n)
		return p[:n], p[n:], ""
	default:
		return c.readDataEnd(p)
	}
}

func (c *chunked) readDigits(p []byte) (data, rest []byte, wrong string) {
	for i, ch := range p {
		d, ok := hexDigit(ch)
		switch {
		case ok && c.digits < maxChunkDigits:
			c.left = c.left<<4 | int64(d)
			c.digits++
		case !ok && c.digits > 0 && isChunkSizeEnd(ch):
			c.phase = chunkExtension
			return nil, p[i:], ""
		default:
			return nil, p, "malformed chunk size"
		}
	}
	return nil, nil, ""
}

// maxChunkDigits is the length of the longest size that net/http takes.
const maxChunkDigits = 16

func (c *chunked) start() {
	if c.left < 0 { // 16 digits can say more than any connection carries
		c.left = math.MaxInt64
	}
	c.phase = chunkData
	if c.left == 0 {
		c.phase = chunkTrailer
	}
}

// pass goes on behind n bytes of a chunk's data, and reports whether they were the
// last.
func (c *chunked) pass(n int64) bool {
	if c.left -= n; c.left > 0 {
		return false
	}
	c.phase = chunkDataEnd
	return true
}

// readDataEnd takes CRLF, or LF as some peers send it.
func (c *chunked) readDataEnd(p []byte) (data, rest []byte, wrong string) {
	switch p[0] {
	case '\r':
		if c.digits >= 0 {
			c.digits = -1 // CR seen
			return nil, p[1:], ""
		}
	case '\n':
		*c = chunked{}
		return nil, p[1:], ""
	}
	return nil, p, "chunk longer than its size"
}

// readChunked reads from a chunked body and returns what is left of p.
func (h *half) readChunked(p []byte) []byte {
	if h.chunk.phase == chunkTrailer {
		return h.readTrailer(p)
	}
	data, rest, wrong := h.chunk.next(p)
	if wrong != "" {
		h.lose(wrong, rest)
		return nil
	}
	if len(data) > 0 {
		h.body.deliver(data)
		if h.chunk.phase == chunkDataEnd {
			h.body.pause()
		}
	}
	return rest
}

// readTrailer collects the trailer section and ends the body behind it.
func (h *half) readTrailer(p []byte) []byte {
	if len(h.buf) == 0 && len(p) >= 2 && p[0] == '\r' && p[1] == '\n' {
		h.complete(nil) // nearly every chunked body
		return p[2:]
	}
	had := len(h.buf)
	h.keep(p, h.c.now)
	end := 0
	switch b := h.buf; {
	case b[0] == '\n':
		end = 1
	case b[0] == '\r' && len(b) == 1:
		return nil
	case b[0] == '\r' && b[1] == '\n':
		end = 2
	default:
		end, h.scanned = headEnd(b, h.scanned)
	}
	if end > maxHead || end == 0 && len(h.buf) > maxHead {
		h.lose("trailer longer than 1 MiB", h.take())
		return nil
	}
	if end == 0 {
		return nil
	}
	var trailer []Field
	if end > 2 {
		trailer = appendFields(nil, string(h.buf[:end]))
	}
	h.buf = nil
	h.complete(trailer)
	return p[end-had:]
}

func hexDigit(ch byte) (byte, bool) {
	switch {
	case '0' <= ch && ch <= '9':
		return ch - '0', true
	case 'a' <= ch && ch <= 'f':
		return ch - 'a' + 10, true
	case 'A' <= ch && ch <= 'F':
		return ch - 'A' + 10, true
	}
	return 0, false
}

// isChunkSizeEnd says what may be behind the size: a line end, an
// extension, or white space before either.
func isChunkSizeEnd(ch byte) bool {
	return ch == '\r' || ch == '\n' || ch == ';' || ch == ' ' || ch == '\t'
}
