package intercept

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strings"
	"sync/atomic"
)

// ErrLoop refuses a client whose connection left this server before: upstream
// leads back here, through other taps or by another name of the listener.
// Relayed, one client would use up all file descriptors.
var ErrLoop = errors.New("upstream leads back to this dockwire: a chain of taps ends at its own beginning; give the daemon's own address with --host")

// chain knows the servers that a connection came through. Each server binds its
// end of a connection to a Unix socket to a name that lists the servers before it.
// The kernel shows the name to the other side: no byte on the connection changes.
type chain struct {
	id    string
	count atomic.Uint64 // a name is given once
}

const chainMark = "@dockwire."

// maxChain is how many servers a name has room for. Of a longer chain, the
// latest are known, and a loop is noticed all the same.
const maxChain = 8

func newChain() *chain {
	var id [4]byte
	_, _ = rand.Read(id[:])
	return &chain{id: hex.EncodeToString(id[:])}
}

// before are the servers a client's connection came through.
func (c *chain) before(client net.Conn) []string {
	u, ok := client.(*net.UnixConn)
	if !ok {
		return nil
	}
	at, ok := u.RemoteAddr().(*net.UnixAddr)
	if !ok || at == nil {
		return nil
	}
	list, ok := strings.CutPrefix(at.Name, chainMark)
	if !ok {
		return nil
	}
	list, _, _ = strings.Cut(list, ":")
	return strings.Split(list, ".")
}

// check refuses a connection that has been here before.
func (c *chain) check(before []string) error {
	if slices.Contains(before, c.id) {
		return ErrLoop
	}
	return nil
}

// name is a name for the next connection upstream; nil: none is possible here.
func (c *chain) name(before []string) *net.UnixAddr {
	if !abstractSockets {
		return nil
	}
	list := append(slices.Clone(before), c.id)
	list = list[max(0, len(list)-maxChain):]
	return &net.UnixAddr{Net: "unix", Name: fmt.Sprintf("%s%s:%x", chainMark, strings.Join(list, "."), c.count.Add(1))}
}

// ErrUnanswered is why a client is refused when many wait already: over TCP
// nothing tells whether upstream leads back here through other taps, but that
// each waits for the next one shows.
var ErrUnanswered = fmt.Errorf("%d connections wait for a first byte from upstream: it hangs, or a chain of taps ends at its own beginning; give the daemon's own address with --host", maxUnanswered)

const maxUnanswered = 256

// ends are the addresses of a TCP connection. Both have to fit: a port of this
// machine may be the near end of several connections at a time, as long as they
// lead to different places.
type ends struct{ near, far netip.AddrPort }

func endsOf(c interface {
	LocalAddr() net.Addr
	RemoteAddr() net.Addr
}) (e ends, ok bool) {
	near, ok1 := c.LocalAddr().(*net.TCPAddr)
	far, ok2 := c.RemoteAddr().(*net.TCPAddr)
	if !ok1 || !ok2 {
		return ends{}, false
	}
	return ends{unmapped(near), unmapped(far)}, true
}

func unmapped(a *net.TCPAddr) netip.AddrPort {
	p := a.AddrPort()
	return netip.AddrPortFrom(p.Addr().Unmap(), p.Port())
}

// tcpLoop reports why a client that came by TCP may have come round in a loop.
func (s *Server) tcpLoop(client conn) error {
	e, ok := endsOf(client)
	if !ok {
		return nil
	}
	s.mu.Lock()
	_, ours := s.dialled[ends{near: e.far, far: e.near}]
	s.mu.Unlock()
	switch {
	case ours:
		return ErrLoop
	case s.unanswered.Load() >= maxUnanswered:
		return ErrUnanswered
	}
	return nil
}
