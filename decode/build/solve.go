package build

import (
	"cmp"
	"encoding/hex"
	"strconv"
	"strings"
	"time"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/engine"
)

// solve takes the request for a build, and its answer.
func (f *Fold) solve(c *call, e *decode.Message) {
	if e.Dir == decode.Response {
		if c.build != nil {
			var m solveResponse
			read(e.JSON, &m)
			c.build.Result = attrs(m.ExporterResponse)
		}
		return
	}
	var m solveRequest
	read(e.JSON, &m)
	b := f.byRef(m.Ref)
	if b == nil {
		return
	}
	c.build = b
	b.solving, b.Solve, b.Session, b.Trace = true, e.Exchange, m.Session, c.trace
	b.Began = e.Time
	b.Probe = engine.IsBuildProbe(e.JSON)
	b.Frontend = m.Frontend
	b.Dockerfile, b.Target = m.FrontendAttrs["filename"], m.FrontendAttrs["target"]
	if p := m.FrontendAttrs["platform"]; p != "" {
		b.Platforms = strings.Split(p, ",")
	}
	b.Args, b.Attrs = nil, nil
	for _, a := range attrs(m.FrontendAttrs) {
		if name, ok := strings.CutPrefix(a.Name, "build-arg:"); ok {
			b.Args = append(b.Args, Attr{name, a.Value})
		} else if a.Name != "filename" && a.Name != "target" && a.Name != "platform" {
			b.Attrs = append(b.Attrs, a)
		}
	}
	b.outputs(&m)
	if m.Definition != nil {
		b.define(m.Definition)
	}
	f.warn(b)
}

// outputs takes the deprecated fields only where the new ones are empty: buildx
// sends both.
func (b *Build) outputs(m *solveRequest) {
	b.Outputs = options(m.Exporters)
	if len(b.Outputs) == 0 && m.ExporterDeprecated != "" {
		b.Outputs = []Option{{m.ExporterDeprecated, attrs(m.ExporterAttrsDeprecated)}}
	}
	b.Exports, b.Imports = options(m.Cache.Exports), options(m.Cache.Imports)
	if ref := m.Cache.ExportRefDeprecated; len(b.Exports) == 0 && ref != "" {
		b.Exports = []Option{{"registry", []Attr{{"ref", ref}}}}
	}
	if len(b.Imports) == 0 {
		for _, ref := range m.Cache.ImportRefsDeprecated {
			b.Imports = append(b.Imports, Option{"registry", []Attr{{"ref", ref}}})
		}
	}
}

// frontendSolve takes the frontend, which buildx names only where it acts as one
// itself, and the definition that was made from a Dockerfile.
func (b *Build) frontendSolve(e *decode.Message) {
	if e.Dir == decode.Request {
		var m struct{ Frontend string }
		read(e.JSON, &m)
		b.Frontend = cmp.Or(b.Frontend, m.Frontend)
		return
	}
	var m frontendResponse
	read(e.JSON, &m)
	b.define(&m.Result.Ref.Def)
	for _, r := range m.Result.Refs.Refs {
		b.define(&r.Def)
	}
}

// solved notes how the call that asked for the build ended.
func (f *Fold) solved(c *call, e *decode.ExchangeEnd) {
	b := c.build
	b.solving = false
	switch {
	case c.status != "" && c.status != "0":
		b.Err = cmp.Or(c.why, "gRPC status "+c.status)
	case c.status == "":
		b.Err = "broken off by the " + string(e.By)
		if e.By == decode.Recorder {
			b.Err = ""
		}
	}
	f.finish(b, e.Time)
}

// spans adds what the client's tracing says of its own work. It comes when the
// build is over.
func (f *Fold) spans(c *call, e *decode.Message) {
	var m exportRequest
	read(e.JSON, &m)
	for _, r := range m.ResourceSpans {
		for _, scope := range r.ScopeSpans {
			for _, s := range scope.Spans {
				b := f.byTrace(hex.EncodeToString(s.TraceID))
				if b == nil {
					continue
				}
				c.build = b
				if len(b.Spans) >= maxSpans {
					b.SpansCut++
					continue
				}
				start, _ := strconv.ParseInt(s.StartTimeUnixNano.String(), 10, 64)
				end, _ := strconv.ParseInt(s.EndTimeUnixNano.String(), 10, 64)
				span := Span{Name: s.Name, Start: time.Unix(0, start).UTC(), Duration: time.Duration(end - start)}
				if s.Status.Code == "STATUS_CODE_ERROR" {
					span.Err = cmp.Or(s.Status.Message, "failed")
				}
				b.Spans = append(b.Spans, span)
			}
		}
	}
}

// byTrace finds the build that a trace belongs to: several of one command
// share it, and the first has the spans.
func (f *Fold) byTrace(id string) *Build {
	for _, b := range f.builds {
		if b.Trace == id && !b.Probe {
			return b
		}
	}
	return nil
}
