//go:build unix

package main

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestSystemdIsTold(t *testing.T) {
	path := filepath.Join(t.TempDir(), "notify")
	systemd, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: path, Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	defer systemd.Close()
	if err := ready(path); err != nil {
		t.Fatal(err)
	}
	b := make([]byte, 100)
	n, err := systemd.Read(b)
	if want := fmt.Sprintf("READY=1\nMAINPID=%d", os.Getpid()); err != nil || string(b[:n]) != want {
		t.Errorf("told %q, want %q (%v)", b[:n], want, err)
	}
	if err := ready(""); err != nil {
		t.Errorf("without systemd: %v", err)
	}
	if err := ready(path + "-gone"); err == nil || !strings.Contains(err.Error(), "systemd is not told") {
		t.Errorf("a socket that is gone: %v", err)
	}
}
