//go:build unix

package child

import (
	"os"
	"syscall"
)

var Signals = []os.Signal{
	syscall.SIGINT, syscall.SIGQUIT, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGUSR1, syscall.SIGUSR2,
}

// ResizeSignals say that the terminal's size has changed.
var ResizeSignals = []os.Signal{syscall.SIGWINCH}

// fromTerminal says whether a terminal sends this signal to its whole foreground
// process group.
func fromTerminal(s os.Signal) bool { return s == syscall.SIGINT || s == syscall.SIGQUIT }

// exitCode is the child's exit code as a shell gives it: 128 and the signal
// when it was killed.
func exitCode(state *os.ProcessState) int {
	if s := deathSignal(state); s != 0 {
		return 128 + int(s)
	}
	return state.ExitCode()
}

// deathSignal is the signal that the child died of, or 0.
func deathSignal(state *os.ProcessState) syscall.Signal {
	if status, ok := state.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return status.Signal()
	}
	return 0
}
