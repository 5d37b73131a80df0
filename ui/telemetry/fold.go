package telemetry

import (
	"time"

	logspb "go.opentelemetry.io/proto/slim/otlp/logs/v1"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/build"
	"github.com/dockwire/dockwire/decode/exchange"
)

// Sink takes spans and log records. It must not wait.
type Sink interface {
	// Span takes an encoded opentelemetry.proto.trace.v1.Span, which is valid only
	// during the call.
	Span([]byte)
	Log(*logspb.LogRecord)
}

// Options say where telemetry goes.
type Options struct {
	Start  time.Time    // zero of all event times
	Sink   Sink         // nil: numbers only
	Random func([]byte) // fills ids of traces and spans
}

// quietFor is how long a command makes no call and has no connection before its
// span ends. A client that goes on later gets another span.
const quietFor = time.Second

// maxRefused is how many refused calls of a command are remembered, in case that
// what comes after makes failures of them.
const maxRefused = 64

// Fold makes telemetry of events. It is a consumer of a pipeline, and not safe
// for concurrent use; the Numbers are.
type Fold struct {
	opt      Options
	numbers  *Numbers
	fold     *exchange.Folder
	group    *exchange.Commands
	commands map[exchange.CommandID]*command
	calls    map[decode.ExchangeID]openCall
	buffer   []byte // of the span that is being made
}

// openCall is a call that is not over.
type openCall struct {
	span    spanID
	streams bool // it is counted as a stream
}

// New makes a fold that counts in numbers.
func New(o Options, numbers *Numbers) *Fold {
	f := &Fold{
		opt:      o,
		numbers:  numbers,
		commands: map[exchange.CommandID]*command{},
		calls:    map[decode.ExchangeID]openCall{},
	}
	f.fold = exchange.NewFolder(0, f.watch)
	f.fold.WatchBuilds(f.build)
	f.group = f.fold.Group(f.judged)
	return f
}

// Event folds one event in.
func (f *Fold) Event(e decode.Event) { f.fold.Event(e) }

// Flush is for pipeline.Consumer.
func (f *Fold) Flush() {}

// Tick ends the spans of commands that have gone quiet.
func (f *Fold) Tick(now time.Duration) {
	for id, c := range f.commands {
		if c.of.Done() && now-c.of.Last >= quietFor {
			f.end(id, c)
		}
	}
}

// Close ends the spans of all commands: nothing more will come.
func (f *Fold) Close() {
	f.group.Close()
	for id, c := range f.commands {
		f.end(id, c)
	}
}

func (f *Fold) watch(x *exchange.Exchange, e decode.Event) {
	switch e := e.(type) {
	case *decode.ConnOpened:
		f.numbers.opened()
	case *decode.ConnClosed:
		f.numbers.closed()
	case *decode.Gap:
		f.numbers.gap(e.Bytes)
	case *decode.Anomaly:
		f.numbers.anomaly()
	}
	if x == nil {
		return
	}
	switch e.(type) {
	case *decode.RequestHead:
		f.numbers.began()
		f.begin(x)
	case *decode.ResponseHead:
		if c, ok := f.calls[x.ID]; ok && !c.streams && (x.Hijack || x.Response.Streams()) {
			c.streams = true
			f.calls[x.ID] = c
			f.numbers.streams(1)
		}
	case *decode.ExchangeEnd:
		c := f.calls[x.ID]
		delete(f.calls, x.ID)
		o := x.Outcome()
		f.numbers.ended(x, o)
		if c.streams {
			f.numbers.streams(-1)
		}
		f.call(x, o, c.span)
	}
}

// build makes the spans of a build that has ended.
func (f *Fold) build(b *build.Build, step *build.Step) {
	if step != nil || f.opt.Sink == nil || b.Probe {
		return
	}
	x := f.fold.Find(b.Solve)
	if x == nil {
		x = f.fold.Find(b.Status)
	}
	if x == nil || x.Command == nil {
		return
	}
	c := f.commandOf(x)
	id := f.newSpan()
	f.buildSpan(b, c, id)
	for _, s := range b.Steps {
		f.stepSpan(s, c, id)
	}
}

// judged says that a refused call was a failure after all.
func (f *Fold) judged(j exchange.Judgement) {
	if f.opt.Sink == nil || !j.Outcome.Result.Bad() || j.Command == nil {
		return
	}
	c := f.commands[j.Command.ID]
	if c == nil {
		return
	}
	if r, ok := c.refused[j.Exchange]; ok {
		delete(c.refused, j.Exchange)
		f.opt.Sink.Log(r.log(c.of.Verdict().Line))
	}
}
