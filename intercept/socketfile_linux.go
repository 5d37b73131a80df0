package intercept

import (
	"cmp"
	"context"
	"fmt"
	"net"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// bindPrivate binds a socket whose file never had a mode wider than 0600.
// bind(2) gives the file the mode of the socket's own inode less the umask
// (Linux net/unix/af_unix.c, unix_bind_bsd), so it is narrowed before. Setting
// the umask instead would concern every thread of the process.
func bindPrivate(path string) (*net.UnixListener, error) {
	lc := net.ListenConfig{Control: func(_, _ string, raw syscall.RawConn) error {
		var chmod error
		err := raw.Control(func(fd uintptr) { chmod = unix.Fchmod(int(fd), 0o600) })
		err = cmp.Or(err, chmod)
		return err
	}}
	l, err := lc.Listen(context.Background(), "unix", path)
	if err != nil {
		return nil, err
	}
	return l.(*net.UnixListener), nil
}

// openLike widens our socket file towards the mode of the upstream's. Group
// bits are only given to the upstream's group. The file is held by a
// descriptor, so that nothing put in its place meanwhile is touched.
func openLike(path, upstream string) error {
	var up unix.Stat_t
	if err := unix.Stat(upstream, &up); err != nil {
		return nil // not there yet: stays private
	}
	fd, err := unix.Open(path, unix.O_PATH|unix.O_NOFOLLOW|unix.O_CLOEXEC, 0)
	if err != nil {
		return &os.PathError{Op: "open", Path: path, Err: err}
	}
	defer unix.Close(fd)
	var own unix.Stat_t
	if err := unix.Fstat(fd, &own); err != nil {
		return &os.PathError{Op: "stat", Path: path, Err: err}
	}
	if own.Mode&unix.S_IFMT != unix.S_IFSOCK || int(own.Uid) != os.Geteuid() {
		return fmt.Errorf("%s was replaced by another program", path)
	}
	mode := up.Mode & 0o666
	if own.Gid != up.Gid && unix.Fchownat(fd, "", -1, int(up.Gid), unix.AT_EMPTY_PATH) != nil {
		mode &^= 0o060
	}
	// fchmod(2) refuses O_PATH descriptors; their /proc link does not.
	if err := unix.Chmod(fmt.Sprintf("/proc/self/fd/%d", fd), mode|0o600); err != nil {
		return &os.PathError{Op: "chmod", Path: path, Err: err}
	}
	return nil
}
