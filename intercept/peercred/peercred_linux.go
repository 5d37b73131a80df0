package peercred

import "golang.org/x/sys/unix"

// read asks with SO_PEERCRED (unix(7)).
func (p *Credentials) read(fd int) {
	if cred, err := unix.GetsockoptUcred(fd, unix.SOL_SOCKET, unix.SO_PEERCRED); err == nil {
		*p = Credentials{PID: int(cred.Pid), UID: int(cred.Uid), HasUID: true}
	}
}
