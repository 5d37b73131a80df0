package otlp

import (
	"time"

	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"

	collogs "go.opentelemetry.io/proto/slim/otlp/collector/logs/v1"
	colmetrics "go.opentelemetry.io/proto/slim/otlp/collector/metrics/v1"
	coltrace "go.opentelemetry.io/proto/slim/otlp/collector/trace/v1"
	commonpb "go.opentelemetry.io/proto/slim/otlp/common/v1"
	logspb "go.opentelemetry.io/proto/slim/otlp/logs/v1"
	metricspb "go.opentelemetry.io/proto/slim/otlp/metrics/v1"
	resourcepb "go.opentelemetry.io/proto/slim/otlp/resource/v1"
	tracepb "go.opentelemetry.io/proto/slim/otlp/trace/v1"

	"github.com/dockwire/dockwire/ui/telemetry"
)

var scope = &commonpb.InstrumentationScope{Name: "github.com/dockwire/dockwire"}

func (s *Settings) from() *resourcepb.Resource { return &resourcepb.Resource{Attributes: s.resource} }

// encode writes a message, which has no required fields and valid text only.
func encode(m proto.Message) []byte {
	b, err := proto.Marshal(m)
	if err != nil {
		panic(err)
	}
	return b
}

// spans is an ExportTraceServiceRequest of encoded spans.
func (s *Settings) spans(encoded []byte) []byte {
	in := &tracepb.ScopeSpans{Scope: scope}
	in.ProtoReflect().SetUnknown(encoded) // written behind the other fields as it is
	return encode(&coltrace.ExportTraceServiceRequest{ResourceSpans: []*tracepb.ResourceSpans{{
		Resource: s.from(), ScopeSpans: []*tracepb.ScopeSpans{in},
	}}})
}

// appendSpan adds an encoded span to others (ScopeSpans.spans).
func appendSpan(to, span []byte) []byte {
	return protowire.AppendBytes(protowire.AppendTag(to, 2, protowire.BytesType), span)
}

func (s *Settings) records(all []*logspb.LogRecord) []byte {
	return encode(&collogs.ExportLogsServiceRequest{ResourceLogs: []*logspb.ResourceLogs{{
		Resource: s.from(), ScopeLogs: []*logspb.ScopeLogs{{Scope: scope, LogRecords: all}},
	}}})
}

func (s *Settings) numbers(all []telemetry.Metric, began, now time.Time) []byte {
	var list []*metricspb.Metric
	for i := range all {
		list = append(list, metric(&all[i], uint64(began.UnixNano()), uint64(now.UnixNano())))
	}
	return encode(&colmetrics.ExportMetricsServiceRequest{ResourceMetrics: []*metricspb.ResourceMetrics{{
		Resource: s.from(), ScopeMetrics: []*metricspb.ScopeMetrics{{Scope: scope, Metrics: list}},
	}}})
}

func metric(m *telemetry.Metric, began, now uint64) *metricspb.Metric {
	out := &metricspb.Metric{Name: m.Name, Unit: m.Unit, Description: m.Help}
	if m.Kind == telemetry.Distribution {
		h := &metricspb.Histogram{AggregationTemporality: metricspb.AggregationTemporality_AGGREGATION_TEMPORALITY_CUMULATIVE}
		for _, p := range m.Points {
			h.DataPoints = append(h.DataPoints, &metricspb.HistogramDataPoint{
				Attributes: labels(p), StartTimeUnixNano: began, TimeUnixNano: now,
				Count: p.Histogram.Count, Sum: &p.Histogram.Sum,
				BucketCounts: p.Histogram.Counts, ExplicitBounds: p.Histogram.Bounds,
			})
		}
		out.Data = &metricspb.Metric_Histogram{Histogram: h}
		return out
	}
	var points []*metricspb.NumberDataPoint
	for _, p := range m.Points {
		points = append(points, &metricspb.NumberDataPoint{
			Attributes: labels(p), StartTimeUnixNano: began, TimeUnixNano: now,
			Value: &metricspb.NumberDataPoint_AsInt{AsInt: p.Value},
		})
	}
	if m.Kind == telemetry.Gauge {
		out.Data = &metricspb.Metric_Gauge{Gauge: &metricspb.Gauge{DataPoints: points}}
		return out
	}
	out.Data = &metricspb.Metric_Sum{Sum: &metricspb.Sum{
		DataPoints: points, IsMonotonic: true,
		AggregationTemporality: metricspb.AggregationTemporality_AGGREGATION_TEMPORALITY_CUMULATIVE,
	}}
	return out
}

func labels(p telemetry.Point) []*commonpb.KeyValue {
	if p.Operation == "" {
		return nil
	}
	return []*commonpb.KeyValue{telemetry.Text("dockwire.operation", p.Operation), telemetry.Text("dockwire.outcome", p.Outcome)}
}

// rejectedOf is how many spans, points or records a collector did not keep
// although it answered that all is well, and why.
func rejectedOf(sig signal, answer []byte) (int64, string) {
	switch sig {
	case traces:
		var r coltrace.ExportTraceServiceResponse
		_ = proto.Unmarshal(answer, &r)
		return r.PartialSuccess.GetRejectedSpans(), r.PartialSuccess.GetErrorMessage()
	case metrics:
		var r colmetrics.ExportMetricsServiceResponse
		_ = proto.Unmarshal(answer, &r)
		return r.PartialSuccess.GetRejectedDataPoints(), r.PartialSuccess.GetErrorMessage()
	}
	var r collogs.ExportLogsServiceResponse
	_ = proto.Unmarshal(answer, &r)
	return r.PartialSuccess.GetRejectedLogRecords(), r.PartialSuccess.GetErrorMessage()
}
