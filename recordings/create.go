package recordings

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
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
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return nil, fmt.Errorf("recording to %s: %w", path, err)
	case info.Mode()&fs.ModeSymlink != 0:
		return nil, fmt.Errorf("recording to %s: it is a symbolic link, and recordings are not written through one: name the file itself", path)
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("recording to %s: it is no regular file: choose another name", path)
	case o.Append:
		return appendTo(path, info, o)
	case !o.Overwrite:
		return nil, existsError(path, fs.ErrExist)
	default:
		// Removed, not truncated: a reader of the old one keeps it, and the
		// new one has the right mode whatever the old one had.
		old, err := secured(path, os.O_RDONLY)
		if err == nil {
			defer old.Close()
			err = os.Remove(path)
		} else if errors.Is(err, fs.ErrPermission) {
			err = os.Remove(path) // a file that cannot be read may still be removable
		}
		if err != nil {
			return nil, fmt.Errorf("overwriting %s: %w", path, err)
		}
	}
	// O_EXCL with O_CREATE follows no symbolic link (open(2)).
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL|os.O_APPEND, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil, existsError(path, err)
	}
	if err != nil {
		return nil, fmt.Errorf("recording to %s: %w", path, err)
	}
	return start(f, path, o)
}

func existsError(path string, err error) error {
	return fmt.Errorf("recording to %s: the file exists: choose another name, or ask to overwrite it or to append to it: %w", path, err)
}

// start writes the header of a new recording.
func start(f *os.File, path string, o Options) (*Writer, error) {
	_ = lock(f) // it is new: no other process has it
	out, err := newSink(f, path, o)
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("recording to %s: %w", path, err)
	}
	w := newWriter(out, path, o)
	w.headerLine()
	w.put()
	if !o.Private {
		w.follow(path)
	}
	if w.Flush() != nil {
		out.Close(false)
		return nil, w.err
	}
	return w, nil
}

func compressed(path string) bool { return strings.HasSuffix(path, ".zst") }

// NewWriter writes a recording to any writer, one Write a line. Closing it
// does not close out.
func NewWriter(out io.Writer, o Options) (*Writer, error) {
	w := newWriter(streamSink{out}, "a stream", o)
	w.headerLine()
	w.put()
	return w, w.err
}
