package export

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/exchange"
)

// pcapngExporter writes a capture that Wireshark dissects as HTTP: a TCP
// connection a call, made up from what was recorded. What was not kept is
// missing from it, as from a capture that lost packets.
type pcapngExporter struct {
	*collector
	out     *bufio.Writer
	start   time.Time
	clients map[exchange.CommandID]uint32 // address of each client
	calls   int
}

const (
	daemonAddress = 10<<24 | 1 // 10.0.0.1
	daemonPort    = 2375       // which Wireshark takes for HTTP
	maxClients    = 60000      // which have a name
	segment       = 16 << 10   // bytes of a packet

	linkRaw = 101 // IP without a link layer

	fin, syn, push, ack = 1, 2, 8, 16
)

func newPcapng(w io.Writer, o *Options) Exporter {
	p := &pcapngExporter{out: bufio.NewWriterSize(w, 64<<10), start: o.Header.Start, clients: map[exchange.CommandID]uint32{}}
	p.collector = newCollector(o, p.call)
	section := binary.LittleEndian.AppendUint32(nil, 0x1a2b3c4d)
	section = append(section, 1, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff)
	section = option(section, 4, []byte("dockwire")) // shb_userappl
	if o.Name != "" {
		section = option(section, 1, []byte(printable(o.Name)))
	}
	p.block(0x0a0d0d0a, append(section, 0, 0, 0, 0))
	device := []byte{linkRaw, 0, 0, 0, 0, 0, 0, 0}
	if o.Header.Upstream != "" {
		device = option(device, 2, []byte(printable(o.Header.Upstream))) // if_name
	}
	device = option(device, 9, []byte{6}) // if_tsresol: µs
	p.block(1, append(device, 0, 0, 0, 0))
	p.name(daemonAddress, "dockerd")
	return p
}

func (p *pcapngExporter) Close() error {
	p.finish()
	return p.out.Flush()
}

// block writes one block of the file.
func (p *pcapngExporter) block(kind uint32, body []byte) {
	body = pad(body)
	var head [8]byte
	binary.LittleEndian.PutUint32(head[:], kind)
	binary.LittleEndian.PutUint32(head[4:], uint32(len(body)+12))
	p.out.Write(head[:])
	p.out.Write(body)
	p.out.Write(head[4:])
}

func pad(b []byte) []byte {
	for len(b)%4 != 0 {
		b = append(b, 0)
	}
	return b
}

func option(b []byte, code uint16, value []byte) []byte {
	value = value[:min(len(value), 4000)]
	b = binary.LittleEndian.AppendUint16(b, code)
	b = binary.LittleEndian.AppendUint16(b, uint16(len(value)))
	return pad(append(b, value...))
}

// name gives an address a name.
func (p *pcapngExporter) name(address uint32, name string) {
	value := append(binary.BigEndian.AppendUint32(nil, address), name...)
	value = append(value, 0)
	b := binary.LittleEndian.AppendUint16(nil, 1) // nrb_record_ipv4
	b = binary.LittleEndian.AppendUint16(b, uint16(len(value)))
	b = pad(append(b, value...))
	p.block(4, append(b, 0, 0, 0, 0, 0, 0, 0, 0))
}

// client is the address of a call's client.
func (p *pcapngExporter) client(c *call) uint32 {
	key := c.Command.ID
	address, known := p.clients[key]
	if !known {
		if len(p.clients) >= maxClients {
			return 10<<24 | 1<<16
		}
		address = 10<<24 | 1<<16 + uint32(len(p.clients)) + 1
		p.clients[key] = address
		program, _, _ := strings.Cut(oneLine(c.commandName()), " ")
		p.name(address, fmt.Sprintf("%s-%d", cut(program, 60), c.Command.Peer.PID))
	}
	return address
}

// connection is the TCP connection of one call.
type connection struct {
	p      *pcapngExporter
	client uint32
	port   uint16
	next   [2]uint32 // sequence number of each side's next byte
	now    time.Duration
	note   string // comment of the next packet
}

func (p *pcapngExporter) call(c *call) {
	if c.Stream != 0 || c.Parent != 0 {
		return // travels in another call's stream
	}
	t := &connection{p: p, client: p.client(c), port: uint16(1024 + p.calls%64000), now: c.Start}
	p.calls++
	t.note = printable(c.Name() + " " + c.Summary())
	t.packet(decode.Request, syn, nil)
	t.packet(decode.Response, syn|ack, nil)
	t.packet(decode.Request, ack, nil)
	t.message(c, decode.Request)
	if c.Status != 0 {
		t.at(c.ResponseHead)
		t.message(c, decode.Response)
		t.streams(c)
	}
	t.at(c.Last)
	t.packet(decode.Request, fin|ack, nil)
	t.packet(decode.Response, fin|ack, nil)
	t.packet(decode.Request, ack, nil)
}

func (t *connection) at(d time.Duration) { t.now = max(t.now, d) }

// message sends a head, and its body where that does not stream.
func (t *connection) message(c *call, d decode.Direction) {
	s := c.Side(d)
	t.send(d, headBytes(c, d))
	switch {
	case c.streamed(d) || s.Framing == decode.FramingHijack:
		return
	case s.Framing == decode.FramingChunked:
		t.chunk(d, s.Body)
		t.lost(d, s.Size-int64(len(s.Body)))
		t.send(d, []byte("0\r\n\r\n"))
	default:
		t.send(d, s.Body)
		t.lost(d, s.Size-int64(len(s.Body)))
	}
}

// streams sends what streamed, in its order and at its times.
func (t *connection) streams(c *call) {
	chunked := !c.Hijack && c.Response.Framing == decode.FramingChunked
	for i := range c.pieces {
		p := &c.pieces[i]
		t.at(p.at)
		b := p.bytes
		if p.fd >= 0 {
			b = binary.BigEndian.AppendUint32([]byte{byte(p.fd), 0, 0, 0}, uint32(len(b)))
			b = append(b, p.bytes...)
		}
		if chunked && p.dir == decode.Response {
			t.chunk(p.dir, b)
		} else {
			t.send(p.dir, b)
		}
	}
	t.lost(decode.Response, c.more)
	if chunked && c.streamed(decode.Response) && c.Response.Done {
		t.send(decode.Response, []byte("0\r\n\r\n"))
	}
}

func (t *connection) chunk(d decode.Direction, b []byte) {
	if len(b) > 0 {
		t.send(d, fmt.Appendf(nil, "%x\r\n%s\r\n", len(b), b))
	}
}

// lost leaves out bytes that were not kept.
func (t *connection) lost(d decode.Direction, n int64) {
	if n > 0 {
		t.note = bytesSize(n) + " were not kept before this packet"
		t.next[d] += uint32(min(n, 1<<30))
	}
}

func (t *connection) send(d decode.Direction, b []byte) {
	for len(b) > 0 {
		n := min(len(b), segment)
		t.packet(d, push|ack, b[:n])
		b = b[n:]
	}
}

// packet writes one IP packet.
func (t *connection) packet(d decode.Direction, flags byte, data []byte) {
	from, to, source, target := t.client, uint32(daemonAddress), t.port, uint16(daemonPort)
	if d == decode.Response {
		from, to, source, target = to, from, target, source
	}
	tcp := binary.BigEndian.AppendUint16(nil, source)
	tcp = binary.BigEndian.AppendUint16(tcp, target)
	tcp = binary.BigEndian.AppendUint32(tcp, t.next[d])
	acked := t.next[1-d]
	if flags&ack == 0 {
		acked = 0
	}
	tcp = binary.BigEndian.AppendUint32(tcp, acked)
	tcp = append(tcp, 5<<4, flags, 0xff, 0xff, 0, 0, 0, 0)
	tcp = append(tcp, data...)
	pseudo := binary.BigEndian.AppendUint32(nil, from)
	pseudo = binary.BigEndian.AppendUint32(pseudo, to)
	pseudo = append(pseudo, 0, 6)
	pseudo = binary.BigEndian.AppendUint16(pseudo, uint16(len(tcp)))
	binary.BigEndian.PutUint16(tcp[16:], checksum(append(pseudo, tcp...)))
	ip := []byte{0x45, 0}
	ip = binary.BigEndian.AppendUint16(ip, uint16(20+len(tcp)))
	ip = append(ip, 0, 0, 0x40, 0, 64, 6, 0, 0)
	ip = binary.BigEndian.AppendUint32(ip, from)
	ip = binary.BigEndian.AppendUint32(ip, to)
	binary.BigEndian.PutUint16(ip[10:], checksum(ip))
	t.next[d] += uint32(len(data))
	if flags&(syn|fin) != 0 {
		t.next[d]++
	}
	t.frame(append(ip, tcp...))
}

func (t *connection) frame(packet []byte) {
	at := uint64(t.p.start.Add(t.now).UnixMicro())
	b := binary.LittleEndian.AppendUint32(nil, 0)
	b = binary.LittleEndian.AppendUint32(b, uint32(at>>32))
	b = binary.LittleEndian.AppendUint32(b, uint32(at))
	b = binary.LittleEndian.AppendUint32(b, uint32(len(packet)))
	b = binary.LittleEndian.AppendUint32(b, uint32(len(packet)))
	b = pad(append(b, packet...))
	if t.note != "" {
		b = append(option(b, 1, []byte(t.note)), 0, 0, 0, 0)
		t.note = ""
	}
	t.p.block(6, b)
}

// checksum is that of IP and TCP (RFC 1071).
func checksum(b []byte) uint16 {
	var sum uint32
	for i := 0; i+1 < len(b); i += 2 {
		sum += uint32(binary.BigEndian.Uint16(b[i:]))
	}
	if len(b)%2 == 1 {
		sum += uint32(b[len(b)-1]) << 8
	}
	for sum>>16 != 0 {
		sum = sum&0xffff + sum>>16
	}
	return ^uint16(sum)
}

// headBytes is a head for the wire. Its Content-Length is that of the recorded
// body, which redaction may have changed.
func headBytes(c *call, d decode.Direction) []byte {
	s := c.Side(d)
	var b strings.Builder
	for i, line := range strings.Split(strings.TrimSuffix(headText(c, d), "\n"), "\n") {
		if i > 0 && strings.HasPrefix(strings.ToLower(line), "content-length:") && s.Framing == decode.FramingLength && s.Size > 0 {
			line = fmt.Sprintf("Content-Length: %d", s.Size)
		}
		b.WriteString(strings.TrimRight(line, "\r") + "\r\n")
	}
	b.WriteString("\r\n")
	return []byte(b.String())
}
