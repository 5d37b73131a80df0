package intercept

import "syscall"

// sshAttributes keeps the terminal's signals from ssh, and ends it with us
// (docker/cli cli/connhelper/commandconn does the same).
func sshAttributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setsid: true, Pdeathsig: syscall.SIGKILL}
}
