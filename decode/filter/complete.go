package filter

import (
	"slices"
	"strings"

	"github.com/dockwire/dockwire/decode/engine"
)

// Completion is a text that could stand at the cursor.
type Completion struct {
	Text     string // replaces the bytes From to To of the filter
	From, To int
	Doc      string
}

// Complete offers what could be typed at the cursor (a byte offset): fields
// and joining words, or the values of a field where they are known: first those
// that begin with what was typed, then those that have it elsewhere. more gives
// further values of a field, which come first; it may be nil.
func Complete(s string, cursor int, more func(field string) []ValueDoc) []Completion {
	cursor = min(max(cursor, 0), len(s))
	l := lexer{s: s[:cursor]}
	var t token
	for next := l.next(); next.kind != tokEnd; next = l.next() {
		t = next
	}
	if t.kind == tokTerm && t.end == cursor {
		return completeValue(t, cursor, more)
	}
	prefix := ""
	switch {
	case t.end < cursor: // behind white space
	case t.kind == tokWord && t.quote:
		return nil
	case t.kind == tokWord, t.kind == tokAnd && t.at < cursor, t.kind == tokOr, t.kind == tokNot:
		prefix = s[t.at:cursor]
		if strings.Trim(prefix, "!&|") == "" {
			prefix = ""
		}
	}
	return completeName(prefix, cursor, t.kind == tokTerm || t.kind == tokWord || t.kind == tokClose)
}

// completeName offers fields, and joining words where one may stand.
func completeName(prefix string, cursor int, mayJoin bool) []Completion {
	var out []Completion
	offer := func(text, doc string) {
		if len(text) >= len(prefix) && strings.EqualFold(text[:len(prefix)], prefix) {
			out = append(out, Completion{text, cursor - len(prefix), cursor, doc})
		}
	}
	for i := range fields {
		d := &fields[i].doc
		op := ":"
		switch {
		case strings.HasSuffix(d.Name, "."):
			op = ""
		case d.Kind == "duration", d.Kind == "size":
			op = ">"
		case d.Kind == "body":
			op = "~"
		}
		offer(d.Name+op, d.Doc)
	}
	if mayJoin {
		offer("and ", "both must match")
		offer("or ", "one must match")
	}
	offer("not ", "must not match")
	return out
}

func completeValue(t token, cursor int, more func(field string) []ValueDoc) []Completion {
	f, _ := lookup(t.field)
	if f == nil {
		return nil
	}
	at := t.valAt
	if t.quote { // values that need quotes come with them
		at--
	}
	values := Values(f.doc.Name)
	if more != nil {
		seen := more(f.doc.Name)
		values = append(seen, slices.DeleteFunc(values, func(v ValueDoc) bool {
			return slices.ContainsFunc(seen, func(s ValueDoc) bool { return s.Value == v.Value })
		})...)
	}
	var first, out []Completion
	typed := strings.ToLower(t.value)
	for _, v := range values {
		switch i := strings.Index(strings.ToLower(strings.Trim(v.Value, `"`)), typed); {
		case i == 0:
			first = append(first, Completion{v.Value, at, cursor, v.Doc})
		case i > 0 && len(typed) > 1: // a letter alone is in nearly all of them
			out = append(out, Completion{v.Value, at, cursor, v.Doc})
		}
	}
	return append(first, out...)
}

// Values lists the values of a field where there is a list to give.
func Values(name string) []ValueDoc {
	switch name {
	case "method":
		return plainValues("GET", "HEAD", "POST", "PUT", "DELETE")
	case "status":
		return []ValueDoc{{"2xx", "fine"}, {"3xx", "nothing to do"}, {"4xx", "the client's mistake"},
			{"5xx", "the daemon's"}, {"101", "became a stream"}, {"404", "no such thing"}, {"409", "conflict"}}
	case "end":
		return plainValues("eof", "cancel", "reset", "timeout", "error")
	case "by":
		return plainValues("client", "server", "proxy", "recorder")
	case "took", "ttfb":
		return plainValues("10ms", "100ms", "1s", "10s", "1m")
	case "size", "up", "down":
		return plainValues("10k", "1MB", "100MB", "1GiB")
	case "is":
		out := make([]ValueDoc, len(flags))
		for i := range flags {
			out[i] = flags[i].ValueDoc
		}
		return out
	case "op", "tag":
		return operationValues(name)
	}
	return nil
}

func plainValues(values ...string) []ValueDoc {
	out := make([]ValueDoc, len(values))
	for i, v := range values {
		out[i].Value = v
	}
	return out
}

func operationValues(name string) []ValueDoc {
	var out []ValueDoc
	for _, op := range engine.Operations() {
		v := ValueDoc{op.ID, op.Method + " " + op.Path}
		if name == "tag" {
			v = ValueDoc{Value: op.Tag}
		}
		if v.Value != "" && !slices.Contains(out, v) {
			out = append(out, v)
		}
	}
	return out
}
