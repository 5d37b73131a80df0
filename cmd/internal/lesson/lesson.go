package lesson

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/dockwire/dockwire/decode/filter"
)

// Lesson is one lesson. Its exported fields are the front matter.
type Lesson struct {
	Name string `yaml:"-"` // of the file, without .md

	Title     string   `yaml:"title"`
	Recording string   `yaml:"recording"` // file beside it; "": none, and nothing is played
	Files     string   `yaml:"files"`     // folder beside it: the shell starts in a copy of it
	Listen    string   `yaml:"listen"`    // where the replay listens: unix (default), tcp or tls
	Task      string   `yaml:"task"`      // what the learner does, in a sentence or two
	Try       []string `yaml:"try"`       // the commands, with docker
	Curl      []string `yaml:"curl"`      // the commands where docker is missing
	Check     string   `yaml:"check"`     // a filter: a call that matches shows that it was done
	Hint      string   `yaml:"hint"`      // said when no call matched
	Answers   []string `yaml:"answers"`   // questions that the lesson answers

	text  []byte // Markdown
	files fs.FS  // beside the lesson
}

// parse reads a lesson.
func parse(name string, b []byte) (*Lesson, error) {
	l := &Lesson{Name: name, Listen: "unix"}
	front, text, err := split(b)
	if err != nil {
		return nil, err
	}
	d := yaml.NewDecoder(bytes.NewReader(front))
	d.KnownFields(true)
	if err := d.Decode(l); err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("front matter: %w", err)
	}
	l.text = text
	switch {
	case l.Title == "":
		return nil, errors.New("front matter: the lesson has no title")
	case !slices.Contains([]string{"unix", "tcp", "tls"}, l.Listen):
		return nil, fmt.Errorf("front matter: listen: %q: give unix, tcp or tls", l.Listen)
	case !beside(l.Recording):
		return nil, fmt.Errorf("front matter: recording: %q: it has to lie beside the lesson", l.Recording)
	case !beside(l.Files):
		return nil, fmt.Errorf("front matter: files: %q: it has to be a folder beside the lesson", l.Files)
	case l.Recording == "" && (l.Check != "" || len(l.Try)+len(l.Curl) > 0):
		return nil, errors.New("front matter: a lesson with something to try needs a recording")
	}
	if _, err := l.Filter(); err != nil {
		return nil, fmt.Errorf("front matter: check: %w", err)
	}
	return l, nil
}

// beside reports whether a name, if there is one, is that of something beside the
// lesson.
func beside(name string) bool {
	return name == "" || path.Base(name) == name && name != ".." && name != "." && !strings.Contains(name, `\`)
}

// split takes the front matter off: what stands between two lines of three
// dashes at the beginning.
func split(b []byte) (front, text []byte, err error) {
	b = bytes.ReplaceAll(b, []byte("\r\n"), []byte("\n"))
	rest, ok := bytes.CutPrefix(b, []byte("---\n"))
	if !ok {
		return nil, nil, errors.New("it has no front matter: the file begins with ---, lines like title: …, and --- again")
	}
	front, text, ok = bytes.Cut(rest, []byte("\n---\n"))
	if !ok {
		return nil, nil, errors.New("the front matter does not end: a line of three dashes ends it")
	}
	return front, text, nil
}

// Filter is what grades the learner; an empty one lets nothing be graded.
func (l *Lesson) Filter() (*filter.Filter, error) {
	if l.Check == "" {
		return nil, nil
	}
	return filter.Parse(l.Check)
}

// markdown is the lesson's text, with what its recording holds filled in.
func (l *Lesson) markdown() (string, error) { return l.fill(string(l.text)) }

// Pages is the text by its headings of the second level. What stands before the
// first of them is a page too.
func (l *Lesson) Pages() ([]string, error) {
	text, err := l.markdown()
	if err != nil {
		return nil, err
	}
	var pages []string
	var page strings.Builder
	fence := ""
	flush := func() {
		if strings.TrimSpace(page.String()) != "" {
			pages = append(pages, page.String())
		}
		page.Reset()
	}
	for line := range strings.Lines(text) {
		if ticks := fenceOf(line); fence == "" && ticks != "" {
			fence = ticks
		} else if fence != "" && ticks == fence && strings.TrimSpace(line) == fence {
			fence = ""
		} else if fence == "" && strings.HasPrefix(line, "## ") {
			flush()
		}
		page.WriteString(line)
	}
	flush()
	return pages, nil
}

// fenceOf is the run of backquotes that opens or closes a block of code.
func fenceOf(line string) string {
	n := len(line) - len(strings.TrimLeft(line, "`"))
	if n < 3 {
		return ""
	}
	return line[:n]
}
