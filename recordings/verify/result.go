package verify

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/recordings/flow/compare"
	"github.com/dockwire/dockwire/recordings/flow/match"
)

// Result is how a live daemon differs from a recording.
type Result struct {
	Recording  string            `json:"recording"`
	Daemon     Daemon            `json:"daemon"`
	Versions   []Version         `json:"api_versions"` // those that were asked with another than recorded
	Same       int               `json:"same"`         // calls
	Changed    int               `json:"changed"`      // answered differently
	NotSent    int               `json:"not_sent"`     // could not, or must not, be made
	LeftOut    int               `json:"left_out"`     // were not asked for: a filter, --read-only
	Ignored    int               `json:"ignored"`      // differences at places that were not to be compared
	Commands   []compare.Command `json:"commands"`     // those with calls that changed or were not sent
	Names      []compare.Name    `json:"names"`        // the daemon chose new ones
	Noted      []Noted           `json:"noted"`        // what a person should know of calls that are the same
	Shortened  int               `json:"shortened"`    // pauses
	LeftBehind []Thing           `json:"left_behind"`  // what was made, and is still there
	Removed    []Thing           `json:"removed"`      // by --cleanup
}

// Version is an API version that was asked with instead of another.
type Version struct {
	Recorded string `json:"recorded"`
	Asked    string `json:"asked"`
}

// Noted is a remark about a call.
type Noted struct {
	Recorded decode.ExchangeID `json:"recorded"`
	Text     string            `json:"text"`
}

// Equal reports whether no answer differs.
func (r *Result) Equal() bool { return r.Changed == 0 }

// result gathers what became of the calls.
func (r *run) result() *Result {
	r.mu.Lock()
	defer r.mu.Unlock()
	out := &Result{
		Recording: r.rec.Path, Daemon: r.opt.Daemon, Versions: []Version{},
		Commands: []compare.Command{}, Names: []compare.Name{}, Noted: []Noted{}, Shortened: r.cut,
		Ignored:    r.pairs.Ignored(),
		LeftBehind: []Thing{}, Removed: []Thing{},
	}
	groups := map[int]int{}
	for _, c := range r.calls {
		d, listed := r.tell(out, c)
		if !listed {
			continue
		}
		at, ok := groups[c.x.Group]
		if !ok {
			at = len(out.Commands)
			groups[c.x.Group] = at
			out.Commands = append(out.Commands, compare.Command{Name: r.rec.Groups[c.x.Group].Name, Kind: compare.Changed})
		}
		out.Commands[at].Calls = append(out.Commands[at].Calls, d)
	}
	for _, b := range r.names.set.List() {
		if !isID.MatchString(b.Recorded) {
			out.Names = append(out.Names, compare.Name{Recorded: b.Recorded, Other: b.Live})
		}
	}
	return out
}

// tell counts a call, and reports whether it is listed.
func (r *run) tell(out *Result, c *call) (compare.Call, bool) {
	x := c.x
	d := compare.Call{
		Kind: compare.Changed, Method: x.Method, Target: x.Target, Recorded: x.ID, Line: x.Pos,
		Differ: c.differ, Why: c.why, Notes: c.notes,
	}
	if x.Call.Op != nil {
		d.Operation = x.Call.Op.ID
	}
	switch {
	case c.notAsked:
		out.LeftOut++
		return d, false
	case c.why != "":
		out.NotSent++
		d.Kind = compare.NotSent
		return d, true
	case c.phase != compared:
		out.NotSent++
		d.Kind, d.Why = compare.NotSent, "it was stopped before"
		return d, true
	}
	v := Version{x.Call.Version, r.opt.Versions.Of(x.Call.Version)}
	if v.Recorded != v.Asked && !slices.Contains(out.Versions, v) {
		out.Versions = append(out.Versions, v)
	}
	if len(c.differ) > 0 {
		out.Changed++
		d.Notes = append(d.Notes, c.hints(r)...)
		return d, true
	}
	out.Same++
	for _, n := range c.notes {
		out.Noted = append(out.Noted, Noted{x.ID, n})
	}
	return d, false
}

// hints say what to do about a difference.
func (c *call) hints(r *run) []string {
	var out []string
	switch {
	case c.gaveUp:
		out = append(out, fmt.Sprintf("it was given up after a silence of %v (--timeout)", (r.opt.Timeout+c.took()).Round(1e7)))
	case c.failed != nil && c.live.status == 0:
		out = append(out, c.failed.Error())
	}
	op := c.x.Call.Op
	if op != nil && op.ID == "ContainerCreate" && c.x.Status == 201 {
		switch c.live.status {
		case 409:
			out = append(out, "hint: the name is taken there: remove that container, or verify on a daemon without it")
		case 404:
			out = append(out, "hint: the image is not there: pull or load it first")
		}
	}
	return out
}

// Text tells the result to people, in lines, in the words of diff.
func (r *Result) Text(paint match.Paint, clean func(string) string) string {
	var b strings.Builder
	b.WriteString(compare.CommandsText(r.Commands, "live", paint, clean))
	for _, n := range r.Names {
		fmt.Fprintf(&b, "name %q is %q\n", n.Recorded, n.Other)
	}
	for _, n := range r.Noted {
		fmt.Fprintf(&b, "note: #%d was %s\n", n.Recorded, clean(n.Text))
	}
	if r.Shortened > 0 {
		fmt.Fprintf(&b, "note: pauses shortened by --max-idle: %d; what takes its time may not have been done\n", r.Shortened)
	}
	for _, v := range r.Versions {
		fmt.Fprintf(&b, "API %s was asked for instead of %s\n", v.Asked, v.Recorded)
	}
	for i := range r.Removed {
		fmt.Fprintf(&b, "removed: %s, which #%d made\n", clean(r.Removed[i].String()), r.Removed[i].Exchange)
	}
	for i := range r.LeftBehind {
		fmt.Fprintf(&b, "left behind: %s, which #%d made\n", clean(r.LeftBehind[i].String()), r.LeftBehind[i].Exchange)
	}
	b.WriteString(compare.IgnoredText(r.Ignored))
	b.WriteString(compare.CountsText(r.Same, compare.Count{Calls: r.Changed, Kind: compare.Changed}, compare.Count{Calls: r.NotSent, Kind: compare.NotSent}, compare.Count{Calls: r.LeftOut, Kind: "left out"}))
	return b.String()
}
