//go:build unix

package takeover

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// journal is what a takeover writes down before it does it. The file is locked
// for as long as its process lives; the kernel lets go of the lock of one that
// was killed.
type journal struct {
	Path     string
	PID      int
	Original identity // the daemon's socket
	Ours     identity // zero until the swap

	file *os.File
}

// identity names a file whatever it is called.
type identity struct{ Device, Inode uint64 }

func identify(info fs.FileInfo) identity {
	s := info.Sys().(*syscall.Stat_t)
	return identity{uint64(s.Dev), uint64(s.Ino)}
}

func begin(path string, original identity) (*journal, error) {
	f, err := os.OpenFile(path+journalSuffix, os.O_CREATE|os.O_EXCL|os.O_RDWR|syscall.O_NOFOLLOW, 0o600)
	if err != nil {
		return nil, err
	}
	j := &journal{Path: path, PID: os.Getpid(), Original: original, file: f}
	if err := lock(f); err != nil {
		f.Close()
		return nil, err
	}
	if err := j.write(); err != nil {
		return nil, errors.Join(err, j.remove())
	}
	return j, nil
}

// open reads the journal of a takeover that was killed; nil if there is none.
func open(path string) (*journal, error) {
	f, err := os.OpenFile(path+journalSuffix, os.O_RDWR|syscall.O_NOFOLLOW, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, withoutRight(path, err)
	}
	j := &journal{file: f}
	bad := json.NewDecoder(f).Decode(j)
	if err := lock(f); err != nil {
		f.Close()
		return nil, fmt.Errorf("another dockwire (process %d) has taken %s over: end it first", j.PID, path)
	}
	if bad != nil { // killed in the middle of writing it: nothing had been moved
		j.Original, j.Ours = identity{}, identity{}
	}
	j.Path = path
	return j, nil
}

func lock(f *os.File) error { return unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB) }

func (j *journal) swapping(ours fs.FileInfo) error {
	j.Ours = identify(ours)
	return j.write()
}

// write replaces the content. The content grows only, so that what a crash
// leaves is the old or the new one or cannot be read.
func (j *journal) write() error {
	b, err := json.Marshal(j)
	if err != nil {
		return err
	}
	if _, err := j.file.WriteAt(append(b, '\n'), 0); err != nil {
		return err
	}
	return j.file.Sync()
}

// remove ends the takeover.
func (j *journal) remove() error {
	err := os.Remove(j.Path + journalSuffix)
	return errors.Join(err, j.file.Close())
}
