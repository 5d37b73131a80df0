// Package otlp sends telemetry to an OpenTelemetry collector, by OTLP over HTTP
// with protobuf bodies.
//
// Spans and log records wait in a queue of a bounded length, which one goroutine
// sends off in batches. It tries again when the collector is away or asks for
// patience; what does not fit into the queue meanwhile is dropped and counted.
// Traffic never waits for any of it.
//
// Spans come encoded, and are put together to a message as they are. Log records
// and numbers are of the official types, go.opentelemetry.io/proto/slim/otlp.
// ARCHITECTURE.md says why the SDK with its exporters is not used.
//
// It must not know what the telemetry is about. Start reading at sender.go, then
// settings.go.
package otlp
