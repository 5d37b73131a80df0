package main

import "syscall"

// upgradeSignal is one that never comes.
const upgradeSignal = syscall.Signal(-1)
