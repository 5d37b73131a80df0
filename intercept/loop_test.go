package intercept

import (
	"net"
	"net/netip"
	"testing"
)

// ends is a connection as far as its addresses go.
type ends struct{ local, remote string }

func (e ends) LocalAddr() net.Addr { return net.TCPAddrFromAddrPort(netip.MustParseAddrPort(e.local)) }
func (e ends) RemoteAddr() net.Addr {
	return net.TCPAddrFromAddrPort(netip.MustParseAddrPort(e.remote))
}

// Two connections from one port of this machine to different places are no
// loop: the kernel gives a port out more than once.
func TestOtherEnd(t *testing.T) {
	dialled := ends{"127.0.0.1:40000", "127.0.0.1:2375"}
	for client, want := range map[ends]bool{
		{"127.0.0.1:2375", "127.0.0.1:40000"}: true,
		{"127.0.0.1:3375", "127.0.0.1:40000"}: false,
		{"127.0.0.1:2375", "127.0.0.1:40001"}: false,
	} {
		if got := otherEnd(dialled, client); got != want {
			t.Errorf("%v and %v: %v", dialled, client, got)
		}
	}
}
