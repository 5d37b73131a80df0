package match

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Paint colours parts of a text: kind is "title", "-", "+" or "hint". nil
// leaves them as they are.
type Paint func(kind, text string) string

// maxDiffs and maxValue bound what a text shows.
const (
	maxDiffs = 12
	maxValue = 300
)

// Text explains a miss to a person, in lines without an end.
func (x *Miss) Text(paint Paint) string {
	if paint == nil {
		paint = func(_, text string) string { return text }
	}
	var b strings.Builder
	b.WriteString(paint("title", fmt.Sprintf("replay: no recorded exchange matches request %d", x.Number)))
	fmt.Fprintf(&b, "\n  %s %s", x.Method, x.Target)
	if x.Known {
		fmt.Fprintf(&b, "  (%s)", x.Operation)
	}
	if x.Reason != "" {
		return b.String() + "\n" + x.Reason
	}
	fmt.Fprintf(&b, "\n  file %s, %s", x.File, x.recorded())
	switch {
	case x.Unkept != "":
		fmt.Fprintf(&b, "\nit is #%d%s (line %d), but its answer is not in the recording: %s", x.Nearest, of(x.NearestFile), x.Line, x.Unkept)
		b.WriteString("\n" + paint("hint", "hint: record again with --max-body=all"))
	case x.Played:
		fmt.Fprintf(&b, "\nit is #%d%s (line %d), which was played already: %d recorded, %d received", x.Nearest, of(x.NearestFile), x.Line, x.Same, x.Asked)
		b.WriteString("\n" + paint("hint", "hint: --reuse last repeats the last answer, --reuse cycle begins again"))
	case x.Nearest != 0:
		x.differences(&b, paint)
	case len(x.Operations) > 0:
		fmt.Fprintf(&b, "\nrecorded operations: %s", strings.Join(cut(x.Operations, 12), ", "))
	}
	if x.Next != nil {
		fmt.Fprintf(&b, "\nnext expected in file order: %v %s %s", x.Next, x.Next.Method, shorten(x.Next.Target, 120))
	}
	return b.String()
}

// Cleaned is the miss with every text that came from elsewhere made fit for a
// screen by clean.
func (x *Miss) Cleaned(clean func(string) string) *Miss {
	c := *x
	for _, text := range []*string{&c.Method, &c.Target, &c.Operation, &c.Unkept, &c.Reason, &c.File, &c.API, &c.RecordedAPI} {
		*text = clean(*text)
	}
	c.Operations = slices.Clone(x.Operations)
	for i := range c.Operations {
		c.Operations[i] = clean(c.Operations[i])
	}
	c.Differ = slices.Clone(x.Differ)
	for i := range c.Differ {
		d := &c.Differ[i]
		d.Place, d.Recorded, d.Received = clean(d.Place), clean(d.Recorded), clean(d.Received)
	}
	if x.Next != nil {
		next := *x.Next
		next.Method, next.Target = clean(next.Method), clean(next.Target)
		c.Next = &next
	}
	return &c
}

// of names the file of an exchange where there are several.
func of(file string) string {
	if file == "" {
		return ""
	}
	return " of " + file
}

// recorded says which exchanges there are for the operation.
func (x *Miss) recorded() string {
	if len(x.Recorded) == 0 {
		return "nothing recorded for this operation"
	}
	var list []string
	for _, r := range x.Recorded {
		state := "unused"
		if r.Used {
			state = "used"
		}
		list = append(list, fmt.Sprintf("#%d%s %s", r.ID, of(r.File), state))
	}
	if x.More > 0 {
		list = append(list, fmt.Sprintf("%d more", x.More))
	}
	return fmt.Sprintf("%d recorded for this operation: %s", len(x.Recorded)+x.More, strings.Join(list, ", "))
}

func (x *Miss) differences(b *strings.Builder, paint Paint) {
	n := len(x.Differ)
	plural := "s"
	if n == 1 {
		plural = ""
	}
	fmt.Fprintf(b, "\nnearest: #%d%s (line %d), %d difference%s", x.Nearest, of(x.NearestFile), x.Line, n, plural)
	for i := range x.Differ {
		if i == maxDiffs {
			fmt.Fprintf(b, "\n  and %d more", n-maxDiffs)
			break
		}
		d := &x.Differ[i]
		fmt.Fprintf(b, "\n  %s", placeText(d.Place))
		b.WriteString("\n" + paint("-", "    - recorded  "+valueText(d, d.Recorded, "recorded")))
		b.WriteString("\n" + paint("+", "    + received  "+valueText(d, d.Received, "received")))
	}
	if x.API != x.RecordedAPI {
		fmt.Fprintf(b, "\nrecorded with API %s, asked with %s: the client is another one, or another version", cmp.Or(x.RecordedAPI, "(no version)"), cmp.Or(x.API, "(no version)"))
	}
	if place := x.volatilePlace(); place != "" {
		b.WriteString("\n" + paint("hint", "hint: if it differs each time, give --volatile '"+place+"'; if it was changed on purpose, record again"))
	}
}

// placeText writes a place for people: a JSON pointer (RFC 6901) in bodies.
func placeText(place string) string {
	root, rest, ok := strings.Cut(place, ".")
	switch {
	case !ok:
		return place
	case root == "body":
		return "body /" + pointer(rest)
	case root == "query":
		name, inner, ok := strings.Cut(rest, ".")
		if ok {
			return "query " + name + " /" + strings.ReplaceAll(inner, ".", "/")
		}
		return "query " + name
	case root == "files":
		return "file " + rest
	}
	return root + " " + rest
}

// pointer writes a place in JSON.
func pointer(place string) string {
	i := DataKey(place)
	return strings.ReplaceAll(place[:i], ".", "/") + strings.ReplaceAll(place[i:], "/", "~1") // RFC 6901
}

// DataKey is where a key begins that is data, and so may have dots in it: a label,
// an option or a kernel parameter. It is the length of a place that has none.
func DataKey(place string) int {
	for _, data := range []string{"Labels.", "Annotations.", "Sysctls.", "Options.", "DriverOpts."} {
		if i := strings.Index(place, data); i >= 0 && (i == 0 || place[i-1] == '.') {
			return i + len(data)
		}
	}
	return len(place)
}

func valueText(d *Difference, value, side string) string {
	if d.Absent == side {
		return "(nothing)"
	}
	if root, _, _ := strings.Cut(d.Place, "."); root == "path" || root == "query" {
		value = quote(value)
	}
	return shorten(value, maxValue)
}

func shorten(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && s[n]&0xc0 == 0x80 { // not within a character
		n--
	}
	return s[:n] + "… (" + strconv.Itoa(len(s)) + " bytes)"
}

func cut(list []string, n int) []string {
	if len(list) <= n {
		return list
	}
	return append(list[:n:n], fmt.Sprintf("%d more", len(list)-n))
}

// volatilePlace is the one place of all differences, when it is one that
// clients fill newly each time rather than one that a test is about.
func (x *Miss) volatilePlace() string {
	if len(x.Differ) != 1 {
		return ""
	}
	place := x.Differ[0].Place
	for _, prefix := range []string{"body.Labels.", "body.Hostname", "body.Annotations.", "query.labels"} {
		if strings.HasPrefix(place, prefix) {
			return place
		}
	}
	return ""
}
