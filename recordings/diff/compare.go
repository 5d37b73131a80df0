package diff

import (
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/engine"
	"github.com/dockwire/dockwire/decode/filter"
	"github.com/dockwire/dockwire/recordings/replay/bind"
	"github.com/dockwire/dockwire/recordings/replay/match"
)

// What became of a call.
type Kind string

const (
	Changed Kind = "changed"  // asked or answered differently
	Missing Kind = "missing"  // only the first recording has it
	Added   Kind = "added"    // only the second has it
	Moved   Kind = "moved"    // both have it, in another order; it may be changed, too
	NotSent Kind = "not sent" // only when a recording is sent to a daemon: Why tells
)

// Call is a call that is not the same in both recordings.
type Call struct {
	Kind      Kind               `json:"kind"`
	Operation string             `json:"operation"`
	Method    string             `json:"method"`
	Target    string             `json:"target"`
	Recorded  decode.ExchangeID  `json:"recorded,omitempty"` // exchange in the first recording, 0: none
	Other     decode.ExchangeID  `json:"other,omitempty"`    // in the second
	Line      int                `json:"line"`               // of the request, in the first recording if it is there
	Differ    []match.Difference `json:"differences,omitempty"`
	Why       string             `json:"why,omitempty"`   // it was not sent
	Notes     []string           `json:"notes,omitempty"` // what a person should know of it
}

// Command is a client command with calls that are not the same.
type Command struct {
	Name  string `json:"command"` // its command line or user agent, "" when unknown
	Kind  Kind   `json:"kind"`    // Changed, Missing or Added
	Calls []Call `json:"calls"`
}

// Name is a name that the second recording has in the place of another.
type Name struct {
	Recorded string `json:"recorded"`
	Other    string `json:"other"`
}

// Result is how two recordings differ.
type Result struct {
	A        string    `json:"recorded"`
	B        string    `json:"other"`
	Same     int       `json:"same"` // calls
	Changed  int       `json:"changed"`
	Moved    int       `json:"moved"` // those of them that changed count here only
	Missing  int       `json:"missing"`
	Added    int       `json:"added"`
	Commands []Command `json:"commands"` // those with differences
	Names    []Name    `json:"names"`
}

// Equal tells whether nothing differs but names and what is of the moment.
func (r *Result) Equal() bool { return r.Changed+r.Moved+r.Missing+r.Added == 0 }

// Compare reads two recordings and compares the calls that the filter matches
// (nil: all). A recording that cannot be read is an error; one that was cut
// off is compared as far as it goes.
func Compare(a, b string, which *filter.Filter) (*Result, error) {
	flowA, err := read(a, which)
	if err != nil {
		return nil, err
	}
	flowB, err := read(b, which)
	if err != nil {
		return nil, err
	}
	c := comparison{result: &Result{A: a, B: b, Commands: []Command{}, Names: []Name{}}}
	c.flows(flowA, flowB)
	return c.result, nil
}

// comparison is what has been learned so far.
type comparison struct {
	result *Result
	names  []bind.Pair
	own    func(name string) bool // tells what is of the recording; nil: all is
	left   bool                   // the client left both answers that are compared
}

func (c *comparison) flows(a, b *flow) {
	if len(a.groups) == 1 && len(b.groups) == 1 { // whatever they are called: docker and podman
		c.groups(a.groups[0], b.groups[0])
		return
	}
	keysA, keysB := groupKeys(a), groupKeys(b)
	pairs, _ := moved(align(keysA, keysB), keysA, keysB) // commands may run side by side: their order is chance
	for _, p := range pairs {
		switch {
		case p.b < 0:
			c.alone(a.groups[p.a], Missing)
		case p.a < 0:
			c.alone(b.groups[p.b], Added)
		default:
			c.groups(a.groups[p.a], b.groups[p.b])
		}
	}
}

// groupKeys are what commands are aligned by: the program and its first plain
// word, as arguments may hold names.
func groupKeys(f *flow) []string {
	var keys []string
	for _, g := range f.groups {
		words := strings.Fields(g.name)
		key := ""
		for i, w := range words {
			if i == 0 {
				key = path.Base(w)
			} else if !strings.HasPrefix(w, "-") {
				key += " " + w
				break
			}
		}
		keys = append(keys, key)
	}
	return keys
}

func (c *comparison) alone(g *group, kind Kind) {
	out := Command{Name: g.name, Kind: kind}
	for _, x := range g.calls {
		out.Calls = append(out.Calls, c.lone(x, kind))
	}
	c.result.Commands = append(c.result.Commands, out)
}

func (c *comparison) lone(x *Parts, kind Kind) Call {
	out := Call{Kind: kind, Operation: x.name(), Method: x.method, Target: x.target, Line: x.line}
	if kind == Missing {
		out.Recorded = x.id
		c.result.Missing++
	} else {
		out.Other = x.id
		c.result.Added++
	}
	return out
}

// groups compares what a command did.
func (c *comparison) groups(a, b *group) {
	keysA, keysB := callKeys(a), callKeys(b)
	pairs, isMoved := moved(align(keysA, keysB), keysA, keysB)
	out := Command{Name: a.name, Kind: Changed}
	for _, p := range pairs {
		switch {
		case p.b < 0:
			out.Calls = append(out.Calls, c.lone(a.calls[p.a], Missing))
		case p.a < 0:
			out.Calls = append(out.Calls, c.lone(b.calls[p.b], Added))
		default:
			if x, differs := c.both(a.calls[p.a], b.calls[p.b], isMoved[p.a]); differs {
				out.Calls = append(out.Calls, x)
			}
		}
	}
	if len(out.Calls) > 0 {
		c.result.Commands = append(c.result.Commands, out)
	}
}

func callKeys(g *group) []string {
	keys := make([]string, len(g.calls))
	for i, x := range g.calls {
		keys[i] = x.key
	}
	return keys
}

// both compares a call that both recordings have.
func (c *comparison) both(a, b *Parts, isMoved bool) (out Call, differs bool) {
	out = Call{
		Kind: Changed, Operation: a.name(), Method: a.method, Target: a.target,
		Recorded: a.id, Other: b.id, Line: a.line, Differ: c.differences(a, b),
	}
	switch {
	case isMoved:
		out.Kind = Moved
		c.result.Moved++
	case len(out.Differ) > 0:
		c.result.Changed++
	default:
		c.result.Same++
		return out, false
	}
	return out, true
}

func (x *Parts) name() string {
	if x.op != nil {
		return x.op.ID
	}
	return ""
}

func (c *comparison) differences(a, b *Parts) []match.Difference {
	return append(c.request(a, b), c.answers(a, b)...)
}

// answers compares what a call came to.
func (c *comparison) answers(a, b *Parts) []match.Difference {
	var out []match.Difference
	if a.status != b.status {
		out = append(out, match.Difference{Place: "status", Recorded: statusText(a.status), Received: statusText(b.status)})
	}
	if a.ended != b.ended && !(c.left && b.byClient) {
		out = append(out, match.Difference{Place: "end", Recorded: orderly(a.ended), Received: orderly(b.ended)})
	}
	failed := (a.status >= 400) != (b.status >= 400)
	for _, d := range match.DiffLeaves(c.renamed(a.answer), b.answer) {
		switch {
		case failed && d.Place != "answer.message": // an error has other places than what was asked for
		case d.Absent == "recorded" && empty(d.Received), d.Absent == "received" && empty(d.Recorded):
		case d.Absent == "" && a.op != nil && ofTheMachine[a.op.ID]:
		case volatilePlace(a.op, d.Place), c.named(&d), c.strange(a.op, &d):
		default:
			out = append(out, d)
		}
	}
	return append(out, c.streams(a, b)...)
}

func statusText(status int) string {
	if status == 0 {
		return "no answer"
	}
	return strconv.Itoa(status)
}

func orderly(how string) string {
	if how == "" {
		return "orderly"
	}
	return how
}

// request compares what was asked, and learns the names that differ.
func (c *comparison) request(a, b *Parts) []match.Difference {
	var out, rest []match.Difference
	for _, d := range match.DiffLeaves(a.request, b.request) {
		if naming, _ := bind.Naming(a.op, d.Place); naming && c.learn(a, &d) {
			continue
		}
		rest = append(rest, d)
	}
	for _, d := range rest {
		if !c.named(&d) && !c.learn(a, &d) {
			out = append(out, d)
		}
	}
	return out
}

// learn binds the names at a place, as a replay would.
func (c *comparison) learn(a *Parts, d *match.Difference) bool {
	if d.Absent != "" {
		return false
	}
	if c.named(d) {
		return true
	}
	recorded, other := d.Recorded, d.Received
	if strings.HasPrefix(d.Place, "body.") {
		var err1, err2 error
		recorded, err1 = strconv.Unquote(recorded)
		other, err2 = strconv.Unquote(other)
		if err1 != nil || err2 != nil {
			return false
		}
	}
	pairs, ok := bind.Pairs(a.op, d.Place, recorded, other)
	if !ok {
		return false
	}
	for _, p := range pairs {
		for _, known := range c.names {
			if (known.Recorded == p.Recorded) != (known.Live == p.Live) && !p.Gives {
				return false // it stands for something else already
			}
		}
		c.names = append(c.names, p)
		c.result.Names = append(c.result.Names, Name{p.Recorded, p.Live})
	}
	return true
}

// renamed puts the names that are bound into places: those of things in lists.
func (c *comparison) renamed(leaves []match.Leaf) []match.Leaf {
	if len(c.names) == 0 || !slices.ContainsFunc(leaves, func(l match.Leaf) bool { return strings.Contains(l.Place, ".[") }) {
		return leaves
	}
	leaves = slices.Clone(leaves)
	for i := range leaves {
		leaves[i].Place = bind.Apply(c.names, leaves[i].Place)
	}
	sortByPlace(leaves)
	return leaves
}

// strange tells of a thing that only one list has and that is not of the
// recording.
func (c *comparison) strange(op *engine.Operation, d *match.Difference) bool {
	if c.own == nil {
		return false
	}
	name, ok := thing(op, d.Place)
	return ok && (d.Absent != "" || op.ID == "ContainerList") && !c.own(name)
}

// named tells whether values differ by names that are bound only.
func (c *comparison) named(d *match.Difference) bool {
	return d.Absent == "" && len(c.names) > 0 && bind.Apply(c.names, d.Recorded) == d.Received
}

// streams compares what was carried.
func (c *comparison) streams(a, b *Parts) []match.Difference {
	var out []match.Difference
	other := map[string][]string{}
	for _, s := range b.streams {
		other[s.name] = s.lines
	}
	for _, s := range a.streams {
		out = append(out, c.lines(s.name, s.lines, other[s.name])...)
		delete(other, s.name)
	}
	for _, s := range b.streams {
		if lines, ok := other[s.name]; ok {
			out = append(out, c.lines(s.name, nil, lines)...)
		}
	}
	return out
}

// lines are the parts of two streams in which they differ.
func (c *comparison) lines(name string, a, b []string) []match.Difference {
	if len(c.names) > 0 {
		bound := make([]string, len(a))
		for i := range a {
			bound[i] = bind.Apply(c.names, a[i])
		}
		a = bound
	}
	var out []match.Difference
	pairs := align(unnumbered(a), unnumbered(b))
	for i := 0; i < len(pairs); {
		if pairs[i].a >= 0 && pairs[i].b >= 0 {
			i++
			continue
		}
		var was, is []string
		from := i
		for ; i < len(pairs) && (pairs[i].a < 0 || pairs[i].b < 0); i++ {
			if pairs[i].a >= 0 {
				was = append(was, a[pairs[i].a])
			} else {
				is = append(is, b[pairs[i].b])
			}
		}
		if c.left && len(was) == 0 && i == len(pairs) {
			break // the recorded client did not wait for the rest
		}
		out = append(out, hunk(name, lineNumber(pairs, from), was, is))
	}
	return out
}

// unnumbered takes the numbers out of placeholders for secrets.
func unnumbered(lines []string) []string {
	for i, l := range lines {
		if strings.Contains(l, "{{redacted.") {
			lines = slices.Clone(lines)
			for ; i < len(lines); i++ {
				lines[i] = match.Plain(lines[i])
			}
			break
		}
	}
	return lines
}

// lineNumber is where a difference begins in the first stream.
func lineNumber(pairs []pair, at int) int {
	for at--; at >= 0; at-- {
		if pairs[at].a >= 0 {
			return pairs[at].a + 2
		}
	}
	return 1
}

func hunk(name string, line int, a, b []string) match.Difference {
	d := match.Difference{Place: fmt.Sprintf("%s line %d", name, line)}
	switch {
	case len(a) == 0:
		d.Received, d.Absent = linesText(b), "recorded"
	case len(b) == 0:
		d.Recorded, d.Absent = linesText(a), "received"
	default:
		d.Recorded, d.Received = linesText(a), linesText(b)
	}
	return d
}

func linesText(lines []string) string {
	if len(lines) == 1 {
		return strconv.Quote(lines[0])
	}
	return strconv.Quote(strings.Join(lines, "\n"))
}
