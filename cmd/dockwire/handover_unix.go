//go:build unix

package main

import "syscall"

// upgradeSignal makes a tap start the one that takes over from it.
const upgradeSignal = syscall.SIGUSR2
