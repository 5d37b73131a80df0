package build

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/digest"
)

// Attr is one named option.
type Attr struct{ Name, Value string }

// Option is a cache or an output: its type with its options.
type Option struct {
	Type  string
	Attrs []Attr
}

// Get returns the option of that name, or "".
func (o *Option) Get(name string) string { return get(o.Attrs, name) }

func get(attrs []Attr, name string) string {
	for _, a := range attrs {
		if a.Name == name {
			return a.Value
		}
	}
	return ""
}

// Build is one build. Times without a date count from the start of the
// observation.
type Build struct {
	Ref     string            // BuildKit's id of it
	Session string            // id of the session that it takes files and secrets from
	Trace   string            // W3C trace id of the call that asked for it, or ""
	Solve   decode.ExchangeID // the call that asked for it; 0 while only progress was seen
	Status  decode.ExchangeID // the call that its progress comes in, or 0
	Began   time.Duration
	Ended   time.Duration // meaningful when Done
	Done    bool
	Probe   bool // builds nothing: buildx asks what BuildKit is able to do

	Frontend   string
	Dockerfile string
	Target     string
	Platforms  []string
	Args       []Attr // build arguments
	Attrs      []Attr // the frontend's other options
	Imports    []Option
	Exports    []Option
	Outputs    []Option

	Steps     []*Step // in the order they were announced
	StepsCut  int     // steps that are not listed
	Transfers []*Transfer
	Asks      []*Ask
	Warnings  []string
	Spans     []Span // the client's own
	SpansCut  int
	Result    []Attr
	Err       string // what it failed with
	Health    string // why the daemon will drop the session, or ""

	byDigest map[string]*Step
	planned  map[string]string // what steps do that were not announced yet
	logged   int               // bytes of output that are kept
	solving  bool              // the call that asked for it is open
	watched  bool              // its progress is still to come
}

// Step is one vertex of the build's graph.
type Step struct {
	Digest    string
	Name      string
	Group     string // progress group, "" for most
	Cached    bool
	Started   time.Time // by the daemon's clock; zero: not yet
	Completed time.Time // zero: not yet
	Err       string
	Progress  []Progress
	Log       Log
	Executes  string // what it does, from the LLB definition; "" if that was not seen

	ended       bool          // the watcher knows of its end
	completedAt time.Duration // when it was complete
}

// Duration is how long the step took, or 0 while it goes on.
func (s *Step) Duration() time.Duration {
	if s.Completed.IsZero() || s.Started.IsZero() {
		return 0
	}
	return max(s.Completed.Sub(s.Started), 0)
}

// State is "waiting", "running", "cached", "done", "failed" or "canceled".
func (s *Step) State() string {
	switch {
	case strings.HasSuffix(s.Err, "context canceled") && !s.Completed.IsZero():
		return "canceled"
	case s.Err != "":
		return "failed"
	case s.Cached:
		return "cached"
	case !s.Completed.IsZero():
		return "done"
	case !s.Started.IsZero():
		return "running"
	}
	return "waiting"
}

// Progress is how far a part of a step has come.
type Progress struct {
	ID             string
	Name           string
	Current, Total int64
	Done           bool
}

// Transfer is one call in which files went from one side to the other.
type Transfer struct {
	Name      string // "Dockerfile", ".dockerignore", "context", another folder, or "result"
	ToClient  bool   // files of the result
	Listed    int    // regular files that the sender has
	Sent      int    // of them, those that were asked for
	Bytes     int64  // content that was sent
	Unchanged int    // files that were not asked for; meaningful when Done
	Files     []File // the first of those listed
	Done      bool
	Err       string

	stats int // entries listed, folders included
	files map[uint32]int
}

// File is a file of a transfer.
type File struct {
	Path   string
	Size   int64
	Sent   bool
	Digest digest.Digest // of what was sent, "" until it was
}

// Largest are the largest files that were sent, at most n of them.
func (t *Transfer) Largest(n int) []File {
	sent := slices.DeleteFunc(slices.Clone(t.Files), func(f File) bool { return !f.Sent })
	slices.SortStableFunc(sent, func(a, b File) int { return cmp.Compare(b.Size, a.Size) })
	return sent[:min(n, len(sent))]
}

// Ask is something else that the daemon asked the client for.
type Ask struct {
	Kind   string // "secret", "ssh" or "registry"
	Name   string
	State  string // "asked", "given" or "missing"
	Detail string // why it is missing
}

// Span is a piece of the client's work, as its own tracing says.
type Span struct {
	Name     string
	Start    time.Time
	Duration time.Duration
	Err      string
}

// Counts are the steps by state.
func (b *Build) Counts() (steps, cached, failed int) {
	for _, s := range b.Steps {
		switch s.State() {
		case "cached":
			cached++
		case "failed":
			failed++
		}
	}
	return len(b.Steps) + b.StepsCut, cached, failed
}

// InOrder is the steps by when they started; those that have not started come last.
func (b *Build) InOrder() []*Step {
	return slices.SortedStableFunc(slices.Values(b.Steps), func(x, y *Step) int {
		if x.Started.IsZero() != y.Started.IsZero() {
			return -x.Started.Compare(y.Started)
		}
		return x.Started.Compare(y.Started)
	})
}

// Failing is the step that the build failed with, or nil.
func (b *Build) Failing() *Step {
	i := slices.IndexFunc(b.Steps, func(s *Step) bool { return s.State() == "failed" })
	if i < 0 {
		return nil
	}
	return b.Steps[i]
}

// Took is how long the build lasted, or has lasted by then, if it goes on.
func (b *Build) Took(now time.Duration) time.Duration {
	if b.Done {
		now = b.Ended
	}
	return max(now-b.Began, 0)
}

// Brief is the build in a few words: "12 steps, 9 cached, 4.1s", or its error.
func (b *Build) Brief() string {
	switch {
	case b.Probe && b.Err == "":
		return "asks what BuildKit can do"
	case b.Err != "":
		return b.Err
	}
	n, cached, _ := b.Counts()
	s := fmt.Sprintf("%d steps, %d cached", n, cached)
	if n == 1 {
		s = strings.Replace(s, "steps", "step", 1)
	}
	if b.Done {
		s += ", " + Seconds(b.Took(0))
	}
	return s
}

// Seconds writes a duration as BuildKit's own progress does.
func Seconds(d time.Duration) string { return fmt.Sprintf("%.1fs", d.Seconds()) }

// Digest is the image that was built, or "".
func (b *Build) Digest() string { return get(b.Result, "containerimage.digest") }
