package doctor

import (
	"fmt"
	"html"
	"io"
	"strings"

	"github.com/dockwire/dockwire/decode/mermaid"
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
		sign := "·"
		if r.Open {
			sign = "!"
		}
		for i, part := range strings.Split(strings.TrimSpace(text.Wrap(safe.String(r.Who+": "+r.By), room)), "\n") {
			if i > 0 {
				sign = " "
			}
			fmt.Fprintf(&b, "  %s %s\n", sign, part)
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

// svg draws the way as a row of boxes, and the others below it.
func (p *Picture) svg() string {
	const boxWidth, gap, line, columns = 270, 50, 18, 36
	var b strings.Builder
	wrapped := func(s string, columns int) []string {
		return strings.Split(strings.TrimSpace(text.Wrap(safe.String(s), columns)), "\n")
	}
	var boxes [][]string
	tallest := 0
	for _, box := range p.boxes() {
		var lines []string
		for _, l := range box {
			lines = append(lines, wrapped(l, columns)...)
		}
		boxes, tallest = append(boxes, lines), max(tallest, len(lines))
	}
	width, y := 3*boxWidth+2*gap+40, 20+tallest*line+24
	at := func(x, y int, class, s string) {
		fmt.Fprintf(&b, `<text x="%d" y="%d" class="%s">%s</text>`+"\n", x, y, class, html.EscapeString(s))
	}
	for i, lines := range boxes {
		x := 20 + i*(boxWidth+gap)
		fmt.Fprintf(&b, `<rect x="%d" y="20" width="%d" height="%d" rx="6" class="box"/>`+"\n", x, boxWidth, tallest*line+16)
		for n, l := range lines {
			at(x+10, 42+n*line, "t", l)
		}
		if i > 0 {
			middle := 20 + (tallest*line+16)/2
			fmt.Fprintf(&b, `<path d="M%d %dh%dm-7 -5l7 5l-7 5" class="arrow"/>`+"\n", x-gap+4, middle, gap-8)
		}
	}
	if len(p.Reach) > 0 {
		y += 26
		at(20, y, "b", "Who else can reach it")
	}
	for _, r := range p.Reach {
		class := "t"
		if r.Open {
			class = "open"
		}
		for i, l := range wrapped(r.Who+": "+r.By, 120) {
			y += line + 2
			x := 34
			if i == 0 {
				at(20, y, class, "•")
			}
			at(x, y, class, l)
		}
	}
	y += 14
	for _, l := range wrapped(p.Means, 120) {
		y += line + 2
		at(20, y, "b", l)
	}
	return fmt.Sprintf(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" role="img" aria-label="who can reach the Docker daemon" font-family="system-ui,sans-serif" font-size="13"><style>.box{fill:#f3f6fa;stroke:#4a6785}.arrow{fill:none;stroke:#4a6785;stroke-width:2}.t{fill:#1c2128}.b{fill:#1c2128;font-weight:600}.open{fill:#b00020;font-weight:600}</style><rect width="100%%" height="100%%" fill="#fff"/>`+"\n",
		width, y+24, width, y+24) + b.String() + "</svg>\n"
}
