package child

import "syscall"

// DieBy does nothing: on Windows no process dies of a signal.
func DieBy(syscall.Signal) {}
