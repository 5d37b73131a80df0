package intercept

import (
	"net"
	"net/netip"
	"testing"
)

// fakeTCP is a connection as far as its addresses go.
type fakeTCP struct {
	conn
	local, remote string
}

func (e fakeTCP) LocalAddr() net.Addr {
	return net.TCPAddrFromAddrPort(netip.MustParseAddrPort(e.local))
}

func (e fakeTCP) RemoteAddr() net.Addr {
	return net.TCPAddrFromAddrPort(netip.MustParseAddrPort(e.remote))
}

// Two connections from one port of this machine to different places are no
// loop: the kernel gives a port out more than once.
func TestTCPLoop(t *testing.T) {
	s, err := New(Config{Upstream: Endpoint{Scheme: "tcp", Address: "127.0.0.1:2375"}})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close(t.Context())
	up := fakeTCP{nil, "127.0.0.1:40000", "127.0.0.1:2375"}
	s.trackDialled(up)
	for client, want := range map[fakeTCP]error{
		{nil, "127.0.0.1:2375", "127.0.0.1:40000"}:          ErrLoop,
		{nil, "[::ffff:127.0.0.1]:2375", "127.0.0.1:40000"}: ErrLoop,
		{nil, "127.0.0.1:3375", "127.0.0.1:40000"}:          nil,
		{nil, "127.0.0.1:2375", "127.0.0.1:40001"}:          nil,
	} {
		if got := s.tcpLoop(client); got != want {
			t.Errorf("%v: %v", client, got)
		}
	}
	s.forget(up)
	if err := s.tcpLoop(fakeTCP{nil, "127.0.0.1:2375", "127.0.0.1:40000"}); err != nil {
		t.Errorf("after its end: %v", err)
	}
}
