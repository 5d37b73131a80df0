package loadtest

import "net"

// Addr is an address to listen on or to dial, as package net names them.
type Addr struct{ Network, Address string }

// Unix is the address of a Unix socket.
func Unix(path string) Addr { return Addr{"unix", path} }

// Dial connects to the address.
func (a Addr) Dial() (net.Conn, error) { return net.Dial(a.Network, a.Address) }

// listen binds the address and returns it as bound.
func (a Addr) listen() (net.Listener, Addr, error) {
	l, err := net.Listen(a.Network, a.Address)
	if err != nil {
		return nil, Addr{}, err
	}
	return l, Addr{a.Network, l.Addr().String()}, nil
}
