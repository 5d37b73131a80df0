package lesson

import (
	"io/fs"
	"path"
	"strings"

	"github.com/dockwire/dockwire/decode"
)

// exampleLines is how much of a head and body an example shows.
const exampleLines = 24

// Example is a call of an operation, from the recordings of the course and from
// others; "" if there is none. It writes into dir.
func Example(dir, op string, others ...string) (string, error) {
	names, err := fs.Glob(course, "course/*.jsonl")
	if err != nil {
		return "", err
	}
	var from []string
	for _, name := range names {
		recording, err := Recording(dir, path.Base(name))
		if err != nil {
			return "", err
		}
		from = append(from, recording)
	}
	for _, recording := range append(from, others...) {
		all, err := calls(recording)
		if err != nil {
			return "", err
		}
		for _, c := range all {
			if c.Name() == op && c.Status > 0 && c.Status < 400 && c.Ended.By != "client" {
				return c.example(), nil
			}
		}
	}
	return "", nil
}

func (c *call) example() string {
	var b strings.Builder
	parts := []string{c.side(decode.Request), c.side(decode.Response)}
	if len(c.pieces) > 0 {
		parts = append(parts, c.stream())
	}
	for _, part := range parts {
		b.WriteString("\n")
		n := 0
		for line := range strings.Lines(strings.TrimRight(part, "\n")) {
			if n++; n > exampleLines {
				b.WriteString("    …\n")
				break
			}
			b.WriteString("    " + cutLine(strings.TrimRight(line, "\n")) + "\n")
		}
	}
	return b.String()
}

// cutLine shortens a line that no screen shows whole.
func cutLine(s string) string {
	const most = 110
	if r := []rune(s); len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return s
}
