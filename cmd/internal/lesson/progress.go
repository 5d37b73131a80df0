package lesson

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// Progress says which lessons were done, and when. It is kept in a file.
type Progress struct {
	path string
	Done map[string]map[string]time.Time `json:"done"` // by course and lesson
}

// ReadProgress reads the file; one that is not there, or that is not readable
// as such, is the beginning.
func ReadProgress(path string) (*Progress, error) {
	p := &Progress{path: path, Done: map[string]map[string]time.Time{}}
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return p, nil
	}
	if err != nil {
		return nil, err
	}
	if json.Unmarshal(b, p) != nil || p.Done == nil {
		p.Done = map[string]map[string]time.Time{}
	}
	return p, nil
}

// IsDone reports whether a lesson was done.
func (p *Progress) IsDone(c *Course, l *Lesson) bool {
	_, done := p.Done[c.ID][l.Name]
	return done
}

// First is the first lesson that was not done; the first of all when all were.
func (p *Progress) First(c *Course) int {
	for i, l := range c.Lessons {
		if !p.IsDone(c, l) {
			return i
		}
	}
	return 0
}

// Finish keeps that a lesson was done.
func (p *Progress) Finish(c *Course, l *Lesson, now time.Time) error {
	if p.IsDone(c, l) {
		return nil
	}
	if p.Done[c.ID] == nil {
		p.Done[c.ID] = map[string]time.Time{}
	}
	p.Done[c.ID][l.Name] = now.UTC().Truncate(time.Second)
	b, err := json.MarshalIndent(p, "", "  ")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(p.path), 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(p.path), ".learn-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = f.Write(append(b, '\n'))
	if err := errors.Join(err, f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), p.path)
}
