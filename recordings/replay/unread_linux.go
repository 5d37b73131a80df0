package replay

import (
	"net"

	"golang.org/x/sys/unix"
)

// unread is how much of what was written the client has not read yet; known
// for Unix sockets, whose queue is the reader's (SIOCOUTQ, unix(7)).
func unread(nc net.Conn) (n int, known bool) {
	u, ok := nc.(*net.UnixConn)
	if !ok {
		return 0, false
	}
	raw, err := u.SyscallConn()
	if err != nil {
		return 0, false
	}
	err = raw.Control(func(fd uintptr) {
		var e error
		n, e = unix.IoctlGetInt(int(fd), unix.SIOCOUTQ)
		known = e == nil
	})
	return n, known && err == nil
}
