package telemetry

import (
	"encoding/hex"
	"strings"
	"time"

	tracepb "go.opentelemetry.io/proto/slim/otlp/trace/v1"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/build"
	"github.com/dockwire/dockwire/decode/exchange"
)

type (
	traceID [16]byte
	spanID  [8]byte
)

// command is the span of a command that has not ended.
type command struct {
	of      *exchange.Command
	trace   traceID
	span    spanID
	parent  []byte // span that the client named in its first call; nil: none
	began   time.Duration
	calls   int64
	refused map[decode.ExchangeID]failure
}

func (f *Fold) newSpan() (id spanID) {
	f.opt.Random(id[:])
	return id
}

// commandOf is the span that a call belongs to. The first call decides its
// trace: a client that is traced itself says in which trace it is.
func (f *Fold) commandOf(x *exchange.Exchange) *command {
	c := f.commands[x.Command.ID]
	if c == nil {
		c = &command{of: x.Command, span: f.newSpan(), began: x.Start, refused: map[decode.ExchangeID]failure{}}
		if trace, parent, ok := traceParent(x); ok {
			c.trace, c.parent = trace, parent[:]
		} else {
			f.opt.Random(c.trace[:])
		}
		f.commands[x.Command.ID] = c
	}
	return c
}

func (f *Fold) begin(x *exchange.Exchange) {
	if f.opt.Sink == nil || x.Command == nil {
		f.calls[x.ID] = openCall{}
		return
	}
	f.commandOf(x).calls++
	f.calls[x.ID] = openCall{span: f.newSpan()}
}

// call makes the span of a call that has ended.
func (f *Fold) call(x *exchange.Exchange, id spanID) {
	if f.opt.Sink == nil || x.Command == nil {
		return
	}
	c := f.commandOf(x)
	span := &tracepb.Span{
		TraceId: c.trace[:], SpanId: id[:], ParentSpanId: f.parentOf(x, c),
		Name: spanName(x), Kind: tracepb.Span_SPAN_KIND_SERVER,
		StartTimeUnixNano: f.nano(x.Start), EndTimeUnixNano: f.nano(x.End),
		Attributes: f.callAttributes(x),
	}
	f.follow(span, x, c)
	if x.Outcome().Result.Bad() {
		span.Status = &tracepb.Status{Code: tracepb.Status_STATUS_CODE_ERROR, Message: cut(x.Error())}
	}
	f.opt.Sink.Span(span)
	f.failed(x, c, span)
}

// parentOf is the call that this one travels in, or the command.
func (f *Fold) parentOf(x *exchange.Exchange, c *command) []byte {
	if x.Parent != 0 {
		if outer, ok := f.calls[x.Parent]; ok {
			return outer.span[:]
		}
	}
	return c.span[:]
}

// follow takes a span to where the client says it belongs. A call stays below its
// command and is linked to the span that it names: docker and its plugins name
// spans of several traces that they keep to themselves. A call of another client
// and of another trace than the command's belongs there, as one of a service that
// makes each call for another reason.
func (f *Fold) follow(span *tracepb.Span, x *exchange.Exchange, c *command) {
	trace, parent, ok := traceParent(x)
	switch {
	case !ok || trace == c.trace && string(parent[:]) == string(c.parent):
	case c.parent == nil || trace == c.trace || dockers(x.Request.Header("User-Agent")):
		span.Links = []*tracepb.Span_Link{{TraceId: trace[:], SpanId: parent[:]}}
	default:
		span.Links = []*tracepb.Span_Link{{TraceId: span.TraceId, SpanId: c.span[:]}}
		span.TraceId, span.ParentSpanId = trace[:], parent[:]
	}
}

// dockers reports whether a User-Agent is that of docker's own clients.
func dockers(agent string) bool {
	for _, name := range []string{"Docker-Client/", "compose/", "buildx/"} {
		if strings.HasPrefix(agent, name) {
			return true
		}
	}
	return false
}

// end makes the span of a command, and a log record if the command failed.
func (f *Fold) end(id exchange.CommandID, c *command) {
	delete(f.commands, id)
	if f.opt.Sink == nil {
		return
	}
	v := c.of.Verdict()
	span := &tracepb.Span{
		TraceId: c.trace[:], SpanId: c.span[:], ParentSpanId: c.parent,
		Name: cut(c.of.Brief()), Kind: tracepb.Span_SPAN_KIND_INTERNAL,
		StartTimeUnixNano: f.nano(c.began), EndTimeUnixNano: f.nano(c.of.Last),
		Attributes: commandAttributes(c, v),
	}
	if v.Result.Bad() {
		span.Status = &tracepb.Status{Code: tracepb.Status_STATUS_CODE_ERROR, Message: cut(v.Line)}
		f.opt.Sink.Log(failure{at: span.EndTimeUnixNano, trace: span.TraceId, span: span.SpanId, says: v.Line}.log(v.Line))
	}
	f.opt.Sink.Span(span)
}

func (f *Fold) buildSpan(b *build.Build, c *command, id spanID) *tracepb.Span {
	steps, cached, failed := b.Counts()
	parent := c.span
	if of, ok := f.calls[b.Solve]; ok {
		parent = of.span
	}
	span := &tracepb.Span{
		TraceId: c.trace[:], SpanId: id[:], ParentSpanId: parent[:],
		Name: "build", Kind: tracepb.Span_SPAN_KIND_INTERNAL,
		StartTimeUnixNano: f.nano(b.Began), EndTimeUnixNano: f.nano(b.Ended),
		Attributes: attributes{}.
			text("dockwire.build.ref", b.Ref).text("dockwire.build.target", b.Target).
			text("dockwire.build.digest", b.Digest()).
			number("dockwire.build.steps", int64(steps)).number("dockwire.build.cached", int64(cached)).
			number("dockwire.build.failed", int64(failed)),
	}
	span.Status = errorStatus(b.Err)
	return span
}

// stepSpan is nil for a step that never started.
func (f *Fold) stepSpan(s *build.Step, c *command, of spanID) *tracepb.Span {
	if s.Started.IsZero() {
		return nil
	}
	end := s.Completed
	if end.IsZero() {
		end = s.Started
	}
	id := f.newSpan()
	return &tracepb.Span{
		TraceId: c.trace[:], SpanId: id[:], ParentSpanId: of[:],
		Name: cut(s.Name), Kind: tracepb.Span_SPAN_KIND_INTERNAL,
		StartTimeUnixNano: uint64(s.Started.UnixNano()), EndTimeUnixNano: uint64(end.UnixNano()),
		Attributes: attributes{}.
			text("dockwire.build.step.digest", s.Digest).text("dockwire.build.step.state", s.State()).
			text("dockwire.build.step.executes", s.Executes),
		Status: errorStatus(s.Err),
	}
}

func errorStatus(message string) *tracepb.Status {
	if message == "" {
		return nil
	}
	return &tracepb.Status{Code: tracepb.Status_STATUS_CODE_ERROR, Message: cut(message)}
}

func (f *Fold) nano(t time.Duration) uint64 { return uint64(f.opt.Start.Add(t).UnixNano()) }

// traceParent is what a request says of the trace that it belongs to (W3C Trace
// Context, traceparent: version-trace-parent-flags).
func traceParent(x *exchange.Exchange) (trace traceID, parent spanID, ok bool) {
	parts := strings.Split(strings.TrimSpace(x.Request.Header("Traceparent")), "-")
	if len(parts) < 4 || len(parts[0]) != 2 || len(parts[1]) != 32 || len(parts[2]) != 16 {
		return trace, parent, false
	}
	if _, err := hex.Decode(trace[:], []byte(parts[1])); err != nil {
		return trace, parent, false
	}
	if _, err := hex.Decode(parent[:], []byte(parts[2])); err != nil {
		return trace, parent, false
	}
	return trace, parent, trace != traceID{} && parent != spanID{}
}
