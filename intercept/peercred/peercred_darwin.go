package peercred

import "golang.org/x/sys/unix"

// read asks with LOCAL_PEERPID and LOCAL_PEERCRED (xnu bsd/sys/un.h).
func (p *Credentials) read(fd int) {
	if pid, err := unix.GetsockoptInt(fd, unix.SOL_LOCAL, unix.LOCAL_PEERPID); err == nil {
		p.PID = pid
	}
	if cred, err := unix.GetsockoptXucred(fd, unix.SOL_LOCAL, unix.LOCAL_PEERCRED); err == nil {
		p.UID, p.HasUID = int(cred.Uid), true
	}
}
