package export

import (
	"encoding/binary"
	"fmt"
	"strings"

	"github.com/dockwire/dockwire/decode"
)

// call writes a call. A stream of HTTP/2 gets a connection of its own, too:
// what carries it may be open for as long as the recording.
func (p *pcapngExporter) call(c *call) {
	t := &connection{p: p, asks: p.client(c), told: daemonAddress, port: uint16(1024 + p.calls%64000), now: c.Start}
	if c.ByDaemon {
		t.asks, t.told = t.told, t.asks
	}
	p.calls++
	t.note = printable(c.Name() + " " + c.Summary())
	if c.Parent != 0 {
		t.note += fmt.Sprintf(" (travelled in call %d)", c.Parent)
	}
	t.open()
	if c.Stream != 0 {
		t.http2(c)
	} else {
		t.http1(c)
	}
	t.at(c.Last)
	t.close()
}

func (t *connection) http1(c *call) {
	t.message(c, decode.Request)
	if c.Status != 0 {
		t.at(c.ResponseHead)
		t.message(c, decode.Response)
		t.streams(c)
	}
}

// message sends a head, and its body where that does not stream.
func (t *connection) message(c *call, d decode.Direction) {
	s, head := c.Side(d), headBytes(c, d)
	lost := s.Size - int64(len(s.Body))
	switch {
	case c.streamed(d) || s.Framing == decode.FramingHijack:
		t.send(d, head)
	case s.Framing == decode.FramingChunked:
		t.sendCut(d, chunk(head, s.Body), lost)
		t.endChunks(c, d)
	default:
		t.sendCut(d, append(head, s.Body...), lost)
	}
}

// streams sends what streamed, in its order and at its times.
func (t *connection) streams(c *call) {
	chunked := !c.Hijack && c.Response.Framing == decode.FramingChunked
	for i := range c.pieces {
		p := &c.pieces[i]
		t.at(p.at)
		b := p.wire()
		if chunked && p.dir == decode.Response {
			b = chunk(nil, b)
		}
		t.send(p.dir, b)
	}
	t.lost(decode.Response, c.more)
	if chunked && c.streamed(decode.Response) {
		t.endChunks(c, decode.Response)
	}
}

// endChunks ends a body. Readers do not show a call whose body never ends, so
// one that was cut off ends, too, and says so.
func (t *connection) endChunks(c *call, d decode.Direction) {
	if t.at(c.Last); !c.Side(d).Done {
		t.note = "not recorded: the body was cut off here"
	}
	t.send(d, []byte("0\r\n\r\n"))
}

// wire is a piece as it travelled: a frame of stdcopy has its head.
func (p *piece) wire() []byte {
	if p.fd < 0 {
		return p.bytes
	}
	return append(binary.BigEndian.AppendUint32([]byte{byte(p.fd), 0, 0, 0}, uint32(len(p.bytes))), p.bytes...)
}

func chunk(to, b []byte) []byte {
	if len(b) == 0 {
		return to
	}
	return fmt.Appendf(to, "%x\r\n%s\r\n", len(b), b)
}

// headBytes is a head for the wire. Its Content-Length is that of the recorded
// body, which redaction may have changed.
func headBytes(c *call, d decode.Direction) []byte {
	s := c.Side(d)
	var b strings.Builder
	for i, line := range strings.Split(strings.TrimSuffix(c.HeadText(d), "\n"), "\n") {
		if i > 0 && strings.HasPrefix(strings.ToLower(line), "content-length:") && s.Framing == decode.FramingLength && s.Size > 0 {
			line = fmt.Sprintf("Content-Length: %d", s.Size)
		}
		b.WriteString(strings.TrimRight(line, "\r") + "\r\n")
	}
	b.WriteString("\r\n")
	return []byte(b.String())
}
