package course

import (
	"fmt"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	extast "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/text"

	"github.com/dockwire/dockwire/ui/safe"
	"github.com/dockwire/dockwire/ui/tui/cells"
)

// markdown lays a text out as lines of a width. HTML in it is left out.
func markdown(source string, width int) []cells.Line {
	src := []byte(source)
	md := goldmark.New(goldmark.WithExtensions(extension.Table))
	p := page{src: src}
	p.blocks(md.Parser().Parse(text.NewReader(src)), cells.Line{}, width)
	for len(p.lines) > 0 && len(p.lines[len(p.lines)-1].Spans) == 0 {
		p.lines = p.lines[:len(p.lines)-1]
	}
	return p.lines
}

// page gathers lines.
type page struct {
	src   []byte
	lines []cells.Line
}

// gap leaves a line empty, between blocks.
func (p *page) gap() {
	if n := len(p.lines); n > 0 && strings.TrimSpace(p.lines[n-1].Plain()) != "" {
		p.lines = append(p.lines, cells.Line{})
	}
}

// blocks lays out the blocks of a node, each line behind a prefix.
func (p *page) blocks(parent ast.Node, prefix cells.Line, width int) {
	for n := parent.FirstChild(); n != nil; n = n.NextSibling() {
		switch n := n.(type) {
		case *ast.Heading:
			p.gap()
			p.flow(p.spans(n, cells.Title), prefix, prefix, width)
			p.gap()
		case *ast.Paragraph:
			p.flow(p.spans(n, cells.Text), prefix, prefix, width)
			p.gap()
		case *ast.TextBlock:
			p.flow(p.spans(n, cells.Text), prefix, prefix, width)
		case *ast.FencedCodeBlock:
			p.code(n.Lines(), prefix, width)
		case *ast.CodeBlock:
			p.code(n.Lines(), prefix, width)
		case *ast.Blockquote:
			p.blocks(n, with(prefix, cells.Dim, "│ "), width)
		case *ast.List:
			p.list(n, prefix, width)
			p.gap()
		case *extast.Table:
			p.table(n, prefix, width)
			p.gap()
		case *ast.ThematicBreak:
			p.lines = append(p.lines, with(prefix, cells.Dim, strings.Repeat("─", max(width-prefix.Width(), 1))))
		case *ast.HTMLBlock:
		default:
			p.blocks(n, prefix, width)
		}
	}
}

// with returns a line with more behind it, and does not change the line itself.
func with(l cells.Line, r cells.Role, s string) cells.Line {
	return cells.Line{Spans: append(append([]cells.Span(nil), l.Spans...), cells.Span{Text: s, Role: r})}
}

func (p *page) list(n *ast.List, prefix cells.Line, width int) {
	number := n.Start
	for item := n.FirstChild(); item != nil; item = item.NextSibling() {
		sign := "• "
		if n.IsOrdered() {
			sign = fmt.Sprintf("%d. ", number)
			number++
		}
		of := page{src: p.src}
		of.blocks(item, cells.Line{}, width-prefix.Width()-safe.Width(sign))
		for n := len(of.lines); n > 0 && len(of.lines[n-1].Spans) == 0; n-- {
			of.lines = of.lines[:n-1]
		}
		for i, line := range of.lines {
			front := sign
			if i > 0 {
				front = strings.Repeat(" ", safe.Width(sign))
			}
			l := with(prefix, cells.Key, front)
			l.Spans = append(l.Spans, line.Spans...)
			p.lines = append(p.lines, l)
		}
	}
}

// code is text as it is; what is too wide goes on in the next line.
func (p *page) code(lines *text.Segments, prefix cells.Line, width int) {
	p.gap()
	for i := range lines.Len() {
		segment := lines.At(i)
		p.lines = append(p.lines, code(strings.TrimRight(string(segment.Value(p.src)), "\n"), prefix, width)...)
	}
	p.gap()
}

// code is one line of it.
func code(line string, prefix cells.Line, width int) (lines []cells.Line) {
	room := max(width-prefix.Width()-2, 10)
	line = safe.String(strings.ReplaceAll(line, "\t", "    "))
	for {
		cut := safe.Cut(line, room)
		if cut == line {
			return append(lines, with(with(prefix, cells.Text, "  "), cells.String, line))
		}
		runes := []rune(line)
		n := len([]rune(cut)) - 1 // without the ellipsis
		lines = append(lines, with(with(prefix, cells.Text, "  "), cells.String, string(runes[:n])))
		line = "    " + string(runes[n:])
	}
}

// table lays out cells in columns; the last has what is left.
func (p *page) table(n *extast.Table, prefix cells.Line, width int) {
	var rows [][][]cells.Span
	var widths []int
	for row := n.FirstChild(); row != nil; row = row.NextSibling() {
		role := cells.Text
		if _, is := row.(*extast.TableHeader); is {
			role = cells.Strong
		}
		var columns [][]cells.Span
		for cell := row.FirstChild(); cell != nil; cell = cell.NextSibling() {
			spans := p.spans(cell, role)
			columns = append(columns, spans)
			if len(widths) < len(columns) {
				widths = append(widths, 0)
			}
			l := cells.Line{Spans: spans}
			widths[len(columns)-1] = max(widths[len(columns)-1], l.Width())
		}
		rows = append(rows, columns)
	}
	room := width - prefix.Width() - 2*(len(widths)-1)
	for total(widths) > room { // the widest gives way
		widest := 0
		for i := range widths {
			if widths[i] > widths[widest] {
				widest = i
			}
		}
		if widths[widest] <= 6 {
			break
		}
		widths[widest]--
	}
	for _, columns := range rows {
		var parts [][]cells.Line
		height := 0
		for i, spans := range columns {
			var cell page
			cell.flow(spans, cells.Line{}, cells.Line{}, widths[i])
			parts = append(parts, cell.lines)
			height = max(height, len(cell.lines))
		}
		for y := range height {
			line := cells.Line{Spans: append([]cells.Span(nil), prefix.Spans...)}
			at := prefix.Width()
			for i := range parts {
				line.To(at)
				if y < len(parts[i]) {
					line.Spans = append(line.Spans, parts[i][y].Spans...)
				}
				at += widths[i] + 2
			}
			p.lines = append(p.lines, line)
		}
	}
}

func total(list []int) (n int) {
	for _, v := range list {
		n += v
	}
	return n
}

// spans is the text of a block, by what it is.
func (p *page) spans(n ast.Node, role cells.Role) (spans []cells.Span) {
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		switch c := c.(type) {
		case *ast.Text:
			s := strings.ReplaceAll(string(c.Segment.Value(p.src)), "\n", " ") // in code, a line's end is part of it
			if c.SoftLineBreak() || c.HardLineBreak() {
				s += " "
			}
			spans = append(spans, cells.Span{Text: safe.String(s), Role: role})
		case *ast.String:
			spans = append(spans, cells.Span{Text: safe.String(c.Value), Role: role})
		case *ast.CodeSpan:
			spans = append(spans, p.spans(c, cells.String)...)
		case *ast.Emphasis:
			spans = append(spans, p.spans(c, cells.Strong)...)
		case *ast.AutoLink:
			spans = append(spans, cells.Span{Text: safe.String(c.URL(p.src)), Role: role})
		case *ast.RawHTML:
		default:
			spans = append(spans, p.spans(c, role)...)
		}
	}
	return spans
}

// flow sets words into lines: the first behind one prefix, the rest behind
// another.
func (p *page) flow(spans []cells.Span, first, rest cells.Line, width int) {
	line := cells.Line{Spans: append([]cells.Span(nil), first.Spans...)}
	empty, space := true, false
	for left := words(spans); len(left) > 0; {
		if left[0].Text == " " {
			space, left = !empty, left[1:]
			continue
		}
		n, parts := 0, 0 // of one word, up to the next space
		for ; parts < len(left) && left[parts].Text != " "; parts++ {
			n += safe.Width(left[parts].Text)
		}
		if space && line.Width()+1+n > width {
			p.lines = append(p.lines, line)
			line, space = cells.Line{Spans: append([]cells.Span(nil), rest.Spans...)}, false
		}
		if space {
			line.Add(left[0].Role, " ")
		}
		for _, w := range left[:parts] {
			line.Add(w.Role, w.Text)
		}
		left, empty, space = left[parts:], false, false
	}
	if !empty {
		p.lines = append(p.lines, line)
	}
}

// words takes spans apart at spaces. Where one word has several roles, no space
// is between its parts.
func words(spans []cells.Span) (out []cells.Span) {
	for _, s := range spans {
		for i, word := range strings.Split(s.Text, " ") {
			if i > 0 {
				out = append(out, cells.Span{Text: " "})
			}
			if word != "" {
				out = append(out, cells.Span{Text: word, Role: s.Role})
			}
		}
	}
	return out
}
