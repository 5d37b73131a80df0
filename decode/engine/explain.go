package engine

import (
	"embed"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
	"sync"
)

// Explanation says what an operation is about.
type Explanation struct {
	Text     string   // two to five sentences; code words are in backquotes
	Commands []string // docker commands that use it, most usual first; may be empty
}

// explainFiles holds the explanations, a file for each tag of the API:
//
//	# OperationID
//	commands: docker this, docker that
//	Text in one paragraph.
//
//go:embed explain
var explainFiles embed.FS

type explanations struct {
	operations map[string]Explanation // by operation id
	params     map[[2]string]string   // by what it is for (id, tag or "*") and name
	fields     map[[2]string]string   // by operation id and place in the request body
	flags      map[[2]string]string   // by operation id and place in the request
	terms      map[string]string      // words and status codes

	requests, answers map[string][]Field  // by operation id, in the order of the files
	statuses          map[string][]Status // by operation id
}

var theExplanations = sync.OnceValue(func() *explanations {
	e, err := readExplanations(explainFiles)
	if err != nil {
		panic(err) // embedded data, read by every test
	}
	return e
})

// Explain returns the explanation of an operation, the zero value for nil.
func Explain(op *Operation) Explanation {
	if op == nil {
		return Explanation{}
	}
	return theExplanations().operations[op.ID]
}

// FieldDoc explains a field of an operation's request body in a phrase, without
// capital or full stop. The field is a place such as HostConfig.PortBindings;
// one below an explained field has that explanation. It is "" when there is
// nothing to say.
func FieldDoc(opID, field string) string {
	fields := theExplanations().fields
	for field != "" {
		if doc := fields[[2]string{opID, field}]; doc != "" {
			return doc
		}
		field = field[:max(strings.LastIndexAny(field, ".["), 0)]
	}
	return ""
}

// Flag is the flag of a docker command that sets a place in an operation's
// request. The place is a field of the body, or "query name" for a parameter of the
// query. Flag is "" if no flag sets it.
func Flag(opID, place string) string { return theExplanations().flags[[2]string{opID, place}] }

// Term explains a word of the field or a status code: "hijack", "404". It is ""
// for any other.
func Term(word string) string { return theExplanations().terms[strings.ToLower(word)] }

// Terms are the words that Term explains, sorted.
func Terms() []string { return slices.Sorted(maps.Keys(theExplanations().terms)) }

// ParamDoc explains a path or query parameter of an operation in a phrase,
// without capital or full stop. It is "" when there is nothing to say.
func ParamDoc(opID, name string) string {
	op := Find(opID)
	if op == nil {
		return ""
	}
	params := theExplanations().params
	for _, scope := range [...]string{op.ID, op.Tag, "*"} {
		if doc := params[[2]string{scope, name}]; doc != "" {
			return doc
		}
	}
	return ""
}

func readExplanations(files embed.FS) (*explanations, error) {
	e := &explanations{
		flags:      map[[2]string]string{},
		operations: map[string]Explanation{}, params: map[[2]string]string{}, fields: map[[2]string]string{}, terms: map[string]string{},
		requests: map[string][]Field{}, answers: map[string][]Field{}, statuses: map[string][]Status{},
	}
	entries, err := files.ReadDir("explain")
	if err != nil {
		return nil, err
	}
	for _, entry := range entries {
		data, err := files.ReadFile(path.Join("explain", entry.Name()))
		if err != nil {
			return nil, err
		}
		switch text := string(data); entry.Name() {
		case "terms.txt":
			err = e.readTerms(text)
		case "parameters.tsv":
			err = readTable(text, func(name, scope, doc string) bool { return put(e.params, [2]string{scope, name}, doc) })
		case "flags.tsv":
			err = readTable(text, func(op, place, flag string) bool { return put(e.flags, [2]string{op, place}, flag) })
		case "fields.tsv":
			err = readTable(text, func(op, place, doc string) bool {
				e.requests[op] = append(e.requests[op], Field{Place: place, Doc: doc})
				return put(e.fields, [2]string{op, place}, doc)
			})
		case "answers.tsv":
			seen := map[[2]string]string{}
			err = readTable(text, func(op, place, doc string) bool {
				e.answers[op] = append(e.answers[op], Field{Place: place, Doc: doc})
				return put(seen, [2]string{op, place}, doc)
			})
		case "statuses.tsv":
			err = readTable(text, func(op, code, doc string) bool {
				if statusDoc(e.statuses[op], code) != "" {
					return false
				}
				e.statuses[op] = append(e.statuses[op], Status{code, doc})
				return true
			})
		default:
			err = e.readOperations(text)
		}
		if err != nil {
			return nil, fmt.Errorf("explain/%s: %w", entry.Name(), err)
		}
	}
	return e, nil
}

func (e *explanations) readOperations(text string) error {
	for _, section := range strings.Split("\n"+text, "\n# ")[1:] {
		id, rest, _ := strings.Cut(section, "\n")
		commands, text, ok := strings.Cut(rest, "\n")
		commands, isCommands := strings.CutPrefix(commands, "commands:")
		if _, twice := e.operations[id]; twice || !ok || !isCommands {
			return fmt.Errorf("%s: a section is a heading that comes once, a line of commands, and text", id)
		}
		x := Explanation{Text: strings.TrimSpace(text)}
		if commands = strings.TrimSpace(commands); commands != "" {
			x.Commands = strings.Split(commands, ", ")
		}
		e.operations[id] = x
	}
	return nil
}

func (e *explanations) readTerms(text string) error {
	for _, section := range strings.Split("\n"+text, "\n# ")[1:] {
		word, doc, ok := strings.Cut(section, "\n")
		if _, twice := e.terms[word]; twice || !ok {
			return fmt.Errorf("%s: a section is a word that comes once, and text", word)
		}
		e.terms[word] = strings.TrimSpace(doc)
	}
	return nil
}

// readTable reads lines of three columns. The first may have several values, with
// commas between them. add takes one of them and the others, and reports whether the
// first two are new.
func readTable(text string, add func(a, b, doc string) bool) error {
	for _, f := range Rows("explain", text, 3) {
		for _, first := range strings.Split(f[0], ",") {
			if !add(first, f[1], f[2]) {
				return fmt.Errorf("%q twice", first+" "+f[1])
			}
		}
	}
	return nil
}

// put adds a text under a key that has none yet.
func put(into map[[2]string]string, key [2]string, doc string) bool {
	if into[key] != "" {
		return false
	}
	into[key] = doc
	return true
}
