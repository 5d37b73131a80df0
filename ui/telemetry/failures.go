package telemetry

import (
	"cmp"

	logspb "go.opentelemetry.io/proto/slim/otlp/logs/v1"

	"github.com/dockwire/dockwire/decode/exchange"
)

// failure is what a log record says of a call or a command that failed.
type failure struct {
	at        uint64 // nanoseconds since 1970
	trace     traceID
	span      spanID
	operation string // "": a command failed
	says      string
}

// failed reports a call that failed, and remembers one that was refused.
func (f *Fold) failed(x *exchange.Exchange, o exchange.Outcome, c *command, h *spanHead) {
	if !o.Result.Bad() && o.Result != exchange.Refused {
		return
	}
	says := cmp.Or(x.Error(), o.Reason)
	r := h.failure(x.Name() + ": " + says)
	r.operation = operation(x)
	switch {
	case o.Result.Bad():
		f.opt.Sink.Log(r.log(c.of.Verdict().Line))
	case len(c.refused) < maxRefused:
		c.refused[x.ID] = r
	}
}

func (h *spanHead) failure(says string) failure {
	return failure{at: h.end, trace: h.trace, span: h.id, says: says}
}

func (r failure) log(verdict string) *logspb.LogRecord {
	l := &logspb.LogRecord{
		TimeUnixNano: r.at, ObservedTimeUnixNano: r.at,
		SeverityNumber: logspb.SeverityNumber_SEVERITY_NUMBER_ERROR, SeverityText: "ERROR",
		Body:    textValue(cut(r.says)),
		TraceId: r.trace[:], SpanId: r.span[:],
	}
	if r.operation != "" {
		l.Attributes = append(l.Attributes, Text("dockwire.operation", r.operation))
	}
	if verdict != "" {
		l.Attributes = append(l.Attributes, Text("dockwire.verdict", cut(verdict)))
	}
	return l
}
