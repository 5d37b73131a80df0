package intercept

import (
	"net"

	"golang.org/x/sys/unix"
)

// credentials reads LOCAL_PEERPID and LOCAL_PEERCRED (xnu bsd/sys/un.h).
func (s *Server) credentials(c *net.UnixConn) Peer {
	raw, err := c.SyscallConn()
	if err != nil {
		return Peer{}
	}
	var p Peer
	_ = raw.Control(func(fd uintptr) { // on error nothing is known, as p says
		if pid, err := unix.GetsockoptInt(int(fd), unix.SOL_LOCAL, unix.LOCAL_PEERPID); err == nil {
			p.PID = pid
		}
		if cred, err := unix.GetsockoptXucred(int(fd), unix.SOL_LOCAL, unix.LOCAL_PEERCRED); err == nil {
			p.UID, p.HasUID = int(cred.Uid), true
		}
	})
	if p.PID > 0 {
		if args, err := unix.SysctlRaw("kern.procargs2", p.PID); err == nil {
			p.Command = parseProcargs(args)
		}
	}
	return p
}
