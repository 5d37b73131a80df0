//go:build unix

package takeover

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"syscall"

	"golang.org/x/sys/unix"
)

// Names beside a socket PATH, all in its folder, as a rename needs.
const (
	asideSuffix   = ".dockwire-aside"   // the daemon's own socket
	placeSuffix   = ".dockwire-new"     // ours, until it is in its place
	journalSuffix = ".dockwire-journal" // what to put back
)

// A Takeover takes, or is about to take, the place of a daemon's socket.
type Takeover struct {
	Path  string // the daemon's socket as clients know it, without symbolic links
	Aside string // where the daemon is reached meanwhile
	Place string // where to listen before Swap

	journal *journal
}

// Begin prepares to take the place of the socket at path: it puts right what a
// killed takeover left there, says in its error why it cannot be done where it
// cannot, and gives the socket its second name. Nothing has moved yet. End
// must be called.
func Begin(path string) (*Takeover, []string, error) {
	path, err := filepath.EvalSymlinks(path)
	if err != nil {
		return nil, nil, fmt.Errorf("there is no daemon's socket to take over: %w", err)
	}
	if path, err = filepath.Abs(path); err != nil {
		return nil, nil, err
	}
	restored, err := Restore(path)
	if err != nil {
		return nil, nil, err
	}
	original, err := examine(path)
	if err != nil {
		return nil, restored, err
	}
	t := &Takeover{Path: path, Aside: path + asideSuffix, Place: path + placeSuffix}
	if t.journal, err = begin(path, original); err != nil {
		return nil, restored, withoutRight(path, err)
	}
	if err := os.Link(path, t.Aside); err != nil {
		err = withoutRight(path, err)
		return nil, restored, errors.Join(err, t.journal.remove())
	}
	return t, restored, nil
}

// Adopt goes on with the takeover of path that another process has begun and
// given up with Leave. f is that one's Journal, whose lock comes with it.
func Adopt(path string, f *os.File) (*Takeover, error) {
	path, err := filepath.EvalSymlinks(path)
	if err == nil {
		path, err = filepath.Abs(path)
	}
	if err != nil {
		return nil, err
	}
	j := &journal{file: f}
	if err := json.NewDecoder(io.NewSectionReader(f, 0, 1<<20)).Decode(j); err != nil || j.Path != path {
		return nil, fmt.Errorf("the takeover of %s cannot go on: its journal is of %q: %w", path, j.Path, err)
	}
	j.PID = os.Getpid()
	return &Takeover{Path: path, Aside: path + asideSuffix, Place: path + placeSuffix, journal: j}, j.write()
}

// Journal is a descriptor of the journal, for the process that goes on with the
// takeover. The caller closes it.
func (t *Takeover) Journal() (*os.File, error) {
	fd, err := unix.FcntlInt(t.journal.file.Fd(), unix.F_DUPFD_CLOEXEC, 0)
	if err != nil {
		return nil, err
	}
	return os.NewFile(uintptr(fd), t.journal.file.Name()), nil
}

// Leave leaves the takeover to another process, which has its Journal.
func (t *Takeover) Leave() error { return t.journal.file.Close() }

// Swap gives the socket at Place, which the caller listens on by now, the
// owner and mode of the daemon's and renames it to Path.
func (t *Takeover) Swap() error {
	theirs, err := os.Lstat(t.Aside)
	if err != nil {
		return err
	}
	now, err := os.Lstat(t.Path)
	if err != nil || !os.SameFile(now, theirs) {
		return fmt.Errorf("%s was replaced just now (was the daemon restarted?): try again", t.Path)
	}
	owner := theirs.Sys().(*syscall.Stat_t)
	if err := os.Lchown(t.Place, int(owner.Uid), int(owner.Gid)); err != nil {
		return fmt.Errorf("our socket cannot be given the owner of the daemon's: %w", withoutRight(t.Path, err))
	}
	if err := os.Chmod(t.Place, theirs.Mode().Perm()); err != nil {
		return fmt.Errorf("our socket cannot be given the mode of the daemon's: %w", err)
	}
	ours, err := os.Lstat(t.Place)
	if err != nil {
		return err
	}
	if err := t.journal.swapping(ours); err != nil {
		return err
	}
	return os.Rename(t.Place, t.Path)
}

// End puts the daemon's socket back. Its result says what was done. Connections
// that exist stay.
func (t *Takeover) End() (string, error) {
	did, err := t.journal.undo(t.occupant())
	if err != nil {
		return "", fmt.Errorf("%s could not be put back (the daemon is reached by %s): %w", t.Path, t.Aside, err)
	}
	return did, t.journal.remove()
}

func (t *Takeover) occupant() occupant {
	switch now, err := os.Lstat(t.Path); {
	case errors.Is(err, fs.ErrNotExist):
		return nobody
	case err != nil:
		return another
	case identify(now) == t.journal.Ours:
		return ours
	case identify(now) == t.journal.Original:
		return original
	}
	return another
}

// examine finds out whether there is something at path that can be taken over.
func examine(path string) (identity, error) {
	info, err := os.Lstat(path)
	if err != nil {
		return identity{}, err
	}
	if info.Mode().Type() != fs.ModeSocket {
		return identity{}, fmt.Errorf("%s is not a socket", path)
	}
	c, err := net.DialUnix("unix", nil, &net.UnixAddr{Name: path, Net: "unix"})
	if err != nil {
		return identity{}, fmt.Errorf("nobody answers on %s, so there is nothing to take over: %w", path, err)
	}
	defer c.Close()
	if systemdHolds(c, "/proc") {
		return identity{}, fmt.Errorf(`%s belongs to systemd (a socket unit, docker.socket most likely), which makes it again whenever the unit is restarted; it is not taken over. Have the unit listen elsewhere and give dockwire its old place instead:
  systemctl edit docker.socket    ([Socket], ListenStream=, ListenStream=%s)
  dockwire tap --listen unix://%s -H unix://%s`, path, "/run/docker-real.sock", path, "/run/docker-real.sock")
	}
	return identify(info), nil
}

// withoutRight explains a missing permission.
func withoutRight(path string, err error) error {
	if errors.Is(err, fs.ErrPermission) {
		return fmt.Errorf("taking over %s needs the right to rename in %s and to give files away, as root has it (sudo dockwire …): %w", path, filepath.Dir(path), err)
	}
	return err
}
