package intercept

import (
	"syscall"

	"golang.org/x/sys/unix"
)

// unsent is how many bytes of a TCP connection its peer's kernel has not
// acknowledged yet (tcp(7), SIOCOUTQ). What was written to a Unix socket is
// with its peer at once.
func unsent(c conn) int {
	s, ok := c.(syscall.Conn)
	if !ok || isUnix(c) {
		return 0
	}
	raw, err := s.SyscallConn()
	if err != nil {
		return 0
	}
	var n int
	_ = raw.Control(func(fd uintptr) { // an error means that we closed it ourselves
		n, _ = unix.IoctlGetInt(int(fd), unix.SIOCOUTQ)
	})
	return n
}
