package lesson

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"time"
)

// Progress says which lessons were done, and when. It is kept in a file.
type Progress struct {
	save func([]byte) error
	Done map[string]map[string]time.Time `json:"done"` // by course and lesson
}

// ReadProgress reads the file; one that is not there, or that is not readable
// as such, is the beginning. replace replaces a file as a whole.
func ReadProgress(path string, replace func(path string, b []byte) error) (*Progress, error) {
	save := func(b []byte) error { return replace(path, b) }
	p := &Progress{save: save, Done: map[string]map[string]time.Time{}}
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
	return p.save(append(b, '\n'))
}
