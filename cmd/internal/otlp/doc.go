// Package otlp sends telemetry to an OpenTelemetry collector, by OTLP over HTTP
// with protobuf bodies.
//
// Spans and log records wait in a queue of a bounded length, which one goroutine
// sends off in batches. It tries again when the collector is away or asks for
// patience; what does not fit into the queue meanwhile is dropped and counted.
// Traffic never waits for any of it.
//
// The encoding is the official one, go.opentelemetry.io/proto/slim/otlp. The
// SDK with its exporters is not used: it makes spans of the work of its own
// process, with its own clock, where dockwire has the spans of others with
// times that were seen; and it costs twenty modules more.
//
// It must not know what the telemetry is about. Start reading at sender.go, then
// settings.go.
package otlp
