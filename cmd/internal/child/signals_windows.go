package child

import (
	"os"
	"syscall"
)

var Signals = []os.Signal{os.Interrupt}

// ResizeSignals are empty: Windows has no signal for a new size.
var ResizeSignals []os.Signal

// fromTerminal says whether a console sends this signal to all its processes.
func fromTerminal(s os.Signal) bool { return s == os.Interrupt }

func exitCode(state *os.ProcessState) int { return state.ExitCode() }

func deathSignal(*os.ProcessState) syscall.Signal { return 0 }
