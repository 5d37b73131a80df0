package takeover

import (
	"net"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"
)

// systemdHolds reports whether the socket that c is connected to was made by
// systemd for a unit: the peer of a connection to it is the process that called listen(2)
// (unix(7), SO_PEERCRED), process 1 then.
func systemdHolds(c *net.UnixConn, proc string) bool {
	raw, err := c.SyscallConn()
	if err != nil {
		return false
	}
	var cred *unix.Ucred
	_ = raw.Control(func(fd uintptr) { cred, _ = unix.GetsockoptUcred(int(fd), unix.SOL_SOCKET, unix.SO_PEERCRED) })
	return cred != nil && isSystemd(int(cred.Pid), proc)
}

// isSystemd looks at the name too: in a container dockerd may be process 1.
func isSystemd(pid int, proc string) bool {
	name, err := os.ReadFile(filepath.Join(proc, "1", "comm"))
	return pid == 1 && err == nil && strings.TrimSpace(string(name)) == "systemd"
}
