//go:build unix

package takeover

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"syscall"
)

// occupant says whose socket is at the place of the daemon's.
type occupant uint8

const (
	nobody   occupant = iota
	original          // the daemon's socket, as it was
	ours              // dockwire's, alive or dead
	another           // another that is listened on: the daemon made a new one
)

// Restore puts right what a takeover of path that was killed has left. It says
// what it did, nothing if there was nothing to do. A takeover that lives is an
// error.
func Restore(path string) ([]string, error) {
	if dir, err := filepath.EvalSymlinks(filepath.Dir(path)); err == nil {
		path = filepath.Join(dir, filepath.Base(path))
	}
	j, err := open(path)
	if j == nil {
		return nil, err
	}
	at, err := occupantOf(path, j.Original)
	if err != nil {
		return nil, errors.Join(err, j.file.Close())
	}
	did, err := j.undo(at)
	if err != nil {
		return nil, errors.Join(withoutRight(path, err), j.file.Close())
	}
	return []string{"after a dockwire that was killed: " + did}, j.remove()
}

// occupantOf looks at what a dead process left: its socket refuses.
func occupantOf(path string, daemons identity) (occupant, error) {
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nobody, nil
	case err != nil:
		return another, err
	case identify(info) == daemons:
		return original, nil
	}
	alive, err := answers(path)
	if err != nil || alive {
		return another, err
	}
	return ours, nil
}

// undo takes back every step that may have been done.
func (j *journal) undo(at occupant) (did string, err error) {
	aside := j.Path + asideSuffix
	if err := removeIfThere(j.Path + placeSuffix); err != nil {
		return "", err
	}
	_, err = os.Lstat(aside)
	switch {
	case errors.Is(err, fs.ErrNotExist) && at == ours:
		return fmt.Sprintf("removed our own socket %s; the daemon's is gone, restart the daemon", j.Path), os.Remove(j.Path)
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Sprintf("%s had not been moved", j.Path), nil
	case err != nil:
		return "", err
	case at == original:
		return fmt.Sprintf("%s had not been moved", j.Path), os.Remove(aside)
	case at == another:
		return fmt.Sprintf("%s is a new socket, which the daemon has made in the meantime; removed its old one", j.Path), os.Remove(aside)
	}
	alive, err := answers(aside)
	if err != nil {
		return "", err
	}
	if !alive { // the daemon has ended, and would have removed its socket
		return fmt.Sprintf("the daemon has ended; removed its old socket and ours from %s", j.Path), errors.Join(removeIfThere(j.Path), os.Remove(aside))
	}
	return fmt.Sprintf("the daemon's own socket is back at %s", j.Path), os.Rename(aside, j.Path)
}

func removeIfThere(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// answers reports whether somebody listens on a socket.
func answers(path string) (bool, error) {
	c, err := net.DialUnix("unix", nil, &net.UnixAddr{Name: path, Net: "unix"})
	switch {
	case err == nil:
		c.Close()
		return true, nil
	case errors.Is(err, syscall.EAGAIN): // its backlog is full
		return true, nil
	case errors.Is(err, syscall.ECONNREFUSED), errors.Is(err, fs.ErrNotExist):
		return false, nil
	}
	return false, err
}
