package decode

import (
	"encoding/binary"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestDockerOverTCP decodes a packet capture of `docker run -it` that others
// made: what happened is told, and the terminal can be read.
func TestDockerOverTCP(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(corpora(t), "zeek/*.pcap"))
	if err != nil || len(files) != 1 {
		t.Fatal(files, err)
	}
	b, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	var operations []string
	hijacked := map[ExchangeID]bool{}
	screen := ""
	feedCapture(t, b, NewSession(func(e Event) {
		switch e := e.(type) {
		case *RequestHead:
			operations = append(operations, e.Call.Name(e.Method))
		case *ResponseHead:
			hijacked[e.Exchange] = e.Framing == FramingHijack
		case *Data:
			if e.Dir == Response && hijacked[e.Exchange] {
				screen += string(e.Bytes)
			}
		case *Anomaly, *Gap:
			t.Errorf("%T %+v", e, e)
		}
	}))
	const want = "SystemPingHead ContainerCreate ContainerAttach ContainerWait ContainerStart ContainerResize"
	if got := strings.Join(operations, " "); got != want {
		t.Errorf("operations %s\nwant %s", got, want)
	}
	for _, typed := range []string{"/ # ", "ls", "exit"} {
		if !strings.Contains(screen, typed) {
			t.Errorf("%q is not on the terminal: %q", typed, screen)
		}
	}
}

// feedCapture feeds the TCP connections to port 2375 of a pcap file (Ethernet,
// IPv4, little-endian, no packet lost).
func feedCapture(t *testing.T, b []byte, s *Session) {
	t.Helper()
	const file, packet, port = 24, 16, 2375
	conns := map[uint16]*Conn{}
	next := map[uint16][2]uint32{}
	for b = b[file:]; len(b) > packet; {
		at := time.Duration(binary.LittleEndian.Uint32(b))*time.Second + time.Duration(binary.LittleEndian.Uint32(b[4:]))*time.Microsecond
		n := binary.LittleEndian.Uint32(b[8:])
		frame := b[packet : packet+n]
		b = b[packet+n:]
		ip := frame[14:]
		ip = ip[:binary.BigEndian.Uint16(ip[2:])]
		tcp := ip[int(ip[0]&15)*4:]
		client, dir := binary.BigEndian.Uint16(tcp), Request
		if client == port {
			client, dir = binary.BigEndian.Uint16(tcp[2:]), Response
		}
		seq, flags, data := binary.BigEndian.Uint32(tcp[4:]), tcp[13], tcp[int(tcp[12]>>4)*4:]
		const fin, syn = 1, 2
		expect := next[client]
		switch {
		case flags&syn != 0:
			expect[dir] = seq + 1
			if dir == Request {
				conns[client] = s.Open(ConnOpened{Origin: Origin{Conn: ConnID(client), Time: at}})
			}
		case len(data) > 0 && seq != expect[dir]:
			t.Fatalf("port %d: byte %d where %d was expected", client, seq, expect[dir])
		case len(data) > 0:
			expect[dir] += uint32(len(data))
			conns[client].Feed(dir, at, data)
		}
		if next[client] = expect; flags&fin != 0 {
			conns[client].EOF(dir, at)
		}
	}
	for _, c := range conns {
		c.Close(time.Hour, Server, EndEOF, "")
	}
}
