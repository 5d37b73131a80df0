package replay

import (
	"net"
	"strconv"

	"golang.org/x/sys/unix"
)

// processOf names the client's process, "" when the kernel does not tell
// (LOCAL_PEERPID, xnu bsd/sys/un.h).
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
		pid, _ = unix.GetsockoptInt(int(fd), unix.SOL_LOCAL, unix.LOCAL_PEERPID)
	})
	if pid <= 0 {
		return ""
	}
	return "pid " + strconv.Itoa(pid)
}
