package engine

import (
	"embed"
	"fmt"
	"path"
	"strings"
	"sync"
)

// Explanation tells a person what an operation is about.
type Explanation struct {
	Text     string   // two to five sentences; code words stand in backquotes
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
	e := &explanations{operations: map[string]Explanation{}, params: map[[2]string]string{}}
	entries, err := files.ReadDir("explain")
	if err != nil {
		return nil, err
	}
	for _, entry := range entries {
		data, err := files.ReadFile(path.Join("explain", entry.Name()))
		if err != nil {
			return nil, err
		}
		read := e.readOperations
		if entry.Name() == "parameters.tsv" {
			read = e.readParams
		}
		if err := read(string(data)); err != nil {
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

func (e *explanations) readParams(text string) error {
	for _, line := range strings.Split(text, "\n") {
		if line == "" || line[0] == '#' {
			continue
		}
		f := strings.Split(line, "\t")
		if len(f) != 3 {
			return fmt.Errorf("%q: %d columns, want 3", line, len(f))
		}
		key := [2]string{f[1], f[0]}
		if e.params[key] != "" {
			return fmt.Errorf("%q twice", f[0]+" of "+f[1])
		}
		e.params[key] = f[2]
	}
	return nil
}
