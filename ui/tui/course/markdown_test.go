package course

import (
	"strings"
	"testing"

	"github.com/dockwire/dockwire/ui/safe"
	"github.com/dockwire/dockwire/ui/tui/cells"
)

// plain is the text of lines.
func plain(lines []cells.Line) string {
	var b strings.Builder
	for i := range lines {
		b.WriteString(lines[i].Plain() + "\n")
	}
	return b.String()
}

func TestMarkdown(t *testing.T) {
	const text = "# Title\n\nSome *words* that do not fit into one line, `code`.\n\nA word has parts: it is (`whole`), `as\ncode`.\n\n- one\n- two that is longer than a line can be\n\n1. first\n2. second\n\n" +
		"| A | B |\n|---|---|\n| x | y and more words than fit |\n\n> said\n\n```sh\nls | wc -l; echo a line of code that is too long\n```\n<b>gone</b>\n"
	const want = `Title

Some words that do not fit
into one line, code.

A word has parts: it is
(whole), as code.

• one
• two that is longer than a
  line can be

1. first
2. second

A  B
x  y and more words than fit

│ said

  ls | wc -l; echo a line of 
      code that is too long

gone
`
	if got := plain(markdown(text, 30)); got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}

// Nothing of a text reaches the terminal as a command, or is wider than the page.
func FuzzMarkdown(f *testing.F) {
	f.Add("# a\n\n- b\n  - c `d`\n\n| e | f |\n|---|---|\n| g | h |\n")
	f.Add("```\n\x1b[2J\t日本\n```\n> x\x1b]0;y\x07")
	f.Fuzz(func(t *testing.T, text string) {
		for _, l := range markdown(text, 40) {
			for _, s := range l.Spans {
				if s.Text != safe.String(s.Text) {
					t.Fatalf("%q is not safe", s.Text)
				}
			}
		}
	})
}
