package intercept

import "golang.org/x/sys/unix"

// commands keeps what reading command lines needs; here it needs nothing.
type commands struct{}

func (*commands) of(pid int) []string {
	args, err := unix.SysctlRaw("kern.procargs2", pid)
	if err != nil {
		return nil
	}
	return parseProcargs(args)
}

func (*commands) close() {}
