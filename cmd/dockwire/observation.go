package main

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/dockwire/dockwire/cmd/internal/pipeline"
	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/redact"
	"github.com/dockwire/dockwire/intercept"
	"github.com/dockwire/dockwire/recordings"
	"github.com/dockwire/dockwire/ui/telemetry"
)

// closeWithin is how long connections may take to come to rest.
const closeWithin = 5 * time.Second

// settleWithin is how long connections that a command left behind may take to
// end by themselves.
const settleWithin = time.Second

// observation is a relay with all that looks on: decoder, redactor, recorder
// and, where wanted, a screen.
type observation struct {
	server   *intercept.Server
	pipeline *pipeline.Pipeline
	recorder *recorder     // nil: nothing is recorded
	sent     *telemetryOut // nil: nothing is sent
	counts   counts
	trouble  trouble
}

// teller tells a person something while traffic goes on. It is called from
// several goroutines.
type teller func(format string, args ...any)

// observe opens the recording and starts to look on. Listeners are added by
// the caller; close ends it.
func observe(start time.Time, way route, rec recordFlags, env func(string) string, tell teller, screens ...pipeline.Consumer) (*observation, error) {
	rules, err := rec.redaction(env)
	if err != nil {
		return nil, err
	}
	if rules.Off {
		say("warning: --show-secrets: credentials and secret values are shown and recorded as they are")
	}
	o := &observation{trouble: trouble{explain: way.explain, tell: tell}}
	if o.sent, err = rec.telemetry.open(start, way.upstream.Endpoint.String(), env, tell); err != nil {
		return nil, err
	}
	writer, err := rec.create(start, way.upstream.Endpoint, tell)
	if err != nil {
		return nil, err
	}
	consumers := append([]pipeline.Consumer{&o.counts}, screens...)
	if o.sent != nil {
		consumers = append(consumers, o.sent)
	}
	if writer != nil {
		o.recorder = &recorder{writer: writer, path: rec.output, tell: tell}
		consumers = append(consumers, o.recorder)
	}
	o.pipeline = pipeline.Start(pipeline.Config{
		Start:    start,
		Lossless: rec.keepsAll(),
		Filter: func(next func(decode.Event)) func(decode.Event) {
			return redact.New(rules, next).Event
		},
		Consumers: consumers,
		Trouble:   func(m string) { tell("%s", m) },
	})
	o.server, err = intercept.New(intercept.Config{
		Upstream:    way.upstream.Endpoint,
		Tap:         o.pipeline.Tap(),
		Unavailable: way.unavailable,
		OnError:     o.trouble.report,
		Exposed:     way.entrance != nil && way.entrance.exposed,
		Hosts:       way.entrance.names(),
		ListenTLS:   way.entrance.tls(),
		UpstreamTLS: way.upstream.tls(),
	})
	if err == nil {
		err = o.sent.begin(rec.telemetry.metrics, o.health)
	}
	if err != nil {
		o.close()
		return nil, err
	}
	return o, nil
}

// close ends the relay, then the decode loop, then the recording, and returns
// why what was seen or recorded is not whole, if it is not.
func (o *observation) close() error {
	if o.server != nil {
		if err := o.closeServer(); err != nil {
			say("closing: %v", err)
		}
	}
	o.trouble.conclude()
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
		incomplete = errors.Join(incomplete, o.recorder.close())
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
	if o.recorder != nil && o.recorder.failed.Load() {
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

// settle gives the connections of a command that has ended the time to end by
// themselves, so that they are recorded as they were.
func (o *observation) settle() {
	for began := time.Now(); o.counts.open.Load() > 0 && time.Since(began) < settleWithin; {
		time.Sleep(5 * time.Millisecond)
	}
}

// recorder writes events to a file. When that fails, it says so once and
// traffic goes on unrecorded.
type recorder struct {
	writer *recordings.Writer
	path   string
	tell   teller
	failed atomic.Bool
}

func (r *recorder) Event(e decode.Event) { r.check(r.writer.Event(e)) }

func (r *recorder) Flush() { r.check(r.writer.Flush()) }

func (r *recorder) Tick(now time.Duration) {
	r.writer.Tick(now)
	r.check(r.writer.Err())
}

func (r *recorder) check(err error) {
	if err == nil || r.failed.Swap(true) {
		return
	}
	r.tell("recording stopped, traffic goes on unrecorded: %v", err)
}

func (r *recorder) close() error {
	err := r.writer.Close()
	if err == nil {
		return nil
	}
	if n := r.writer.Dropped(); n > 0 {
		return fmt.Errorf("%s is not complete (%d events are missing): %w", r.path, n, err)
	}
	return fmt.Errorf("%s is not complete: %w", r.path, err)
}

// counts is what is said at the end.
type counts struct {
	connections, exchanges, failed int
	open                           atomic.Int64 // connections
}

func (c *counts) Event(e decode.Event) {
	switch e := e.(type) {
	case *decode.ConnOpened:
		c.connections++
		c.open.Add(1)
	case *decode.ConnClosed:
		c.open.Add(-1)
	case *decode.RequestHead:
		c.exchanges++
	case *decode.ResponseHead:
		if e.Status >= 400 {
			c.failed++
		}
	}
}

func (c *counts) Flush() {}

func (c *counts) Tick(time.Duration) {}
