//go:build unix

package main

import (
	"net"
	"os"
	"syscall"
)

// ours reports whether a folder is this user's and nobody else can write to it:
// in a shared /tmp anybody can make one of any name.
func ours(dir string) bool {
	info, err := os.Lstat(dir)
	if err != nil || !info.IsDir() || info.Mode().Perm()&0o022 != 0 {
		return false
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	return ok && int(stat.Uid) == os.Getuid()
}

// listened reports whether somebody accepts connections on a socket. The tap
// there sees the attempt as a connection without a word.
func listened(socket string) bool {
	c, err := net.Dial("unix", socket)
	if err != nil {
		return false
	}
	_ = c.Close()
	return true
}
