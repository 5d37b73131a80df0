package replay

import (
	"net"
	"strconv"

	"golang.org/x/sys/unix"
)

// processOf names the client's process, "" when the kernel does not tell
// (SO_PEERCRED, unix(7)).
func processOf(nc net.Conn) string {
	u, ok := nc.(*net.UnixConn)
	if !ok {
		return ""
	}
	raw, err := u.SyscallConn()
	if err != nil {
		return ""
	}
	pid := 0
	_ = raw.Control(func(fd uintptr) { // on error nothing is known
		if cred, err := unix.GetsockoptUcred(int(fd), unix.SOL_SOCKET, unix.SO_PEERCRED); err == nil {
			pid = int(cred.Pid)
		}
	})
	if pid <= 0 {
		return ""
	}
	return "pid " + strconv.Itoa(pid)
}
