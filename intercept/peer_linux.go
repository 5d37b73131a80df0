package intercept

import (
	"net"
	"strconv"
	"strings"

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
		p.Command = s.commandOf(p.PID)
	}
	return p
}

// commandOf reads /proc/PID/cmdline with bare system calls: os.ReadFile costs
// three times as much, and this is on the way of every new connection.
func (s *Server) commandOf(pid int) []string {
	fd, err := unix.Open("/proc/"+strconv.Itoa(pid)+"/cmdline", unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil
	}
	defer unix.Close(fd)
	b := s.buffers.getLarge()
	defer b.drop(heldByRelay)
	n, err := unix.Read(fd, b.mem)
	if err != nil || n == 0 {
		return nil
	}
	args := strings.Split(strings.TrimSuffix(string(b.mem[:n]), "\x00"), "\x00")
	if n == len(b.mem) {
		args = append(args, "…") // the command line is longer than we read
	}
	return args
}
