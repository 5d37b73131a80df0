package intercept

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"strings"
	"sync"
	"syscall"
	"time"
)

// Access says which users may connect to a socket file.
type Access uint8

const (
	// Private is for this user only: mode 0600.
	Private Access = iota
	// LikeUpstream is for the users that may connect to the upstream's socket:
	// its mode, and its group if that is allowed. Without a Unix upstream
	// it is Private.
	LikeUpstream
)

// socketFile is a listening Unix socket whose file is removed with it.
type socketFile struct {
	*net.UnixListener
	path string

	mu   sync.Mutex
	mine fs.FileInfo // nil: it has been removed
}

// listenUnix makes a socket file. It is 0600 from its first moment and only
// then widened where asked to.
func listenUnix(path string, upstream Endpoint, access Access) (net.Listener, error) {
	if strings.HasPrefix(path, "@") {
		return nil, errors.New("abstract sockets have no file mode, any user of the machine could connect; give the path of a file")
	}
	if err := clearStale(path); err != nil {
		return nil, err
	}
	l, err := bindPrivate(path)
	if err != nil {
		return nil, err
	}
	l.SetUnlinkOnClose(false) // it goes by the path alone
	f := &socketFile{UnixListener: l, path: path}
	if f.mine, err = os.Lstat(path); err == nil && access == LikeUpstream && upstream.Scheme == "unix" {
		err = openLike(path, upstream.Address)
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

// Close removes the file if it is still the one that was made, then closes
// the socket. In this order the file's inode number cannot have been given to
// another file in the meantime. A second Close removes nothing: by then it may
// have been.
func (f *socketFile) Close() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	now, err := os.Lstat(f.path)
	if err == nil && f.mine != nil && os.SameFile(now, f.mine) {
		err = os.Remove(f.path)
	}
	f.mine = nil
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	return errors.Join(err, f.UnixListener.Close())
}

// clearStale removes a socket file that nobody listens on, as a program that
// was killed leaves it. Anything else at path is an error.
func clearStale(path string) error {
	before, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if before.Mode().Type() != fs.ModeSocket {
		return fmt.Errorf("%s exists and is %s, not a socket; it is not replaced", path, kindOf(before))
	}
	if err := listenedOn(path); err != nil {
		return err
	}
	now, err := os.Lstat(path)
	if err != nil {
		return err
	}
	if !os.SameFile(before, now) || !before.ModTime().Equal(now.ModTime()) {
		return fmt.Errorf("%s is being replaced by another program", path)
	}
	return os.Remove(path)
}

// listenedOn is nil if a connection to the socket is refused.
func listenedOn(path string) error {
	d := net.Dialer{Timeout: time.Second}
	c, err := d.DialContext(context.Background(), "unix", path)
	if err == nil {
		c.Close()
	}
	switch {
	case err == nil, errors.Is(err, syscall.EAGAIN): // EAGAIN: its backlog is full
		return fmt.Errorf("%s is in use: somebody listens on it", path)
	case isRefused(err):
		return nil
	}
	return fmt.Errorf("%s exists, and whether it is in use cannot be found out: %w", path, err)
}

func kindOf(fi fs.FileInfo) string {
	switch fi.Mode().Type() {
	case fs.ModeSymlink:
		return "a symbolic link"
	case fs.ModeDir:
		return "a folder"
	case fs.ModeNamedPipe:
		return "a named pipe"
	case 0:
		return "a file"
	}
	return "something else"
}
