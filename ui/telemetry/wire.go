package telemetry

import (
	"strings"
	"unicode/utf8"

	"google.golang.org/protobuf/encoding/protowire"

	commonpb "go.opentelemetry.io/proto/slim/otlp/common/v1"
)

// span is a message opentelemetry.proto.trace.v1.Span as it is sent. It is written
// field by field: an object for each attribute, made only to be encoded, took more
// processor time than all else that telemetry does with a call (BenchmarkCall in
// cmd/internal/otlp). The tests read it with the official type.
type span []byte

// Numbers of the fields of Span.
const (
	fieldTrace     = 1
	fieldSpan      = 2
	fieldParent    = 4
	fieldName      = 5
	fieldKind      = 6
	fieldStart     = 7
	fieldEnd       = 8
	fieldAttribute = 9
	fieldLink      = 13
	fieldStatus    = 15
)

// Values of Span.SpanKind and Status.StatusCode.
const (
	kindInternal = 1
	kindServer   = 2
	statusError  = 2
)

// spanHead is what every span has.
type spanHead struct {
	trace      traceID
	id         spanID
	parent     spanID // zero: none
	name       string
	kind       uint64
	start, end uint64 // nanoseconds since 1970
}

// span begins a span in b.
func (h *spanHead) span(b []byte) span {
	b = appendBytes(b, fieldTrace, h.trace[:])
	b = appendBytes(b, fieldSpan, h.id[:])
	if h.parent != (spanID{}) {
		b = appendBytes(b, fieldParent, h.parent[:])
	}
	b = appendText(b, fieldName, h.name)
	b = protowire.AppendVarint(protowire.AppendTag(b, fieldKind, protowire.VarintType), h.kind)
	b = protowire.AppendFixed64(protowire.AppendTag(b, fieldStart, protowire.Fixed64Type), h.start)
	return protowire.AppendFixed64(protowire.AppendTag(b, fieldEnd, protowire.Fixed64Type), h.end)
}

func appendBytes(b []byte, field protowire.Number, value []byte) []byte {
	return protowire.AppendBytes(protowire.AppendTag(b, field, protowire.BytesType), value)
}

func appendText(b []byte, field protowire.Number, value string) []byte {
	return protowire.AppendString(protowire.AppendTag(b, field, protowire.BytesType), value)
}

// text adds an attribute; one that is empty is left out.
func (b span) text(key, value string) span {
	if value == "" {
		return b
	}
	value = cut(value)
	b = b.attribute(key, sizeOf(len(value)))
	return appendText(b, 1, value) // AnyValue.string_value
}

func (b span) number(key string, value int64) span {
	b = b.attribute(key, 1+protowire.SizeVarint(uint64(value)))
	return protowire.AppendVarint(protowire.AppendTag(b, 3, protowire.VarintType), uint64(value)) // AnyValue.int_value
}

// attribute begins an attribute (KeyValue) whose value (AnyValue) has that size.
func (b span) attribute(key string, size int) span {
	b = protowire.AppendTag(b, fieldAttribute, protowire.BytesType)
	b = protowire.AppendVarint(b, uint64(sizeOf(len(key))+sizeOf(size)))
	b = appendText(b, 1, key)
	return protowire.AppendVarint(protowire.AppendTag(b, 2, protowire.BytesType), uint64(size))
}

// sizeOf is the size of a field of that many bytes whose number is below 16.
func sizeOf(n int) int { return 1 + protowire.SizeBytes(n) }

// link names a span of another trace.
func (b span) link(trace traceID, id spanID) span {
	b = protowire.AppendTag(b, fieldLink, protowire.BytesType)
	b = protowire.AppendVarint(b, uint64(sizeOf(len(trace))+sizeOf(len(id))))
	return appendBytes(appendBytes(b, 1, trace[:]), 2, id[:])
}

// failed marks a span as failed.
func (b span) failed(message string) span {
	message = cut(message)
	b = protowire.AppendTag(b, fieldStatus, protowire.BytesType)
	b = protowire.AppendVarint(b, uint64(sizeOf(len(message))+2))
	b = appendText(b, 2, message)
	return protowire.AppendVarint(protowire.AppendTag(b, 3, protowire.VarintType), statusError)
}

// maxText bounds each text that is sent, in bytes.
const maxText = 1 << 10

// cut makes a text from outside valid and short.
func cut(s string) string {
	if len(s) > maxText {
		s = s[:maxText-3] + "…"
	}
	if utf8.ValidString(s) {
		return s
	}
	return strings.ToValidUTF8(s, "�")
}

// Text is an attribute of what is not a span.
func Text(key, value string) *commonpb.KeyValue {
	return &commonpb.KeyValue{Key: key, Value: textValue(value)}
}

func textValue(s string) *commonpb.AnyValue {
	return &commonpb.AnyValue{Value: &commonpb.AnyValue_StringValue{StringValue: s}}
}
