package jsonl

import (
	"encoding/json"
	"time"

	"github.com/dockwire/dockwire/decode/build"
	"github.com/dockwire/dockwire/decode/digest"
	"github.com/dockwire/dockwire/decode/exchange"
)

// buildJSON is the member "build" of a call that a build is over with.
type buildJSON struct {
	Ref        string            `json:"ref"`
	Frontend   string            `json:"frontend,omitempty"`
	Dockerfile string            `json:"dockerfile,omitempty"`
	Target     string            `json:"target,omitempty"`
	Platforms  []string          `json:"platforms,omitempty"`
	Args       map[string]string `json:"args,omitempty"`
	Outputs    []optionJSON      `json:"outputs,omitempty"`
	CacheFrom  []optionJSON      `json:"cache_from,omitempty"`
	CacheTo    []optionJSON      `json:"cache_to,omitempty"`
	TookMs     float64           `json:"took_ms"`
	Steps      []stepJSON        `json:"steps"`
	StepsCut   int               `json:"steps_left_out,omitempty"`
	Files      []transferJSON    `json:"files,omitempty"`
	Asked      []askJSON         `json:"asked,omitempty"`
	Warnings   []string          `json:"warnings,omitempty"`
	Result     map[string]string `json:"result,omitempty"`
	Session    string            `json:"session_trouble,omitempty"`
	Error      string            `json:"error,omitempty"`
}

type optionJSON struct {
	Type  string            `json:"type"`
	Attrs map[string]string `json:"attrs,omitempty"`
}

type stepJSON struct {
	Digest    string         `json:"digest"`
	Name      string         `json:"name"`
	State     string         `json:"state"`
	Executes  string         `json:"executes,omitempty"`
	Group     string         `json:"group,omitempty"`
	Started   *time.Time     `json:"started,omitempty"`
	Completed *time.Time     `json:"completed,omitempty"`
	TookMs    float64        `json:"took_ms"`
	Progress  []progressJSON `json:"progress,omitempty"`
	Log       string         `json:"log,omitempty"`
	LogCut    int64          `json:"log_left_out,omitempty"`
	Error     string         `json:"error,omitempty"`
}

type progressJSON struct {
	ID      string `json:"id"`
	Current int64  `json:"current"`
	Total   int64  `json:"total,omitempty"`
	Done    bool   `json:"done"`
}

type transferJSON struct {
	Name      string     `json:"name"`
	ToClient  bool       `json:"to_client,omitempty"`
	Listed    int        `json:"listed"`
	Sent      int        `json:"sent"`
	Unchanged int        `json:"unchanged"`
	Bytes     int64      `json:"bytes"`
	Error     string     `json:"error,omitempty"`
	Files     []fileJSON `json:"files,omitempty"`
}

type fileJSON struct {
	Path   string `json:"path"`
	Size   int64  `json:"size"`
	Sent   bool   `json:"sent"`
	SHA256 string `json:"sha256,omitempty"`
	XXH3   string `json:"xxh3,omitempty"`
}

type askJSON struct {
	Kind   string `json:"kind"`
	Name   string `json:"name"`
	State  string `json:"state"`
	Detail string `json:"detail,omitempty"`
}

type spanJSON struct {
	Name   string    `json:"name"`
	Start  time.Time `json:"start"`
	TookMs float64   `json:"took_ms"`
	Error  string    `json:"error,omitempty"`
}

// endsBuild says that a build is over with this exchange: its call and its
// progress end in either order.
func endsBuild(x *exchange.Exchange) bool {
	b := x.Build
	return b != nil && b.Done && !b.Probe && (x.ID == b.Solve || x.ID == b.Status)
}

func appendBuild(out []byte, b *build.Build) []byte {
	v := buildJSON{
		Ref: b.Ref, Frontend: b.Frontend, Dockerfile: b.Dockerfile, Target: b.Target, Platforms: b.Platforms,
		Args: members(b.Args), Outputs: optionsJSON(b.Outputs), CacheFrom: optionsJSON(b.Imports), CacheTo: optionsJSON(b.Exports),
		TookMs: millis(b.Took(0)), Steps: []stepJSON{}, StepsCut: b.StepsCut, Warnings: b.Warnings,
		Result: members(b.Result), Session: b.Health, Error: b.Err,
	}
	for _, s := range b.InOrder() {
		v.Steps = append(v.Steps, step(s))
	}
	for _, t := range b.Transfers {
		v.Files = append(v.Files, transfer(t))
	}
	for _, a := range b.Asks {
		v.Asked = append(v.Asked, askJSON{a.Kind, a.Name, a.State, a.Detail})
	}
	return appendValue(out, v)
}

// traceJSON is the member "trace" of a call that brings the client's tracing.
type traceJSON struct {
	Build string     `json:"build"`
	Spans []spanJSON `json:"spans"`
}

func appendTrace(out []byte, b *build.Build) []byte {
	v := traceJSON{Build: b.Ref}
	for _, s := range b.Spans {
		v.Spans = append(v.Spans, spanJSON{s.Name, s.Start, millis(s.Duration), s.Err})
	}
	return appendValue(out, v)
}

func appendValue(out []byte, v any) []byte {
	doc, _ := json.Marshal(v) // strings and numbers alone
	out, _ = appendJSON(out, doc)
	return out
}

// bringsTrace says that the call has brought spans of a build.
func bringsTrace(x *exchange.Exchange) bool {
	return x.Build != nil && len(x.Build.Spans) > 0 && x.Call.Op != nil && x.Call.Op.ID == "TraceExport"
}

func transfer(t *build.Transfer) transferJSON {
	v := transferJSON{
		Name: t.Name, ToClient: t.ToClient, Listed: t.Listed, Sent: t.Sent, Unchanged: t.Unchanged, Bytes: t.Bytes, Error: t.Err,
	}
	for _, f := range t.Files {
		file := fileJSON{Path: f.Path, Size: f.Size, Sent: f.Sent}
		if f.Digest.Kind() == digest.SHA256 {
			file.SHA256 = f.Digest.Hex()
		} else {
			file.XXH3 = f.Digest.Hex()
		}
		v.Files = append(v.Files, file)
	}
	return v
}

func step(s *build.Step) stepJSON {
	v := stepJSON{
		Digest: s.Digest, Name: s.Name, State: s.State(), Executes: s.Executes, Group: s.Group,
		Started: timeJSON(s.Started), Completed: timeJSON(s.Completed), TookMs: millis(s.Duration()),
		Log: string(s.Log.Bytes("…")), LogCut: s.Log.Cut, Error: s.Err,
	}
	for _, p := range s.Progress {
		v.Progress = append(v.Progress, progressJSON{p.ID, p.Current, p.Total, p.Done})
	}
	return v
}

func timeJSON(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

func millis(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

func members(attrs []build.Attr) map[string]string {
	if len(attrs) == 0 {
		return nil
	}
	m := make(map[string]string, len(attrs))
	for _, a := range attrs {
		m[a.Name] = a.Value
	}
	return m
}

func optionsJSON(all []build.Option) []optionJSON {
	var out []optionJSON
	for _, o := range all {
		out = append(out, optionJSON{o.Type, members(o.Attrs)})
	}
	return out
}
