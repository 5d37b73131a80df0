package recordings

import (
	"errors"
	"io/fs"
	"os"
)

// Settle gives a recording that replaces another one its name, at the next Tick:
// nothing can come between any more. It may be called from any goroutine.
func (w *Writer) Settle() {
	if w.series != nil {
		w.series.ready.Store(true)
	}
}

// Aside is where the file is as long as it has another name than the recording;
// "" if it never had.
func (w *Writer) Aside() string {
	if w.series == nil || w.series.place == "" {
		return ""
	}
	return w.series.path
}

// due reports whether the file is to get its name now.
func (s *series) due() bool {
	return s.place != "" && renamesOpen && (s.ready.Load() || s.to.lines > s.lines && !s.to.opt.WhenWhole)
}

// settle gives the file its name.
func (s *series) settle() {
	if s == nil || s.place == "" || s.to.err != nil {
		return
	}
	if _, err := os.Lstat(s.place); err == nil && !s.to.opt.Overwrite {
		s.to.fail(existsError(s.place, fs.ErrExist))
		return
	}
	s.unlock()
	if err := os.Rename(s.path, s.place); err != nil {
		s.to.fail(err)
		return
	}
	s.path, s.place = s.place, ""
}

// unsettled removes a file that came to nothing before it had its name. It
// reports whether there is one.
func (s *series) unsettled() bool {
	if s == nil || s.place == "" {
		return false
	}
	_ = os.Remove(s.path) // nobody looks for it
	s.unlock()
	return true
}

func (s *series) unlock() {
	if s.old != nil {
		s.old.Close()
		s.old = nil
	}
}

// place gives a file another name, which must be free.
func place(from, to string) error {
	err := os.Link(from, to)
	if err != nil && !errors.Is(err, fs.ErrExist) { // a file system without links
		return os.Rename(from, to)
	}
	return errors.Join(err, os.Remove(from))
}
