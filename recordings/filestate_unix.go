//go:build unix

package recordings

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"
)

// modesCount says whether the bits of a file's mode decide about access.
const modesCount = true

// renamesOpen says whether a file can get another name while it is open.
const renamesOpen = true

// linked reports whether an open file still has a name.
func linked(info fs.FileInfo) bool {
	s, ok := info.Sys().(*syscall.Stat_t)
	return !ok || s.Nlink > 0
}

// lock takes the file for this process until it is closed. A file system
// without locks gives none.
func lock(f *os.File) error {
	err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return errors.New("another dockwire records to it: choose another name")
	}
	return nil
}

func ownedByUs(info fs.FileInfo) error {
	s, ok := info.Sys().(*syscall.Stat_t)
	if !ok || int(s.Uid) == os.Geteuid() {
		return nil
	}
	return fmt.Errorf("it belongs to another user (uid %d): record to another file, or chown it first", s.Uid)
}
