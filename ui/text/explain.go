package text

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dockwire/dockwire/decode/engine"
	"github.com/dockwire/dockwire/decode/nearest"
	"github.com/dockwire/dockwire/ui/safe"
)

// Explanation explains an operation: what it does, which commands use it, what
// its parameters mean. Lines are wrapped to width
// columns, 0 does not wrap.
func Explanation(op *engine.Operation, width int) string {
	var b strings.Builder
	x := engine.Explain(op)
	fmt.Fprintf(&b, "%s  %s %s\n", op.ID, op.Method, op.Path)
	if len(x.Commands) > 0 {
		b.WriteString(Wrap("used by "+strings.Join(x.Commands, ", "), width))
	}
	if op.Since != "" {
		fmt.Fprintf(&b, "since API %s\n", op.Since)
	}
	b.WriteString("\n" + Wrap(x.Text, width))
	parameters(&b, "Path parameters", pathParams(op), op, width)
	parameters(&b, "Query parameters", op.Query, op, width)
	if len(op.Headers) > 0 {
		fmt.Fprintf(&b, "\nHeaders with a meaning of their own: %s\n", strings.Join(op.Headers, ", "))
	}
	fmt.Fprintf(&b, "\nRequest body: %s. Response: %s.%s\n", kind(op.Request), kind(op.Result), behaviour(op.Stream))
	documented(&b, "Fields of the request", fieldDocs(engine.RequestFields(op.ID)), width)
	documented(&b, "Fields of the answer", fieldDocs(engine.AnswerFields(op.ID)), width)
	var statuses [][2]string
	for _, s := range engine.Statuses(op.ID) {
		statuses = append(statuses, [2]string{s.Code, s.Doc})
	}
	documented(&b, "Statuses", statuses, width)
	return b.String()
}

func fieldDocs(fields []engine.Field) (docs [][2]string) {
	for _, f := range fields {
		docs = append(docs, [2]string{f.Place, f.Doc})
	}
	return docs
}

// pathParams are the names in braces of an operation's path.
func pathParams(op *engine.Operation) []string {
	var names []string
	for _, part := range strings.Split(op.Path, "/") {
		if name, ok := strings.CutPrefix(part, "{"); ok {
			name, _, _ = strings.Cut(name, "}")
			names = append(names, strings.TrimSuffix(name, ":.*"))
		}
	}
	return names
}

func parameters(b *strings.Builder, title string, names []string, op *engine.Operation, width int) {
	var docs [][2]string
	for _, n := range names {
		docs = append(docs, [2]string{n, engine.ParamDoc(op.ID, n)})
	}
	documented(b, title, docs, width)
}

// documented lists names with what each is for.
func documented(b *strings.Builder, title string, docs [][2]string, width int) {
	if len(docs) == 0 {
		return
	}
	fmt.Fprintf(b, "\n%s\n", title)
	widest := 0
	for _, d := range docs {
		widest = max(widest, len(d[0]))
	}
	widest = min(widest, 18)
	for _, d := range docs {
		doc := Wrap(d[1], max(width-widest-4, 0))
		doc = strings.ReplaceAll(strings.TrimRight(doc, "\n"), "\n", "\n"+strings.Repeat(" ", widest+4))
		if len(d[0]) > widest { // a long name has a line of its own
			fmt.Fprintf(b, "  %s\n%s%s\n", d[0], strings.Repeat(" ", widest+4), doc)
			continue
		}
		b.WriteString(strings.TrimRight(fmt.Sprintf("  %-*s  %s", widest, d[0], doc), " ") + "\n")
	}
}

func kind(k engine.Kind) string {
	switch k {
	case engine.JSON:
		return "JSON"
	case engine.JSONStream:
		return "a stream of JSON values"
	case engine.Stdio:
		return "stdout and stderr, framed or raw"
	case engine.HTTP2:
		return "an HTTP/2 connection"
	case engine.GRPC:
		return "gRPC in HTTP/2"
	case engine.WebSocket:
		return "a WebSocket"
	case engine.Binary:
		return "bytes"
	}
	return string(k)
}

func behaviour(k engine.Kind) string {
	switch k {
	case engine.Hijack:
		return " The connection becomes a byte stream both ways."
	case engine.Deferred:
		return " The head comes at once, the body when something happens."
	case engine.Build:
		return " The answer may begin before the upload is over."
	case engine.H2C:
		return " The connection becomes HTTP/2 with the client speaking first."
	case engine.SessionBack:
		return " The connection becomes HTTP/2 with the daemon as its client."
	}
	return ""
}

// Wrap breaks text into lines of at most width columns, each with its end.
func Wrap(text string, width int) string {
	if width <= 0 {
		return text + "\n"
	}
	var b strings.Builder
	column := 0
	for _, word := range strings.Fields(text) {
		n := safe.Width(word)
		if column > 0 && column+1+n > width {
			b.WriteByte('\n')
			column = 0
		}
		if column > 0 {
			b.WriteByte(' ')
			column++
		}
		b.WriteString(word)
		column += n
	}
	b.WriteByte('\n')
	return b.String()
}

// Operations finds what a person may mean: an operation's id in any case, a
// method and path, a path alone, a docker command, or part of an id. The
// best match alone where there is one.
func Operations(asked string) []*engine.Operation {
	asked = strings.Join(strings.Fields(asked), " ")
	if op := engine.Find(asked); op != nil {
		return []*engine.Operation{op}
	}
	if found := byPath(asked); len(found) > 0 {
		return found
	}
	var byCommand, byPart []*engine.Operation
	for _, op := range engine.Operations() {
		if slices.Contains(engine.Explain(op).Commands, asked) {
			byCommand = append(byCommand, op)
		}
		if asked != "" && strings.Contains(strings.ToLower(op.ID), strings.ToLower(asked)) {
			byPart = append(byPart, op)
		}
	}
	if len(byCommand) > 0 {
		return byCommand
	}
	return byPart
}

// NearestOperation is the operation's id, the docker command or the term that is
// spelled most like what was asked, or "".
func NearestOperation(asked string) string {
	return nearest.Word(strings.Join(strings.Fields(asked), " "), func(yield func(string) bool) {
		for _, term := range engine.Terms() {
			if !yield(term) {
				return
			}
		}
		for _, op := range engine.Operations() {
			if !yield(op.ID) {
				return
			}
			for _, command := range engine.Explain(op).Commands {
				if !yield(command) {
					return
				}
			}
		}
	})
}

func byPath(asked string) []*engine.Operation {
	method, target, ok := strings.Cut(asked, " ")
	if ok && strings.Contains(target, "/") {
		if call := engine.Lookup(strings.ToUpper(method), target); call.Op != nil {
			return []*engine.Operation{call.Op}
		}
		return nil
	}
	if !strings.Contains(asked, "/") {
		return nil
	}
	var found []*engine.Operation
	for _, method := range []string{"GET", "HEAD", "POST", "PUT", "DELETE"} {
		if call := engine.Lookup(method, asked); call.Op != nil {
			found = append(found, call.Op)
		}
	}
	// What fits by its end alone, as behind a base path, is not what was meant
	// where the whole path fits too.
	segments := func(op *engine.Operation) int { return strings.Count(op.Path, "/") }
	most := 0
	for _, op := range found {
		most = max(most, segments(op))
	}
	return slices.DeleteFunc(found, func(op *engine.Operation) bool { return segments(op) < most })
}
