package doctor

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/dockwire/dockwire/decode/mermaid"
	"github.com/dockwire/dockwire/ui/emulator"
	"github.com/dockwire/dockwire/ui/picture"
	"github.com/dockwire/dockwire/ui/safe"
	"github.com/dockwire/dockwire/ui/text"
)

// PictureFormats are the forms of a picture.
var PictureFormats = []string{"text", "mermaid", "svg"}

// Write writes the picture in a form.
func (p *Picture) Write(w io.Writer, format string, width int) error {
	var s string
	switch format {
	case "text":
		s = p.text(width)
	case "mermaid":
		s = p.mermaid()
	case "svg":
		s = p.svg()
	default:
		return fmt.Errorf("there is no picture as %q: give one of %s", format, strings.Join(PictureFormats, ", "))
	}
	_, err := io.WriteString(w, s)
	return err
}

// openWay begins the line of a way that anybody can take.
const openWay = "  ! "

// boxes are the client, the door and the daemon, each with its lines.
func (p *Picture) boxes() [][]string {
	return [][]string{{p.Client}, append([]string{p.Door}, p.About...), {p.Daemon}}
}

// text draws the way from top to bottom, and lists the others below it.
func (p *Picture) text(width int) string {
	var b strings.Builder
	room := min(width, 88) - 6
	for i, box := range p.boxes() {
		if i > 0 {
			b.WriteString("        │\n        ▼\n")
		}
		var lines []string
		wide := 0
		for _, l := range box {
			for part := range strings.Lines(text.Wrap(safe.String(l), room)) {
				part = strings.TrimRight(part, "\n")
				lines, wide = append(lines, part), max(wide, safe.Width(part))
			}
		}
		fmt.Fprintf(&b, "  ┌%s┐\n", strings.Repeat("─", wide+2))
		for _, l := range lines {
			fmt.Fprintf(&b, "  │ %s%s │\n", l, strings.Repeat(" ", wide-safe.Width(l)))
		}
		fmt.Fprintf(&b, "  └%s┘\n", strings.Repeat("─", wide+2))
	}
	if len(p.Reach) > 0 {
		b.WriteString("\nWho else can reach it:\n")
	}
	for _, r := range p.Reach {
		sign := "  · "
		if r.Open {
			sign = openWay
		}
		for i, part := range strings.Split(strings.TrimSpace(text.Wrap(safe.String(r.Who+": "+r.By), room)), "\n") {
			if i > 0 {
				sign = "    "
			}
			b.WriteString(sign + part + "\n")
		}
	}
	b.WriteString("\n" + text.Wrap(safe.String(p.Means), min(width, 88)))
	return b.String()
}

// mermaid writes a flowchart.
func (p *Picture) mermaid() string {
	var b strings.Builder
	b.WriteString("flowchart LR\n")
	names := []string{"client", "door", "daemon"}
	for i, box := range p.boxes() {
		var lines []string
		for _, l := range box {
			lines = append(lines, mermaid.Text(safe.String(l)))
		}
		fmt.Fprintf(&b, "    %s[\"%s\"]\n", names[i], strings.Join(lines, "<br>"))
	}
	b.WriteString("    client --> door --> daemon\n")
	for i, r := range p.Reach {
		fmt.Fprintf(&b, "    r%d([\"%s\"]) -->|\"%s\"| door\n", i, mermaid.Text(safe.String(r.Who)), mermaid.Text(safe.String(r.By)))
		if r.Open {
			fmt.Fprintf(&b, "    style r%d stroke:#c00,stroke-width:3px\n", i)
		}
	}
	fmt.Fprintf(&b, "    means[\"%s\"]\n    daemon -.- means\n", mermaid.Text(safe.String(p.Means)))
	return b.String()
}

// svg is the text as a terminal shows it, with the ways that are open in red.
func (p *Picture) svg() string {
	const columns, red, plain = 92, "\x1b[1;38;2;255;138;128m", "\x1b[m"
	lines := strings.Split(strings.TrimRight(p.text(columns), "\n"), "\n")
	for i, l := range lines {
		if strings.HasPrefix(l, openWay) {
			lines[i] = red + l + plain
		}
	}
	screen := emulator.New(columns, len(lines), 0)
	screen.Write([]byte(strings.Join(lines, "\r\n")))
	var b bytes.Buffer
	picture.Draw(&b, screen.Cells())
	return b.String()
}
