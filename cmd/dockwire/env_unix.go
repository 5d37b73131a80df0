//go:build unix

package main

import (
	"net"
	"os"
	"syscall"
)

// ours reports whether a folder belongs to this user and nobody else can write to
// it: any user can make a folder of any name in a shared /tmp.
func ours(dir string) bool {
	info, err := os.Lstat(dir)
	if err != nil || !info.IsDir() || info.Mode().Perm()&0o022 != 0 {
		return false
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	return ok && int(stat.Uid) == os.Getuid()
}

// listened reports whether a process accepts connections on a socket. A tap there
// sees the attempt as a connection without bytes.
func listened(socket string) bool {
	c, err := net.Dial("unix", socket)
	if err != nil {
		return false
	}
	_ = c.Close()
	return true
}
