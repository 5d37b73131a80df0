// Package peercred asks the kernel which process is at the other end of a Unix
// socket. The relay and the fake daemon both tell clients apart by it.
//
// It must not know anything else of ours.
package peercred

import "net"

// Credentials are those of the process that called connect(2). What the kernel
// does not know stays zero.
type Credentials struct {
	PID    int // 0 also when the process is in a pid namespace that we cannot see into
	UID    int
	HasUID bool
}

// Of asks for the credentials of c's other end.
func Of(c *net.UnixConn) Credentials {
	raw, err := c.SyscallConn()
	if err != nil {
		return Credentials{}
	}
	var p Credentials
	_ = raw.Control(func(fd uintptr) { p.read(int(fd)) }) // on error nothing is known, as p says
	return p
}
