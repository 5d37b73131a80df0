//go:build unix && !linux

package intercept

import "syscall"

// sshAttributes keeps the terminal's signals from ssh.
func sshAttributes() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setsid: true} }
