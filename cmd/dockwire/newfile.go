package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"github.com/dockwire/dockwire/cmd/internal/child"
)

// newFile is a file that gets its name when it is closed and whole. Until then it
// is beside that name, and what has the name stays: a dockwire that is killed
// leaves nothing that looks like a result.
type newFile struct {
	name    string
	replace bool
	file    *os.File
	failed  error // what kept it from being whole
}

// createPrivate begins a file that only its owner can read. It replaces a file only
// with force, and nothing that is no file.
func createPrivate(name string, force bool) (*newFile, error) {
	switch info, err := os.Lstat(name); {
	case err == nil && force && info.Mode().IsRegular(), errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return nil, err
	default:
		return nil, existsError(name)
	}
	f, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+"-*") // 0600
	if err != nil {
		if pathErr := (*fs.PathError)(nil); errors.As(err, &pathErr) {
			pathErr.Path = name
		}
		return nil, err
	}
	return &newFile{name: name, replace: force, file: f}, nil
}

var errExists = errors.New("exists: choose another name")

func existsError(name string) error { return fmt.Errorf("%s %w", name, errExists) }

func (f *newFile) Write(p []byte) (int, error) {
	n, err := f.file.Write(p)
	f.failed = cmp.Or(f.failed, err)
	return n, err
}

// Close gives the file its name if all that was written is in it.
func (f *newFile) Close() error {
	err := errors.Join(f.failed, f.file.Close())
	if err == nil {
		err = f.settle()
	}
	if err != nil {
		f.remove()
	}
	return err
}

func (f *newFile) settle() error {
	if !f.replace {
		// A link, which replaces nothing that came meanwhile, where there are links.
		switch err := os.Link(f.file.Name(), f.name); {
		case err == nil:
			return os.Remove(f.file.Name())
		case errors.Is(err, fs.ErrExist):
			return existsError(f.name)
		}
	}
	return os.Rename(f.file.Name(), f.name)
}

// discard ends a file that came to nothing, unless it was closed.
func (f *newFile) discard() {
	_ = f.file.Close()
	f.remove()
}

func (f *newFile) remove() { _ = os.Remove(f.file.Name()) }

// replaceWhole replaces a file so that it is never half written. Until it is whole it has
// a name beside it, by a pattern as os.CreateTemp's.
func replaceWhole(path, pattern string, mode fs.FileMode, b []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), pattern) // 0600
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	if mode != 0o600 {
		_ = f.Chmod(mode)
	}
	_, err = f.Write(b)
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

// whenKilled catches signals before a file is made that has no name yet. The caller
// passes the file's place to made. A signal that comes before forget is called removes
// the file and ends dockwire. It is for commands that nothing else stops in order.
func whenKilled() (made func(unnamed string) (forget func())) {
	signals := []syscall.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP}
	caught, stops := make([]context.Context, len(signals)), make([]func(), len(signals))
	for i, s := range signals {
		caught[i], stops[i] = signal.NotifyContext(context.Background(), s)
	}
	return func(unnamed string) func() {
		var forgets []func()
		for i, s := range signals {
			unasked := context.AfterFunc(caught[i], func() {
				_ = os.Remove(unnamed)
				child.DieBy(s)
				os.Exit(128 + int(s)) // where no process dies of a signal
			})
			forgets = append(forgets, func() { unasked(); stops[i]() })
		}
		return func() {
			for _, f := range forgets {
				f()
			}
		}
	}
}
