package certs

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// File is one file that was, or is to be, written.
type File struct {
	Path   string
	Secret bool   // 0600; others are 0644
	What   string // what it is and who needs it, in a sentence or two

	pem  []byte
	keep bool // what is there is never overwritten
}

// ErrExists says that a file is there and may not be overwritten.
var ErrExists = errors.New("exists already and is not overwritten")

// writeAll writes all files or, when one exists and overwrite is not set,
// none. No symbolic link is followed: O_EXCL fails on one, a rename replaces it.
func writeAll(files []File, overwrite bool) error {
	for _, f := range files {
		if _, err := os.Lstat(f.Path); err == nil && (f.keep || !overwrite) {
			return fmt.Errorf("%s %w", f.Path, ErrExists)
		}
	}
	for _, f := range files {
		if err := os.MkdirAll(filepath.Dir(f.Path), 0o700); err != nil {
			return err
		}
		if err := f.write(overwrite && !f.keep); err != nil {
			return err
		}
	}
	return nil
}

func (f File) write(overwrite bool) error {
	if !overwrite {
		err := f.create(f.Path)
		if errors.Is(err, fs.ErrExist) {
			return fmt.Errorf("%s %w", f.Path, ErrExists)
		}
		return err
	}
	var random [8]byte
	_, _ = rand.Read(random[:]) // never fails
	aside := f.Path + ".new-" + hex.EncodeToString(random[:])
	if err := f.create(aside); err != nil {
		return err
	}
	if err := os.Rename(aside, f.Path); err != nil {
		return errors.Join(err, os.Remove(aside))
	}
	return nil
}

func (f File) create(path string) error {
	mode := fs.FileMode(0o644)
	if f.Secret {
		mode = 0o600
	}
	out, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return err
	}
	if _, err := out.Write(f.pem); err != nil {
		return errors.Join(err, out.Close(), os.Remove(path))
	}
	return out.Close()
}
