package loadtest

import (
	"crypto/tls"
	"net"
)

// Addr is an address to listen on or to dial, as package net names them.
type Addr struct {
	Network, Address string
	TLS              *tls.Config // nil: the connections are plain
}

// Unix is the address of a Unix socket.
func Unix(path string) Addr { return Addr{Network: "unix", Address: path} }

// Dial connects to the address.
func (a Addr) Dial() (net.Conn, error) {
	if a.TLS != nil {
		return tls.Dial(a.Network, a.Address, a.TLS)
	}
	return net.Dial(a.Network, a.Address)
}

// listen binds the address and returns it as bound.
func (a Addr) listen() (net.Listener, Addr, error) {
	l, err := net.Listen(a.Network, a.Address)
	if err != nil {
		return nil, Addr{}, err
	}
	a.Address = l.Addr().String()
	if a.TLS != nil {
		l = tls.NewListener(l, a.TLS)
	}
	return l, a, nil
}
