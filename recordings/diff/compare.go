package diff

import (
	"fmt"
	"path"
	"strconv"
	"strings"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/filter"
	"github.com/dockwire/dockwire/recordings/replay/bind"
	"github.com/dockwire/dockwire/recordings/replay/match"
)

// What became of a call.
type Kind string

const (
	Changed Kind = "changed" // asked or answered differently
	Missing Kind = "missing" // only the first recording has it
	Added   Kind = "added"   // only the second has it
	Moved   Kind = "moved"   // both have it, in another order; it may be changed, too
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
}

func (c *comparison) flows(a, b *flow) {
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

func (c *comparison) lone(x *call, kind Kind) Call {
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
func (c *comparison) both(a, b *call, isMoved bool) (out Call, differs bool) {
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

func (x *call) name() string {
	if x.op != nil {
		return x.op.ID
	}
	return ""
}

func (c *comparison) differences(a, b *call) []match.Difference {
	out := c.request(a, b)
	if a.status != b.status {
		out = append(out, match.Difference{Place: "status", Recorded: statusText(a.status), Received: statusText(b.status)})
	}
	if a.ended != b.ended {
		out = append(out, match.Difference{Place: "end", Recorded: orderly(a.ended), Received: orderly(b.ended)})
	}
	for _, d := range match.DiffLeaves(a.answer, b.answer) {
		if !volatilePlace(d.Place) && !c.named(&d) {
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
func (c *comparison) request(a, b *call) []match.Difference {
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
func (c *comparison) learn(a *call, d *match.Difference) bool {
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

// named tells whether values differ by names that are bound only.
func (c *comparison) named(d *match.Difference) bool {
	return d.Absent == "" && len(c.names) > 0 && bind.Apply(c.names, d.Recorded) == d.Received
}

// streams compares what was carried.
func (c *comparison) streams(a, b *call) []match.Difference {
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

// lines is the part of two streams in which they differ.
func (c *comparison) lines(name string, a, b []string) []match.Difference {
	if len(c.names) > 0 {
		bound := make([]string, len(a))
		for i := range a {
			bound[i] = bind.Apply(c.names, a[i])
		}
		a = bound
	}
	from := 0
	for len(a) > 0 && len(b) > 0 && a[0] == b[0] {
		a, b, from = a[1:], b[1:], from+1
	}
	for len(a) > 0 && len(b) > 0 && a[len(a)-1] == b[len(b)-1] {
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	if len(a)+len(b) == 0 {
		return nil
	}
	d := match.Difference{Place: fmt.Sprintf("%s line %d", name, from+1), Recorded: linesText(a), Received: linesText(b)}
	switch {
	case len(a) == 0:
		d.Absent = "recorded"
	case len(b) == 0:
		d.Absent = "received"
	}
	return []match.Difference{d}
}

func linesText(lines []string) string {
	if len(lines) == 1 {
		return strconv.Quote(lines[0])
	}
	return strconv.Quote(strings.Join(lines, "\n"))
}
