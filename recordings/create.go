package recordings

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Create makes a recording that only its owner can read. It follows no
// symbolic link and replaces nothing unless Options say so. A name that ends
// in .zst gives a compressed recording.
func Create(path string, o Options) (*Writer, error) {
	if o.Append && o.Overwrite {
		return nil, fmt.Errorf("recording to %s: either append or overwrite, not both", path)
	}
	info, err := os.Lstat(path)
	var old *os.File
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return nil, fmt.Errorf("recording to %s: %w", path, err)
	case info.Mode()&fs.ModeSymlink != 0:
		return nil, fmt.Errorf("recording to %s: it is a symbolic link, and recordings are not written through one: name the file itself", path)
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("recording to %s: it is not a regular file: choose another name", path)
	case o.Append:
		return appendTo(path, info, o)
	case !o.Overwrite:
		return nil, existsError(path, fs.ErrExist)
	default:
		// Replaced, not truncated: a reader of the old one keeps it, and the
		// new one has the right mode whatever the old one had.
		old, err = secured(path, os.O_RDONLY)
		if err != nil && !errors.Is(err, fs.ErrPermission) { // a file that cannot be read may still be replaced
			return nil, fmt.Errorf("overwriting %s: %w", path, err)
		}
		o.settles = true
	}
	at := path
	if o.settles = o.settles || o.WhenWhole; o.settles {
		at = beside(path)
	}
	// O_EXCL with O_CREATE follows no symbolic link (open(2)).
	f, err := os.OpenFile(at, os.O_WRONLY|os.O_CREATE|os.O_EXCL|os.O_APPEND, 0o600)
	if err == nil {
		w, err := start(f, path, o)
		if err == nil && o.settles && w.series != nil {
			w.series.place, w.series.old = path, old
		} else if old != nil {
			old.Close()
		}
		return w, err
	}
	if old != nil {
		old.Close()
	}
	if errors.Is(err, fs.ErrExist) {
		return nil, existsError(path, err)
	}
	return nil, fmt.Errorf("recording to %s: %w", path, err)
}

// beside is a name for a file that is to get another one: in the same folder, and
// of no recording.
func beside(path string) string {
	return filepath.Join(filepath.Dir(path), "."+filepath.Base(path)+"-"+rand.Text()[:8])
}

func existsError(path string, err error) error {
	return fmt.Errorf("recording to %s: the file exists: choose another name, or ask to overwrite it or to append to it: %w", path, err)
}

// start writes the header of a new recording, which is or will be at path.
func start(f *os.File, path string, o Options) (*Writer, error) {
	_ = lock(f) // it is new: no other process has it
	out, err := newSink(f, path, o)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("recording to %s: %w", path, err), f.Close(), os.Remove(f.Name()))
	}
	w := newWriter(out, path, o)
	w.headerLine()
	w.put()
	if !o.Private {
		w.follow(f.Name())
	}
	if w.Flush() != nil {
		return nil, errors.Join(w.err, out.Close(false), os.Remove(f.Name()))
	}
	return w, nil
}

func compressed(path string) bool { return strings.HasSuffix(path, ".zst") }
