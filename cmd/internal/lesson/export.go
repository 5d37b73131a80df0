package lesson

import (
	"bytes"
	"fmt"
	"html"
	"io"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"

	"github.com/dockwire/dockwire/recordings/export"
)

// Formats are the formats that lessons can be exported in.
var Formats = []string{"markdown", "html"}

// Export writes lessons as one document.
func Export(w io.Writer, lessons []*Lesson, format string) error {
	switch format {
	case "markdown":
		for i, l := range lessons {
			if i > 0 {
				fmt.Fprint(w, "\n---\n\n")
			}
			if err := l.exportMarkdown(w); err != nil {
				return fmt.Errorf("%s: %w", l.Name, err)
			}
		}
		return nil
	case "html":
		return exportHTML(w, lessons)
	}
	return fmt.Errorf("lessons cannot be exported as %q: give one of %s", format, strings.Join(Formats, ", "))
}

// document is a lesson as Markdown; picture is put where its picture belongs.
func (l *Lesson) document(picture string) (string, error) {
	text, err := l.markdown()
	if err != nil {
		return "", err
	}
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n\n%s\n", l.Title, strings.TrimSpace(text))
	b.WriteString(picture)
	if l.Task != "" {
		fmt.Fprintf(&b, "\n## Try it\n\n%s\n\n", strings.TrimSpace(l.Task))
		if len(l.Try) > 0 {
			writeFenced(&b, "sh", strings.Join(l.Try, "\n"))
		}
		if len(l.Curl) > 0 {
			b.WriteString("\nWithout the docker command line:\n\n")
			writeFenced(&b, "sh", strings.Join(l.Curl, "\n"))
		}
		fmt.Fprintf(&b, "\n`dockwire learn` plays the recording to such a shell; no daemon is needed.\n")
	}
	return b.String(), nil
}

func (l *Lesson) exportMarkdown(w io.Writer) error {
	picture := ""
	if l.Recording != "" {
		var b bytes.Buffer
		if err := l.recorded(&b, "mermaid"); err != nil {
			return err
		}
		picture = "\n## The recording\n\n```mermaid\n" + strings.TrimRight(b.String(), "\n") + "\n```\n"
	}
	doc, err := l.document(picture)
	if err != nil {
		return err
	}
	_, err = io.WriteString(w, doc)
	return err
}

// exportHTML writes one page. What the exporter of pages makes of a recording
// stands in a frame of its own, in which its scripts run and reach nothing.
func exportHTML(w io.Writer, lessons []*Lesson) error {
	title := "Lessons"
	if len(lessons) == 1 {
		title = lessons[0].Title
	}
	fmt.Fprintf(w, "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>%s</title><style>%s</style></head><body>\n", html.EscapeString(title), lessonCSS)
	md := goldmark.New(goldmark.WithExtensions(extension.Table))
	for _, l := range lessons {
		doc, err := l.document("")
		if err != nil {
			return fmt.Errorf("%s: %w", l.Name, err)
		}
		fmt.Fprint(w, "<article>\n")
		if err := md.Convert([]byte(doc), w); err != nil {
			return err
		}
		if l.Recording != "" {
			var b bytes.Buffer
			if err := l.recorded(&b, "html"); err != nil {
				return fmt.Errorf("%s: %w", l.Name, err)
			}
			fmt.Fprintf(w, "<h2>The recording</h2>\n<iframe sandbox=\"allow-scripts\" title=\"the recording\" srcdoc=\"%s\"></iframe>\n", html.EscapeString(b.String()))
		}
		fmt.Fprint(w, "</article>\n")
	}
	_, err := io.WriteString(w, "</body></html>\n")
	return err
}

const lessonCSS = "body{font:16px/1.5 system-ui,sans-serif;max-width:52rem;margin:2rem auto;padding:0 1rem;color:#1c2128;background:#fff}pre{background:#f3f4f6;padding:.8rem;overflow-x:auto;border-radius:6px}code{font-family:ui-monospace,monospace;font-size:.92em}table{border-collapse:collapse}td,th{border:1px solid #ccd;padding:.3rem .6rem;text-align:left}iframe{width:100%;height:36rem;border:1px solid #ccd;border-radius:6px}article+article{border-top:3px solid #ccd;margin-top:3rem}@media(prefers-color-scheme:dark){body{color:#dde;background:#14181d}pre{background:#20262d}}"

// recorded writes the lesson's recording in a format of package export.
func (l *Lesson) recorded(w io.Writer, format string) error {
	f, err := export.Find(format)
	if err != nil {
		return err
	}
	in, done, err := l.open()
	if err != nil {
		return err
	}
	defer done()
	e := f.New(w, &export.Options{Header: in.Header(), Name: l.Title})
	for ev, err := range in.All() {
		if err != nil {
			return err
		}
		e.Event(ev)
	}
	return e.Close()
}
