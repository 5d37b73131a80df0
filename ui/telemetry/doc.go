// Package telemetry says what was seen in the words of OpenTelemetry: a span
// for each command of a client, each call and each step of a build, a log record
// for each failure, and numbers.
//
// It takes events as they are after redaction. It must not know how telemetry
// travels or is stored: that is the affair of cmd/internal/otlp and
// cmd/internal/scrape. It has no goroutines and no clock.
//
// Start reading at fold.go, then spans.go and numbers.go.
package telemetry
