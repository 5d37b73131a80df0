package lesson

import (
	"embed"
	"os"
	"path/filepath"
)

// course is the course that comes with dockwire. `.ci/record-lessons` makes
// the recordings.
//
//go:embed course
var course embed.FS

// Recording writes a recording of the course to a folder, and returns its path.
func Recording(dir, name string) (string, error) {
	b, err := course.ReadFile("course/" + name)
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, name)
	return path, os.WriteFile(path, b, 0o600)
}
