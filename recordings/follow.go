package recordings

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/fsnotify/fsnotify"
)

// lookAgain is how often a file is looked at without a notice of its change:
// network and some container file systems give none.
const lookAgain = time.Second

// tail watches the file of a reader for growth.
type tail struct {
	path  string
	f     *os.File
	watch *fsnotify.Watcher
}

// Follow opens a recording that is still being written. Next returns io.EOF at
// what is the end for now; after Wait it goes on.
func Follow(path string) (*Reader, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	r, err := follow(path, f)
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return r, nil
}

func follow(path string, f *os.File) (*Reader, error) {
	r, err := NewReader(f)
	if err != nil {
		return nil, err
	}
	if len(r.closers) > 0 {
		r.Close()
		return nil, errors.New("a compressed recording cannot be followed while it is written: record without .zst")
	}
	watch, err := fsnotify.NewWatcher()
	if err != nil {
		return nil, err
	}
	// The folder, as fsnotify advises: the file alone would not show that it
	// was removed while a process has it open.
	if err := watch.Add(filepath.Dir(path)); err != nil {
		watch.Close()
		return nil, err
	}
	r.tail = &tail{path: path, f: f, watch: watch}
	r.closers = append(r.closers, func() { f.Close() }, func() { watch.Close() })
	r.readsBeside(f)
	return r, nil
}

// Wait returns when the file has grown beyond what was read. It returns io.EOF
// when the recording has ended in order, and an error when it was removed,
// replaced or cut.
func (r *Reader) Wait(ctx context.Context) error {
	t := r.tail
	if t == nil {
		return errors.New("the recording was not opened to be followed")
	}
	again := time.NewTicker(lookAgain)
	defer again.Stop()
	for {
		if grown, err := t.grown(r.lines.reached()); grown || err != nil {
			return err
		}
		if r.Stopped() {
			return io.EOF
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-again.C:
		case err := <-t.watch.Errors:
			if err != nil && !errors.Is(err, fsnotify.ErrEventOverflow) {
				return err
			}
		case <-t.watch.Events:
		}
	}
}

// grown reports whether the file is longer than what was read of it.
func (t *tail) grown(read int64) (bool, error) {
	info, err := t.f.Stat()
	if err != nil {
		return false, err
	}
	if info.Size() > read {
		return true, nil
	}
	if info.Size() < read {
		return false, fmt.Errorf("%s was cut while it was read: it has %d bytes now, %d were read", t.path, info.Size(), read)
	}
	now, err := os.Stat(t.path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return false, fmt.Errorf("%s was removed while it was followed", t.path)
	case err != nil:
		return false, err
	case !os.SameFile(info, now):
		return false, fmt.Errorf("%s was replaced by another file while it was followed", t.path)
	}
	return false, nil
}
