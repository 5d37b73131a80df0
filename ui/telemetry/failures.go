package telemetry

import (
	commonpb "go.opentelemetry.io/proto/slim/otlp/common/v1"
	logspb "go.opentelemetry.io/proto/slim/otlp/logs/v1"
	tracepb "go.opentelemetry.io/proto/slim/otlp/trace/v1"

	"github.com/dockwire/dockwire/decode/exchange"
)

// failure is what a log record says of a call or a command that failed.
type failure struct {
	at          uint64 // nanoseconds since 1970
	trace, span []byte
	operation   string
	says        string
}

// failed reports a call that failed, and remembers one that was refused.
func (f *Fold) failed(x *exchange.Exchange, c *command, span *tracepb.Span) {
	o := x.Outcome()
	if !o.Result.Bad() && o.Result != exchange.Refused {
		return
	}
	says := x.Error()
	if says == "" {
		says = o.Reason
	}
	r := failure{at: span.EndTimeUnixNano, trace: span.TraceId, span: span.SpanId, operation: operation(x), says: x.Name() + ": " + says}
	switch {
	case o.Result.Bad():
		f.opt.Sink.Log(r.log(c.of.Verdict().Line))
	case len(c.refused) < maxRefused:
		c.refused[x.ID] = r
	}
}

func (r failure) log(verdict string) *logspb.LogRecord {
	return &logspb.LogRecord{
		TimeUnixNano: r.at, ObservedTimeUnixNano: r.at,
		SeverityNumber: logspb.SeverityNumber_SEVERITY_NUMBER_ERROR, SeverityText: "ERROR",
		Body:    &commonpb.AnyValue{Value: &commonpb.AnyValue_StringValue{StringValue: cut(r.says)}},
		TraceId: r.trace, SpanId: r.span,
		Attributes: attributes{}.text("dockwire.operation", r.operation).text("dockwire.verdict", verdict),
	}
}
