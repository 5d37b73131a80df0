package export

import (
	"bytes"
	"encoding/binary"
	"strings"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"

	"github.com/dockwire/dockwire/decode"
)

// h2call is a stream of HTTP/2 that is being written to a connection of its
// own.
type h2call struct {
	*connection
	c        *call
	frame    bytes.Buffer
	framer   *http2.Framer
	answered bool
}

// http2 sends a call as a stream of HTTP/2, with the number that it had.
func (t *connection) http2(c *call) {
	h := &h2call{connection: t, c: c}
	h.framer = http2.NewFramer(&h.frame, nil)
	h.framer.AllowIllegalWrites = true // a damaged recording may hold any number of a stream
	h.frame.WriteString(http2.ClientPreface)
	_ = h.framer.WriteSettings()
	h.flush(decode.Request)
	_ = h.framer.WriteSettings()
	_ = h.framer.WriteSettingsAck()
	h.flush(decode.Response)
	_ = h.framer.WriteSettingsAck()
	h.flush(decode.Request)

	h.head(decode.Request)
	h.body(decode.Request)
	for i := range c.pieces {
		h.piece(&c.pieces[i])
	}
	h.answer()
	if t.lost(decode.Response, c.more); c.Ended.How != decode.EndEOF && c.Ended.How != "" && !(c.Request.Done && c.Response.Done) {
		_ = h.framer.WriteRSTStream(c.Stream, http2.ErrCodeCancel)
		h.flush(decode.Request)
		return
	}
	if c.Status != 0 {
		h.end(decode.Response)
	}
}

// flush sends the frames that were written.
func (h *h2call) flush(d decode.Direction) {
	h.send(d, h.frame.Bytes())
	h.frame.Reset()
}

// answer sends the head of the answer, once, and the body that does not
// stream.
func (h *h2call) answer() {
	if h.answered || h.c.Status == 0 {
		return
	}
	h.answered = true
	h.end(decode.Request)
	h.at(h.c.ResponseHead)
	h.head(decode.Response)
	h.body(decode.Response)
}

func (h *h2call) head(d decode.Direction) { h.block(d, h.c.Side(d).Fields, false) }

func (h *h2call) block(d decode.Direction, fields []decode.Field, last bool) {
	var b bytes.Buffer
	enc := hpack.NewEncoder(&b)
	enc.SetMaxDynamicTableSize(0) // so that each block stands alone
	for _, f := range fields {
		_ = enc.WriteField(hpack.HeaderField{Name: strings.ToLower(f.Name), Value: f.Value})
	}
	block := b.Bytes()
	first := block[:min(len(block), segment)]
	_ = h.framer.WriteHeaders(http2.HeadersFrameParam{StreamID: h.c.Stream, BlockFragment: first, EndStream: last, EndHeaders: len(first) == len(block)})
	for block = block[len(first):]; len(block) > 0; block = block[len(first):] {
		first = block[:min(len(block), segment)]
		_ = h.framer.WriteContinuation(h.c.Stream, len(first) == len(block), first)
	}
	h.flush(d)
}

// body sends a body that does not stream.
func (h *h2call) body(d decode.Direction) {
	if s := h.c.Side(d); !h.c.streamed(d) && !s.Streams() && s.Content != decode.ContentGRPC {
		h.data(d, s.Body)
		h.lost(d, s.Size-int64(len(s.Body)))
	}
}

// piece sends a message of gRPC, or what streamed. A message that is not whole
// is left out: its beginning alone could not be read.
func (h *h2call) piece(p *piece) {
	if p.dir == decode.Response {
		h.answer()
	}
	h.at(p.at)
	switch {
	case h.c.Side(p.dir).Content != decode.ContentGRPC:
		h.data(p.dir, p.wire())
	case p.lost > 0:
		h.lost(p.dir, p.lost+int64(len(p.bytes))+5)
	default:
		h.data(p.dir, append(binary.BigEndian.AppendUint32([]byte{0}, uint32(len(p.bytes))), p.bytes...))
	}
}

func (h *h2call) data(d decode.Direction, b []byte) {
	for len(b) > 0 {
		n := min(len(b), segment-9) // with its head it is a packet
		_ = h.framer.WriteData(h.c.Stream, false, b[:n])
		h.flush(d)
		b = b[n:]
	}
}

// end ends a direction, with its trailer.
func (h *h2call) end(d decode.Direction) {
	switch s := h.c.Side(d); {
	case !s.Done:
	case len(s.Trailer) > 0:
		h.block(d, s.Trailer, true)
	default:
		_ = h.framer.WriteData(h.c.Stream, true, nil)
		h.flush(d)
	}
}
