package main

import "syscall"

// apart keeps a dockerd away from the machine's network and mounts: one that has no
// bridge removes the docker0 of the dockerd that is there already. It ends with a
// dockwire that is killed.
func apart() (*syscall.SysProcAttr, error) {
	return &syscall.SysProcAttr{Unshareflags: syscall.CLONE_NEWNET | syscall.CLONE_NEWNS, Pdeathsig: syscall.SIGTERM}, nil
}
