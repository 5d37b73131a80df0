package export

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"strings"
	"time"

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
	daemonPort    = 80         // which Wireshark takes for HTTP of any version, where 2375 is HTTP/1 at most
	maxClients    = 60000      // which have a name

	linkRaw = 101 // IP without a link layer
)

func newPcapng(w io.Writer, o *Options) Exporter {
	p := &pcapngExporter{out: bufio.NewWriterSize(w, 64<<10), start: o.Header.Start, clients: map[exchange.CommandID]uint32{}}
	p.collector = newCollector(o, kept{whole.body, whole.pieces, true}, p.call)
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
