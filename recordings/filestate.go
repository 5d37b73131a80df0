package recordings

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// What can happen to the file of a recording while it is written.
var (
	errDeleted   = errors.New("the file was deleted")
	errReplaced  = errors.New("another file was put in its place")
	errMoved     = errors.New("the file was moved away")
	errTruncated = errors.New("the file was truncated")
	errShared    = errors.New("another program writes to the file")
)

// fileState says what happened to the open file of the recording at path, which
// had that size when it was last written; nil if it is unchanged.
func fileState(f *os.File, path string, size int64) error {
	held, err := f.Stat()
	if err != nil {
		return err
	}
	switch {
	case held.Size() < size:
		return errTruncated
	case held.Size() > size:
		return errShared
	}
	at, err := os.Lstat(path)
	switch {
	case err == nil && os.SameFile(at, held):
		return nil
	case linked(held):
		return errMoved
	case errors.Is(err, fs.ErrNotExist):
		return errDeleted
	}
	return errReplaced
}

// secured opens an existing recording to continue or to replace it, and locks
// it: two programs that write one file destroy it.
func secured(path string, flag int) (*os.File, error) {
	f, err := os.OpenFile(path, flag, 0)
	if err != nil {
		return nil, err
	}
	if err := lock(f); err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

// private reports why what is written to an existing file could be read by
// others than its owner, or belong to another user.
func private(info fs.FileInfo) error {
	if err := ownedByUs(info); err != nil {
		return err
	}
	if mode := info.Mode().Perm(); mode&0o077 != 0 && modesCount {
		return fmt.Errorf("its mode is %04o, so that others than its owner may use it: chmod 600 it first", mode)
	}
	return nil
}
