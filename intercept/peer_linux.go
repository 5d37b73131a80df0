package intercept

import (
	"net"

	"golang.org/x/sys/unix"
)

// credentials reads SO_PEERCRED (unix(7)): who called connect(2). The process
// id is 0 when that process lives in a pid namespace we cannot see into.
func (s *Server) credentials(c *net.UnixConn) Peer {
	raw, err := c.SyscallConn()
	if err != nil {
		return Peer{}
	}
	var cred *unix.Ucred
	err = raw.Control(func(fd uintptr) {
		cred, _ = unix.GetsockoptUcred(int(fd), unix.SOL_SOCKET, unix.SO_PEERCRED)
	})
	if err != nil || cred == nil {
		return Peer{}
	}
	p := Peer{PID: int(cred.Pid), UID: int(cred.Uid), HasUID: true}
	if p.PID > 0 {
		p.Command = s.commands.of(p.PID)
	}
	return p
}
