package export

import (
	"encoding/binary"
	"strings"
	"time"

	"github.com/dockwire/dockwire/decode"
)

const (
	segment = 16 << 10 // bytes of a packet

	fin, syn, push, ack = 1, 2, 8, 16
)

// connection is the TCP connection of one call, from the side that asks.
type connection struct {
	p          *pcapngExporter
	asks, told uint32 // addresses
	port       uint16
	next       [2]uint32 // sequence number of each side's next byte
	now        time.Duration
	note       string // comment of the next packet
}

// open shakes hands.
func (t *connection) open() {
	t.packet(decode.Request, syn, nil, 0)
	t.packet(decode.Response, syn|ack, nil, 0)
	t.packet(decode.Request, ack, nil, 0)
}

func (t *connection) close() {
	t.packet(decode.Request, fin|ack, nil, 0)
	t.packet(decode.Response, fin|ack, nil, 0)
	t.packet(decode.Request, ack, nil, 0)
}

func (t *connection) at(d time.Duration) { t.now = max(t.now, d) }

// lost leaves out bytes that were not kept.
func (t *connection) lost(d decode.Direction, n int64) {
	if n > 0 {
		t.note = bytesSize(n) + " were not kept before this packet"
		t.next[d] += uint32(min(n, 1<<30))
	}
}

func (t *connection) send(d decode.Direction, b []byte) { t.sendCut(d, b, 0) }

// sendCut sends bytes of which the last ones were not kept. The packet that
// should have them is shorter than it says, as from a capture with a limit:
// readers show its beginning instead of waiting for the rest of a body, which
// never comes.
func (t *connection) sendCut(d decode.Direction, b []byte, lost int64) {
	for len(b) > segment {
		t.packet(d, push|ack, b[:segment], 0)
		b = b[segment:]
	}
	missing := int(min(lost, segment))
	if lost > 0 {
		t.note = strings.TrimPrefix(t.note+"; "+bytesSize(lost)+" behind this were not kept", "; ")
	}
	if len(b)+missing > 0 {
		t.packet(d, push|ack, b, missing)
	}
	t.next[d] += uint32(min(lost-int64(missing), 1<<30))
}

// packet writes one IP packet; missing bytes of its data are not captured.
func (t *connection) packet(d decode.Direction, flags byte, data []byte, missing int) {
	from, to, source, target := t.asks, t.told, t.port, uint16(daemonPort)
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
	pseudo = binary.BigEndian.AppendUint16(pseudo, uint16(len(tcp)+missing))
	binary.BigEndian.PutUint16(tcp[16:], checksum(append(pseudo, tcp...)))
	ip := []byte{0x45, 0}
	ip = binary.BigEndian.AppendUint16(ip, uint16(20+len(tcp)+missing))
	ip = append(ip, 0, 0, 0x40, 0, 64, 6, 0, 0)
	ip = binary.BigEndian.AppendUint32(ip, from)
	ip = binary.BigEndian.AppendUint32(ip, to)
	binary.BigEndian.PutUint16(ip[10:], checksum(ip))
	t.next[d] += uint32(len(data) + missing)
	if flags&(syn|fin) != 0 {
		t.next[d]++
	}
	t.frame(append(ip, tcp...), missing)
}

func (t *connection) frame(packet []byte, missing int) {
	at := uint64(t.p.start.Add(t.now).UnixMicro())
	b := binary.LittleEndian.AppendUint32(nil, 0)
	b = binary.LittleEndian.AppendUint32(b, uint32(at>>32))
	b = binary.LittleEndian.AppendUint32(b, uint32(at))
	b = binary.LittleEndian.AppendUint32(b, uint32(len(packet)))
	b = binary.LittleEndian.AppendUint32(b, uint32(len(packet)+missing))
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
