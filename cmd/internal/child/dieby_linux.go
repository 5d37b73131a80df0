package child

import (
	"os"
	"syscall"
	"time"
	"unsafe"
)

// DieBy ends dockwire by the signal that ended its command, as a shell looks at
// how its child died: a loop goes on after a child that exits with 130, and
// ends after one that died of Ctrl-C. It returns if that did not work.
func DieBy(s syscall.Signal) {
	_ = syscall.Setrlimit(syscall.RLIMIT_CORE, &syscall.Rlimit{}) // the command's core is enough
	// The runtime handles most signals and gives none back; rt_sigaction(2)
	// with zeros is SIG_DFL, and Linux' set of signals has 8 bytes.
	var byDefault [64]byte
	_, _, _ = syscall.RawSyscall6(syscall.SYS_RT_SIGACTION, uintptr(s), uintptr(unsafe.Pointer(&byDefault)), 0, 8, 0, 0)
	_ = syscall.Kill(os.Getpid(), s)
	time.Sleep(time.Second) // it is delivered to any thread
}
