package lesson

import (
	"embed"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// course is the course that comes with dockwire. `.ci/record-lessons` makes
// the recordings.
//
//go:embed course
var course embed.FS

// Course is a row of lessons.
type Course struct {
	ID      string // tells the progress of one course from another's
	Lessons []*Lesson
}

// BuiltIn is the course that comes with dockwire.
func BuiltIn() (*Course, error) {
	files, err := fs.Sub(course, "course")
	if err != nil {
		return nil, err
	}
	return read(files, "dockwire", "*.md")
}

// Open reads a folder of lessons, or one lesson.
func Open(path string) (*Course, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	dir, pattern := abs, "*.md"
	if !info.IsDir() {
		if filepath.Ext(path) != ".md" {
			return nil, fmt.Errorf("%s is no lesson: a lesson is a Markdown file (NAME.md); dockwire learn --draft makes one from a recording", path)
		}
		dir, pattern = filepath.Dir(abs), filepath.Base(abs)
	}
	c, err := read(os.DirFS(dir), abs, pattern)
	if err == nil && len(c.Lessons) == 0 {
		err = fmt.Errorf("%s holds no lessons: they are Markdown files (NAME.md)", path)
	}
	return c, err
}

// read reads all lessons of a folder, in the order of their names.
func read(files fs.FS, id, pattern string) (*Course, error) {
	names, err := fs.Glob(files, pattern)
	if err != nil {
		return nil, err
	}
	c := &Course{ID: id}
	for _, name := range names {
		b, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, err
		}
		l, err := parse(strings.TrimSuffix(name, ".md"), b)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		if l.files = files; l.Recording != "" {
			if _, err := fs.Stat(files, l.Recording); err != nil {
				return nil, fmt.Errorf("%s: its recording: %w", name, err)
			}
		}
		if l.Files != "" {
			if info, err := fs.Stat(files, l.Files); err != nil || !info.IsDir() {
				return nil, fmt.Errorf("%s: files: %q is not a folder beside it", name, l.Files)
			}
		}
		c.Lessons = append(c.Lessons, l)
	}
	return c, nil
}

// Recording writes a recording of the course to a folder, and returns its path.
func Recording(dir, name string) (string, error) {
	files, err := fs.Sub(course, "course")
	if err != nil {
		return "", err
	}
	return copyOut(files, name, dir)
}

// CopyRecording writes the lesson's recording to a folder, and returns its path.
func (l *Lesson) CopyRecording(dir string) (string, error) { return copyOut(l.files, l.Recording, dir) }

// CopyFiles makes a folder with the files that the lesson's commands need.
func (l *Lesson) CopyFiles(dir string) error {
	files, err := fs.Sub(l.files, l.Files)
	if err != nil {
		return err
	}
	return os.CopyFS(dir, files)
}

func copyOut(files fs.FS, name, dir string) (string, error) {
	b, err := fs.ReadFile(files, name)
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, filepath.Base(name))
	return path, os.WriteFile(path, b, 0o600)
}
