package decode

import (
	"bytes"
	"math"
)

// chunkSize is where in a chunked body the next bytes are (RFC 9112, section
// 7.1), and the size line as far as it was read.
type chunkSize struct {
	phase  chunkPhase
	digits int
}

type chunkPhase uint8

const (
	chunkDigits    chunkPhase = iota // of the size
	chunkExtension                   // up to the size line's end
	chunkData
	chunkDataEnd // the line end behind the data
	chunkTrailer
)

// readChunked reads from a chunked body and returns what is left of p.
func (h *half) readChunked(p []byte) []byte {
	switch h.size.phase {
	case chunkDigits:
		return h.readChunkDigits(p)
	case chunkExtension:
		i := bytes.IndexByte(p, '\n')
		if i < 0 {
			return nil
		}
		h.startChunk()
		return p[i+1:]
	case chunkData:
		n := min(int64(len(p)), h.left)
		h.left -= n
		h.deliver(p[:n])
		if h.left == 0 {
			h.endChunk()
		}
		return p[n:]
	case chunkDataEnd:
		return h.readChunkDataEnd(p)
	default:
		return h.readTrailer(p)
	}
}

func (h *half) readChunkDigits(p []byte) []byte {
	for i, ch := range p {
		d, ok := hexDigit(ch)
		switch {
		case ok && h.size.digits < maxChunkDigits:
			h.left = h.left<<4 | int64(d)
			h.size.digits++
		case !ok && h.size.digits > 0 && isChunkSizeEnd(ch):
			h.size.phase = chunkExtension
			return p[i:]
		default:
			h.lose("malformed chunk size", p)
			return nil
		}
	}
	return nil
}

// maxChunkDigits is the length of the longest size that net/http takes.
const maxChunkDigits = 16

func (h *half) startChunk() {
	if h.left < 0 { // 16 digits can say more than any connection carries
		h.left = math.MaxInt64
	}
	h.size.phase = chunkData
	if h.left == 0 {
		h.size.phase, h.scanned = chunkTrailer, 0
	}
}

func (h *half) endChunk() {
	h.size.phase = chunkDataEnd
	if !h.unread {
		h.body.pause()
	}
}

// readChunkDataEnd takes CRLF, or LF as some peers send it.
func (h *half) readChunkDataEnd(p []byte) []byte {
	switch p[0] {
	case '\r':
		if h.size.digits >= 0 {
			h.size.digits = -1 // CR seen
			return p[1:]
		}
	case '\n':
		h.left, h.size = 0, chunkSize{}
		return p[1:]
	}
	h.lose("chunk longer than its size", p)
	return nil
}

// readTrailer collects the trailer section and ends the body behind it.
func (h *half) readTrailer(p []byte) []byte {
	if len(h.buf) == 0 && len(p) >= 2 && p[0] == '\r' && p[1] == '\n' {
		h.complete(nil) // nearly every chunked body
		return p[2:]
	}
	had := len(h.buf)
	h.buf = append(h.buf, p...)
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
		h.lose("trailer longer than 1 MiB", h.takeBuf())
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
