//go:build !linux

package main

import (
	"errors"
	"syscall"
)

func apart() (*syscall.SysProcAttr, error) {
	return nil, errors.New("--dockerd: dockerd is started on Linux only; without --dockerd dockwire takes its place")
}
