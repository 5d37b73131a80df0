package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/dockwire/dockwire/cmd/internal/pipeline"
	"github.com/dockwire/dockwire/cmd/internal/problems"
	"github.com/dockwire/dockwire/cmd/internal/record"
	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/redact"
	"github.com/dockwire/dockwire/intercept"
	"github.com/dockwire/dockwire/ui/telemetry"
)

// closeWithin is how long connections may take to close.
const closeWithin = 5 * time.Second

// endWithin is how long connections may take to end by themselves after their
// command has ended.
const endWithin = time.Second

// observation is a relay with its observers: decoder, redactor, recorder, and the
// consumers that show events.
type observation struct {
	server   *intercept.Server
	pipeline *pipeline.Pipeline
	recorder *record.Recorder // nil: nothing is recorded
	sent     *telemetryOut    // nil: nothing is sent
	counts   pipeline.Counts
	trouble  problems.Log
}

// observe opens the recording and starts the decode loop. The caller adds
// listeners; close ends the observation.
func observe(start time.Time, way route, rec recordFlags, env func(string) string, tell record.Tell, shown ...pipeline.Consumer) (*observation, error) {
	rules, err := rec.redaction(env)
	if err != nil {
		return nil, err
	}
	if rules.Off {
		say("warning: --show-secrets: credentials and secret values are shown and recorded as they are")
	}
	o := &observation{trouble: problems.Log{Explain: way.explain, Tell: tell}}
	if o.sent, err = rec.telemetry.open(start, way.upstream.Endpoint.String(), env, tell); err != nil {
		return nil, err
	}
	writer, err := rec.create(start, way.upstream.Endpoint, tell)
	if err != nil {
		return nil, err
	}
	consumers := append([]pipeline.Consumer{pipeline.EachEvent(o.counts.Event)}, shown...)
	if o.sent != nil {
		consumers = append(consumers, o.sent)
	}
	if writer != nil {
		o.recorder = &record.Recorder{Writer: writer, Path: rec.output, Tell: tell}
		consumers = append(consumers, o.recorder)
	}
	o.pipeline = pipeline.Start(pipeline.Config{
		Start:    start,
		Lossless: rec.keepsAll(),
		Filter: func(next func(decode.Event)) func(decode.Event) {
			return redact.New(rules, next).Event
		},
		Consumers: consumers,
		Digest:    rec.digest,
		Trouble:   func(m string) { tell("%s", m) },
	})
	o.server, err = intercept.New(intercept.Config{
		Upstream:    way.upstream.Endpoint,
		Tap:         o.pipeline.Tap(),
		Unavailable: way.unavailable,
		OnError:     o.trouble.Report,
		Exposed:     way.listeners != nil && way.listeners.exposed,
		Hosts:       way.listeners.names(),
		ListenTLS:   way.listeners.tls(),
		UpstreamTLS: way.upstream.tls(),
	})
	if err == nil {
		err = o.sent.begin(&rec.telemetry, o.health)
	}
	if err != nil {
		o.recorder.Unused()
		o.close()
		return nil, err
	}
	return o, nil
}

// close ends the relay, then the decode loop, then the recording. Its error says
// what is missing from what was shown or recorded.
func (o *observation) close() error {
	if o.server != nil {
		if err := o.closeServer(); err != nil {
			say("closing: %v", err)
		}
	}
	o.trouble.Close()
	o.pipeline.Close()
	waited, lost := o.pipeline.Pressure()
	if lost > 0 {
		say("%d bytes passed unseen because decoding was behind; they are marked as gaps", lost)
	}
	if waited >= time.Second {
		say("traffic was held back for %v in all, to record it whole", waited.Round(time.Millisecond))
	}
	var incomplete error
	if conns, bytes := o.pipeline.Failed(); conns > 0 {
		incomplete = fmt.Errorf("dockwire could not decode all of %s: %d bytes are missing from what was shown and recorded", plural(conns, "connection"), bytes)
	}
	if o.recorder != nil {
		incomplete = errors.Join(incomplete, o.recorder.Close())
	}
	if err := o.sent.close(); err != nil {
		say("%v", err)
	}
	return incomplete
}

// health is how the observation itself does, in numbers.
func (o *observation) health() []telemetry.Metric {
	_, lost := o.pipeline.Pressure()
	var failed int64
	if o.recorder != nil && o.recorder.Failed() {
		failed = 1
	}
	return []telemetry.Metric{
		telemetry.Single("dockwire.lost.size", "By", "Bytes that passed unseen because decoding was behind.", telemetry.Counter, lost),
		telemetry.Single("dockwire.recording.failed", "1", "1 when recording has stopped.", telemetry.Gauge, failed),
	}
}

// closeServer ends all connections; it may be called twice.
func (o *observation) closeServer() error {
	ctx, cancel := context.WithTimeout(context.Background(), closeWithin)
	defer cancel()
	return o.server.Close(ctx)
}

// awaitEnd gives the connections of a command that has ended the time to end by
// themselves, so that their real ends are recorded.
func (o *observation) awaitEnd() {
	for began := time.Now(); o.counts.Open() > 0 && time.Since(began) < endWithin; {
		time.Sleep(5 * time.Millisecond)
	}
}
