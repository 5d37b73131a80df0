//go:build !linux

package intercept

import (
	"net"
	"os"
	"path/filepath"
)

// bindPrivate binds a socket whose file never had a mode wider than 0600 where
// anybody could reach it: it is made in a folder of our own and moved to its
// place when its mode is right. Setting the umask instead would concern every
// thread of the process.
func bindPrivate(path string) (*net.UnixListener, error) {
	dir, err := os.MkdirTemp(filepath.Dir(path), ".dw")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	hidden := filepath.Join(dir, "s")
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: hidden, Net: "unix"})
	if err != nil {
		return nil, err
	}
	l.SetUnlinkOnClose(false)
	if err = os.Chmod(hidden, 0o600); err == nil {
		err = os.Rename(hidden, path)
	}
	if err != nil {
		l.Close()
		return nil, err
	}
	return l, nil
}

// openLike leaves the file private: that is narrower than any upstream's.
func openLike(path, upstream string) error { return nil }
