package replay

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/recordings/flow/bind"
	"github.com/dockwire/dockwire/recordings/flow/match"
)

// Report is the result of a replay.
type Report struct {
	File      string         `json:"file"`
	Exchanges int            `json:"exchanges"` // in the recording
	Used      int            `json:"used"`      // of them
	Answers   int            `json:"answers"`   // that were given, repeated ones included
	Unused    []Unused       `json:"unused"`    // without ping, version and info
	Missed    []*match.Miss  `json:"missed"`    // in the order they came, the first of them
	MissedAll int            `json:"missed_all"`
	Bindings  []bind.Binding `json:"bindings"`
	Warnings  []Warning      `json:"warnings"`
	Unsaid    int            `json:"unsaid,omitempty"` // warnings beyond those

	Faults         []string `json:"faults,omitempty"`       // that requests met, in the order they came
	Disorder       []string `json:"out_of_order,omitempty"` // containers that were started in another order
	DifferentInput int      `json:"different_input"`        // streams into which something else was sent than recorded
	Unchecked      int      `json:"unchecked,omitempty"`    // files of builds whose contents could not be compared
}

// Unused is an exchange that no client asked for.
type Unused struct {
	Exchange decode.ExchangeID `json:"exchange"`
	File     string            `json:"file,omitempty"` // where several are replayed
	Line     int               `json:"line"`
	Method   string            `json:"method"`
	Target   string            `json:"target"`
}

// Report returns the result of the replay so far.
func (p *Player) Report() Report {
	p.mu.Lock()
	defer p.mu.Unlock()
	r := Report{
		File: p.rec.Path, Exchanges: len(p.rec.Exchanges), DifferentInput: p.differentInput, Unchecked: p.unchecked,
		Faults: slices.Clone(p.faults), Disorder: slices.Clone(p.disorder),
	}
	r.Used, r.Answers = p.matcher.Used()
	r.Unused = []Unused{}
	built, unbuilt := p.builds.count()
	r.Used, r.Answers = r.Used+built, r.Answers+built
	for _, x := range unbuilt {
		r.Unused = append(r.Unused, Unused{x.ID, x.File(), x.Line(), x.Method, x.Target})
	}
	for _, x := range p.matcher.Unused() {
		r.Unused = append(r.Unused, Unused{x.ID, x.File(), x.Line(), x.Method, x.Target})
	}
	r.Missed = append([]*match.Miss{}, p.matcher.Misses()...)
	r.MissedAll, r.Unsaid = p.matcher.Missed(), p.unsaid
	r.Bindings = append([]bind.Binding{}, p.matcher.Bindings()...)
	r.Warnings = append(append(p.unpublished(), p.shortened()...), p.warnings...)
	for _, n := range p.matcher.Notes() {
		r.Warnings = append(r.Warnings, Warning{Text: n})
	}
	return r
}

// Strict says how much has to be as recorded.
type Strict uint8

const (
	StrictNone Strict = iota
	StrictMiss        // every request must have been recorded
	StrictAll         // and every exchange used, and containers started in that order
)

// Fails reports whether a replay was not as it had to be, and why.
func (r *Report) Fails(s Strict, compareInput bool) (why string) {
	switch {
	case s >= StrictMiss && r.MissedAll > 0:
		return fmt.Sprintf("%d %s not recorded", r.MissedAll, plural(r.MissedAll, "request was", "requests were"))
	case s >= StrictMiss && r.Unchecked > 0:
		return fmt.Sprintf("%d %s of builds could not be compared, as the daemon had %s before: record again after docker builder prune",
			r.Unchecked, plural(r.Unchecked, "file", "files"), plural(r.Unchecked, "it", "them"))
	case compareInput && r.DifferentInput > 0:
		return fmt.Sprintf("%d %s got other input than recorded", r.DifferentInput, plural(r.DifferentInput, "stream", "streams"))
	case s >= StrictAll && len(r.Unused) > 0:
		return fmt.Sprintf("%d recorded %s not used", len(r.Unused), plural(len(r.Unused), "exchange was", "exchanges were"))
	case s >= StrictAll && len(r.Disorder) > 0:
		return fmt.Sprintf("%d %s came in another order: %s", len(r.Disorder), plural(len(r.Disorder), "start", "starts"), r.Disorder[0])
	}
	return ""
}

func plural(n int, one, more string) string {
	if n == 1 {
		return one
	}
	return more
}

// maxUnused is how many unused exchanges the text lists.
const maxUnused = 10

// Text is the report for people, in lines. Misses are counted only: they were
// explained when they came.
func (r *Report) Text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "replayed %s: %d of %d exchanges used in %d %s", r.File, r.Used, r.Exchanges, r.Answers, plural(r.Answers, "answer", "answers"))
	if n := r.MissedAll; n > 0 {
		fmt.Fprintf(&b, ", %d missed", n)
	}
	b.WriteString("\n")
	for _, x := range r.Bindings {
		outside := ""
		if x.Volatile {
			outside = ", which holds no name"
		}
		fmt.Fprintf(&b, "  bound %q to %q (%s%s, #%d)\n", x.Recorded, x.Live, x.Where, outside, x.Exchange)
	}
	for _, d := range r.Disorder {
		fmt.Fprintf(&b, "  out of order: %s\n", d)
	}
	for _, f := range r.Faults {
		fmt.Fprintf(&b, "  fault %s\n", f)
	}
	for _, w := range r.Warnings {
		fmt.Fprintf(&b, "  warning: %s\n", w)
	}
	if r.Unsaid > 0 {
		fmt.Fprintf(&b, "  and %d more warnings\n", r.Unsaid)
	}
	for i, u := range r.Unused {
		if i == maxUnused {
			fmt.Fprintf(&b, "  and %d more not used\n", len(r.Unused)-maxUnused)
			break
		}
		file := ""
		if u.File != "" {
			file = " of " + u.File
		}
		fmt.Fprintf(&b, "  not used: #%d%s %s %s\n", u.Exchange, file, u.Method, u.Target)
	}
	return b.String()
}
