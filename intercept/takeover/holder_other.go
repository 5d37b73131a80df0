//go:build unix && !linux

package takeover

import "net"

// systemdHolds: there is no systemd here.
func systemdHolds(*net.UnixConn, string) bool { return false }
