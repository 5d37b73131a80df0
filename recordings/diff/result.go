package diff

import (
	"fmt"
	"strings"

	"github.com/dockwire/dockwire/recordings/flow/compare"
	"github.com/dockwire/dockwire/recordings/flow/match"
)

// Result is how two recordings differ.
type Result struct {
	A        string            `json:"recorded"`
	B        string            `json:"other"`
	Same     int               `json:"same"` // calls
	Changed  int               `json:"changed"`
	Moved    int               `json:"moved"` // those of them that changed count here only
	Missing  int               `json:"missing"`
	Added    int               `json:"added"`
	Ignored  int               `json:"ignored"`  // differences at places that were not to be compared
	Commands []compare.Command `json:"commands"` // those with differences
	Names    []compare.Name    `json:"names"`
	Noted    []string          `json:"noted"` // what a person should know of calls that are the same
}

// Equal reports whether nothing differs but names, what is of the moment, and
// what was not to be compared.
func (r *Result) Equal() bool { return r.Changed+r.Moved+r.Missing+r.Added == 0 }

// Text tells the result to people, in lines. paint colours its parts, nil
// leaves them as they are; clean makes text of the traffic safe to show.
func (r *Result) Text(paint match.Paint, clean func(string) string) string {
	var b strings.Builder
	b.WriteString(compare.CommandsText(r.Commands, "other", paint, clean))
	for _, n := range r.Names {
		fmt.Fprintf(&b, "name %q is %q\n", n.Recorded, n.Other)
	}
	for _, n := range r.Noted {
		b.WriteString("note: " + clean(n) + "\n")
	}
	b.WriteString(compare.IgnoredText(r.Ignored) + r.summary())
	return b.String()
}

func (r *Result) summary() string {
	return compare.CountsText(r.Same, compare.Count{Calls: r.Changed, Kind: compare.Changed}, compare.Count{Calls: r.Moved, Kind: compare.Moved}, compare.Count{Calls: r.Missing, Kind: compare.Missing}, compare.Count{Calls: r.Added, Kind: compare.Added})
}
