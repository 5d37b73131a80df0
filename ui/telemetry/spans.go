package telemetry

import (
	"encoding/hex"
	"slices"
	"strings"
	"time"

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
	parent  spanID // span that the client named in its first call; zero: none
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
			c.trace, c.parent = trace, parent
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
func (f *Fold) call(x *exchange.Exchange, o exchange.Outcome, id spanID) {
	if f.opt.Sink == nil || x.Command == nil {
		return
	}
	c := f.commandOf(x)
	h := spanHead{
		trace: c.trace, id: id, parent: f.parentOf(x, c), name: spanName(x), kind: kindServer,
		start: f.nano(x.Start), end: f.nano(x.End),
	}
	linkTrace, linkSpan, linked := h.follow(x, c)
	b := h.span(f.buffer[:0]).callAttributes(x, o)
	if linked {
		b = b.link(linkTrace, linkSpan)
	}
	if o.Result.Bad() {
		b = b.failed(x.Error())
	}
	f.send(b)
	f.failed(x, o, c, &h)
}

func (f *Fold) send(b span) {
	f.buffer = b
	f.opt.Sink.Span(b)
}

// parentOf is the call that this one travels in, or the command.
func (f *Fold) parentOf(x *exchange.Exchange, c *command) spanID {
	if x.Parent != 0 {
		if outer, ok := f.calls[x.Parent]; ok {
			return outer.span
		}
	}
	return c.span
}

// follow takes a span to where the client says it belongs, and returns the span
// that it is linked to. A call stays below its command and is linked to the span
// that it names: docker and its plugins name spans of several traces that they keep
// to themselves. A call of another client and of another trace than the command's
// belongs there, as one of a service that makes each call for another reason.
func (h *spanHead) follow(x *exchange.Exchange, c *command) (trace traceID, id spanID, linked bool) {
	trace, id, ok := traceParent(x)
	switch {
	case !ok || trace == c.trace && id == c.parent:
		return trace, id, false
	case c.parent == spanID{} || trace == c.trace || dockers(x.Request.Header("User-Agent")):
		return trace, id, true
	}
	h.trace, h.parent = trace, id
	return c.trace, c.span, true
}

// dockers reports whether a User-Agent is that of docker's own clients.
func dockers(agent string) bool {
	return slices.ContainsFunc([]string{"Docker-Client/", "compose/", "buildx/"}, func(name string) bool { return strings.HasPrefix(agent, name) })
}

// end makes the span of a command, and a log record if the command failed.
func (f *Fold) end(id exchange.CommandID, c *command) {
	delete(f.commands, id)
	if f.opt.Sink == nil {
		return
	}
	v := c.of.Verdict()
	h := spanHead{
		trace: c.trace, id: c.span, parent: c.parent, name: cut(c.of.Brief()), kind: kindInternal,
		start: f.nano(c.began), end: f.nano(c.of.Last),
	}
	b := h.span(f.buffer[:0]).commandAttributes(c, v)
	if v.Result.Bad() {
		b = b.failed(v.Line)
		f.opt.Sink.Log(h.failure(v.Line).log(v.Line))
	}
	f.send(b)
}

func (f *Fold) buildSpan(b *build.Build, c *command, id spanID) {
	parent := c.span
	if of, ok := f.calls[b.Solve]; ok {
		parent = of.span
	}
	h := spanHead{
		trace: c.trace, id: id, parent: parent, name: "build", kind: kindInternal,
		start: f.nano(b.Began), end: f.nano(b.Ended),
	}
	steps, cached, failed := b.Counts()
	s := h.span(f.buffer[:0]).
		text("dockwire.build.ref", b.Ref).text("dockwire.build.target", b.Target).
		text("dockwire.build.digest", b.Digest()).
		number("dockwire.build.steps", int64(steps)).number("dockwire.build.cached", int64(cached)).
		number("dockwire.build.failed", int64(failed))
	if b.Err != "" {
		s = s.failed(b.Err)
	}
	f.send(s)
}

// stepSpan makes the span of a step; one that never started has none.
func (f *Fold) stepSpan(s *build.Step, c *command, of spanID) {
	if s.Started.IsZero() {
		return
	}
	end := s.Completed
	if end.IsZero() {
		end = s.Started
	}
	h := spanHead{
		trace: c.trace, id: f.newSpan(), parent: of, name: cut(s.Name), kind: kindInternal,
		start: uint64(s.Started.UnixNano()), end: uint64(end.UnixNano()),
	}
	b := h.span(f.buffer[:0]).
		text("dockwire.build.step.digest", s.Digest).text("dockwire.build.step.state", s.State()).
		text("dockwire.build.step.executes", s.Executes)
	if s.Err != "" {
		b = b.failed(s.Err)
	}
	f.send(b)
}

func (f *Fold) nano(t time.Duration) uint64 { return uint64(f.opt.Start.Add(t).UnixNano()) }

// traceParent is what a request says of the trace that it belongs to (W3C Trace
// Context, traceparent: version-trace-parent-flags).
func traceParent(x *exchange.Exchange) (trace traceID, parent spanID, ok bool) {
	header := x.Request.Header("Traceparent")
	if header == "" {
		return trace, parent, false
	}
	parts := strings.Split(strings.TrimSpace(header), "-")
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
