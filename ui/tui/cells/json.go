package cells

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"github.com/dockwire/dockwire/ui/safe"
)

// maxJSONLines bounds how many lines of a document are shown.
const maxJSONLines = 50_000

// jsonText lays a document out, a member a line, in colours. Objects and arrays
// have nodes, numbered in their order; those in folded are shown closed. Text
// that is not valid JSON to its end is shown as far as it is valid, with a remark. Of too
// many lines, the first and the last are shown.
func jsonText(doc []byte, folded map[int]bool) []Line {
	w := jsonWriter{dec: json.NewDecoder(bytes.NewReader(doc)), folded: folded, lines: bothEnds[Line]{max: maxJSONLines}}
	w.dec.UseNumber()
	for w.dec.More() || w.err == nil && len(w.lines.kept) == 0 {
		if !w.value(0, nil, "") {
			break
		}
	}
	if w.err != nil && len(w.lines.kept) == 0 {
		return PlainText(doc)
	}
	lines := w.lines.all(linesLeftOut)
	if w.err != nil {
		rest := doc[min(int(w.dec.InputOffset()), len(doc)):]
		lines = append(lines, Make(Warn, "… the JSON ends or breaks here"))
		if len(bytes.TrimSpace(rest)) > 0 {
			lines = append(lines, PlainText(rest[:min(len(rest), 2000)])...)
		}
	}
	return lines
}

func linesLeftOut(n int) Line {
	return Make(Warn, "… "+strconv.Itoa(n)+" lines in the middle are not shown")
}

// jsonEnd lays out what a document ends with. What is around it is opened again, without
// the names that are missing, so that it stands as deep as in the whole.
func jsonEnd(end []byte) []Line {
	inside, quotes := false, 0
	for i := range end {
		if end[i] == '"' && !escaped(end, i) {
			quotes++
		}
	}
	inside = quotes%2 == 1 // the end is outside of strings
	begin, opened := -1, ""
	depth := 0
	for i, c := range end {
		switch {
		case c == '"' && !escaped(end, i):
			inside = !inside
		case inside:
		case begin < 0:
			if c == ',' {
				begin = i + 1
			}
		case c == '{' || c == '[':
			depth++
		case c == '}' || c == ']':
			if depth--; depth < 0 {
				depth = 0
				name := ""
				if opened != "" && c == '}' {
					name = `"…":`
				}
				opened = string("{["[strings.IndexByte("}]", c)]) + name + opened
			}
		}
	}
	return jsonText(append([]byte(opened), end[max(begin, 0):]...), nil)
}

func escaped(b []byte, i int) bool {
	n := 0
	for i--; i >= 0 && b[i] == '\\'; i-- {
		n++
	}
	return n%2 == 1
}

type jsonWriter struct {
	dec    *json.Decoder
	folded map[int]bool
	lines  bothEnds[Line]
	node   int
	hidden int // how deep inside what is folded
	err    error
}

// value writes a value; head are the spans before it on its line, tail is the
// comma after it.
func (w *jsonWriter) value(depth int, head []Span, tail string) bool {
	t, err := w.dec.Token()
	if err != nil {
		w.err = err
		return false
	}
	d, nested := t.(json.Delim)
	if !nested {
		w.emit(depth, head, 0, scalar(t), Span{w.comma(tail), Dim})
		return true
	}
	w.node++
	node := w.node
	if w.folded[node] {
		return w.closed(depth, head, node, d, tail)
	}
	w.emit(depth, head, node, Span{d.String(), Dim})
	n := 0
	for w.dec.More() {
		if !w.member(depth+1, d == '{') {
			return false
		}
		n++
	}
	if _, err := w.dec.Token(); err != nil {
		w.err = err
		return false
	}
	end := closing(d) + w.comma(tail)
	if n == 0 && w.hidden == 0 { // {} on one line
		last := w.lines.newest()
		last.Spans[min(1, depth)].Text = "  " // nothing to open
		last.Spans = append(last.Spans, Span{end, Dim})
		last.Node = 0
		return true
	}
	w.emit(depth, nil, 0, Span{end, Dim})
	return true
}

// comma is decided late: only then is it known whether more follows.
func (w *jsonWriter) comma(tail string) string {
	if tail == "," && w.dec.More() {
		return ","
	}
	return ""
}

func (w *jsonWriter) member(depth int, object bool) bool {
	var head []Span
	if object {
		t, err := w.dec.Token()
		if err != nil {
			w.err = err
			return false
		}
		name, _ := t.(string)
		head = []Span{{quoted(name), Key}, {": ", Dim}}
	}
	return w.value(depth, head, ",")
}

// closed writes a folded value: its brackets, and how many members are in them.
func (w *jsonWriter) closed(depth int, head []Span, node int, d json.Delim, tail string) bool {
	w.hidden++
	n := 0
	for w.dec.More() {
		if !w.member(depth+1, d == '{') {
			return false
		}
		n++
	}
	w.hidden--
	if _, err := w.dec.Token(); err != nil {
		w.err = err
		return false
	}
	w.emit(depth, head, node, Span{d.String(), Dim}, Span{" " + strconv.Itoa(n) + " ", Notice}, Span{closing(d) + w.comma(tail), Dim})
	return true
}

func (w *jsonWriter) emit(depth int, head []Span, node int, spans ...Span) {
	if w.hidden > 0 {
		return
	}
	l := Line{Node: node, Spans: make([]Span, 0, 2+len(head)+len(spans))}
	sign := "  "
	if node > 0 {
		sign = "▾ "
		if w.folded[node] {
			sign = "▸ "
		}
	}
	l.Add(Dim, strings.Repeat("  ", depth)).Add(Dim, sign)
	l.Spans = append(l.Spans, head...)
	for _, s := range spans {
		l.Add(s.Role, s.Text)
	}
	w.lines.add(l)
}

// Place is the path of the member on a line of a document: HostConfig.Memory. The
// elements of a list add nothing to the path. A line without a member has the path "".
func Place(s Source, i, width int) string {
	var names []string
	for within := 0; i >= 0; i-- {
		name, indent, ok := memberName(s.Line(i, width))
		switch {
		case within == 0 && (!ok || name == ""):
			return ""
		case within > 0 && indent >= within:
			continue
		case name != "":
			names = append(names, name)
		}
		if within = indent; within <= 2 {
			break
		}
	}
	slices.Reverse(names)
	return strings.Join(names, ".")
}

// memberName is the name on a line of JSON, and its indentation. ok says that the
// line has one.
func memberName(l Line) (name string, indent int, ok bool) {
	for _, s := range l.Spans {
		switch {
		case s.Role == Key && indent >= 2:
			return strings.Trim(s.Text, `"`), indent, true
		case s.Role != Dim || strings.Trim(s.Text, " ▾▸") != "":
			return "", indent, indent >= 2
		}
		indent += safe.Width(s.Text)
	}
	return "", indent, false
}

func closing(d json.Delim) string {
	if d == '{' {
		return "}"
	}
	return "]"
}

func scalar(t json.Token) Span {
	switch t := t.(type) {
	case string:
		return Span{quoted(t), String}
	case json.Number:
		return Span{safe.String(t.String()), Number}
	case bool:
		return Span{strconv.FormatBool(t), Literal}
	}
	return Span{"null", Literal}
}

// maxString bounds a string that is shown on one line.
const maxString = 4096

func quoted(s string) string {
	b, _, _ := safe.Append(append(make([]byte, 0, len(s)+2), '"'), s, true, maxString)
	return string(append(b, '"'))
}

// PlainText shows text, a line a line.
func PlainText(b []byte) []Line {
	lines := bothEnds[Line]{max: maxJSONLines}
	for len(b) > 0 {
		line := b
		if i := bytes.IndexByte(b, '\n'); i >= 0 {
			line, b = b[:i], b[i+1:]
		} else {
			b = nil
		}
		line = bytes.TrimSuffix(line, []byte("\r"))
		lines.add(Make(Text, safe.Cut(expandTabs(line), maxString)))
	}
	return lines.all(linesLeftOut)
}

func expandTabs(b []byte) []byte { return bytes.ReplaceAll(b, []byte("\t"), []byte("    ")) }
