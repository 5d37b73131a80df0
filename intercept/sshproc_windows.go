package intercept

import "syscall"

// sshAttributes keeps the console's Ctrl-C from ssh.
func sshAttributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{CreationFlags: syscall.CREATE_NEW_PROCESS_GROUP}
}
