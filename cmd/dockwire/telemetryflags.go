package main

import (
	"bufio"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/dockwire/dockwire/cmd/internal/otlp"
	"github.com/dockwire/dockwire/cmd/internal/record"
	"github.com/dockwire/dockwire/cmd/internal/scrape"
	"github.com/dockwire/dockwire/intercept/handover"
	"github.com/dockwire/dockwire/ui/telemetry"
)

// telemetryFlags say which programs that keep what many taps see are told.
type telemetryFlags struct {
	otlp    string
	metrics string
	older   *os.File // where an older dockwire serves its numbers; nil: nowhere
}

func (f *telemetryFlags) add(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.otlp, "otlp", "", "send traces, metrics and failures to the OpenTelemetry collector at this `URL`, such as "+otlp.DefaultEndpoint+"; \"off\" ignores OTEL_EXPORTER_OTLP_ENDPOINT")
	cmd.Flags().StringVar(&f.metrics, "metrics", "", "serve numbers to Prometheus at this `ADDRESS`, such as 127.0.0.1:9300")
}

// telemetryOut is the telemetry of an observation on its way to others.
type telemetryOut struct {
	*telemetry.Fold
	numbers   *telemetry.Numbers
	tell      record.Tell
	collector string
	sender    *otlp.Sender   // nil: nothing is sent
	server    *scrape.Server // nil: nothing is served
	name      string         // of the server's socket, when it is handed over
}

// open makes a consumer for what is wanted; nil where nothing is.
func (f *telemetryFlags) open(began time.Time, upstream string, env func(string) string, tell record.Tell) (*telemetryOut, error) {
	settings, err := f.settings(upstream, env)
	if err != nil || settings == nil && f.metrics == "" {
		return nil, err
	}
	t := &telemetryOut{tell: tell, numbers: telemetry.NewNumbers()}
	random := bufio.NewReaderSize(rand.Reader, 4<<10) // a call of the system for an id each costs more than the id
	o := telemetry.Options{Start: began, Random: func(id []byte) { _, _ = io.ReadFull(random, id) }}
	if settings != nil {
		t.sender, t.collector = otlp.New(settings, tell), settings.Endpoint
		o.Sink = t.sender
	}
	t.Fold = telemetry.New(o, t.numbers)
	return t, nil
}

// begin begins to send and to serve; health tells how dockwire itself does. It may
// be called on nil.
func (t *telemetryOut) begin(f *telemetryFlags, health func() []telemetry.Metric) (err error) {
	if t == nil {
		return nil
	}
	all := func() []telemetry.Metric { return slices.Concat(t.numbers.Metrics(), health(), t.lost()) }
	if f.metrics != "" {
		var at string
		if t.server, at, err = scrape.Start(f.metrics, f.older, all); err != nil {
			return err
		}
		t.name = f.socketName()
		t.tell("metrics for Prometheus: http://%s/metrics", at)
	}
	if t.sender != nil {
		t.sender.Start(all)
		t.tell("sending traces, metrics and failures to %s", t.collector)
	}
	return nil
}

// socketName is by which name the socket of --metrics is handed over.
func (f *telemetryFlags) socketName() string { return "--metrics " + f.metrics }

// socket is what the next dockwire gets to serve numbers at; it may be called on nil.
func (t *telemetryOut) socket() ([]handover.Socket, error) {
	if t == nil || t.server == nil {
		return nil, nil
	}
	file, err := t.server.Socket()
	return []handover.Socket{{Name: t.name, File: file}}, err
}

// leave leaves serving to the next dockwire; it may be called on nil.
func (t *telemetryOut) leave() error {
	if t == nil {
		return nil
	}
	return t.server.Close()
}

// settings are nil where nothing is to be sent. What only the environment says,
// and others may have meant for themselves, is no reason to fail.
func (f *telemetryFlags) settings(upstream string, env func(string) string) (*otlp.Settings, error) {
	if f.otlp == "off" || f.otlp == "" && !otlp.Wanted(env) {
		return nil, nil
	}
	host, _ := os.Hostname()
	var instance [16]byte // numbers of two processes, one of which takes over, are not one row
	_, _ = rand.Read(instance[:])
	settings, err := otlp.Read(f.otlp, env, map[string]string{
		"service.name":        "dockwire",
		"service.version":     versionText(),
		"service.instance.id": hex.EncodeToString(instance[:]),
		"host.name":           host,
		"dockwire.upstream":   upstream,
	})
	if err != nil && f.otlp == "" {
		say("warning: no telemetry is sent: %v (--otlp off: it is not wanted)", err)
		return nil, nil
	}
	return settings, err
}

// lost are numbers of what could not be sent.
func (t *telemetryOut) lost() []telemetry.Metric {
	if t.sender == nil {
		return nil
	}
	spans, records := t.sender.Lost()
	return []telemetry.Metric{
		telemetry.Single("dockwire.otlp.lost.spans", "{span}", "Spans that did not reach the collector.", telemetry.Counter, spans),
		telemetry.Single("dockwire.otlp.lost.records", "{record}", "Log records that did not reach the collector.", telemetry.Counter, records),
	}
}

// close sends the rest. It is called when the decode loop has ended; nil has
// nothing to send.
func (t *telemetryOut) close() error {
	if t == nil {
		return nil
	}
	t.Fold.Close()
	if t.sender != nil {
		t.sender.Close()
	}
	if err := t.server.Close(); err != nil {
		return errors.Join(errors.New("the numbers for Prometheus were not served to the end"), err)
	}
	return nil
}
