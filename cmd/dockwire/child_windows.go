package main

import (
	"os"
	"syscall"
)

var childSignals = []os.Signal{os.Interrupt}

// resizeSignals tell that the terminal has another size; Windows has none.
var resizeSignals []os.Signal

// fromTerminal tells which signals a console sends to all its processes.
func fromTerminal(s os.Signal) bool { return s == os.Interrupt }

func exitCode(state *os.ProcessState) int { return state.ExitCode() }

func deathSignal(*os.ProcessState) syscall.Signal { return 0 }
