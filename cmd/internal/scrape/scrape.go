// Package scrape serves numbers to Prometheus, by its client library.
//
// It must not know what the numbers are about. It is one file.
package scrape

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/dockwire/dockwire/ui/telemetry"
)

// Server answers GET /metrics.
type Server struct {
	http *http.Server
	done sync.WaitGroup
	err  error // read after done
}

// Start listens on an address such as 127.0.0.1:9300 and serves the numbers of
// a source, which may be asked at any time. Close ends it.
func Start(address string, numbers func() []telemetry.Metric) (*Server, string, error) {
	l, err := net.Listen("tcp", address)
	if err != nil {
		return nil, "", fmt.Errorf("--metrics: %w", err)
	}
	registry := prometheus.NewRegistry()
	registry.MustRegister(source(numbers), collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(registry, promhttp.HandlerOpts{}))
	s := &Server{http: &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second}}
	s.done.Go(func() {
		if err := s.http.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			s.err = err
		}
	})
	return s, l.Addr().String(), nil
}

// Close stops it. It may be called on nil.
func (s *Server) Close() error {
	if s == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	if s.http.Shutdown(ctx) != nil {
		s.http.Close()
	}
	s.done.Wait()
	return s.err
}

// source is a prometheus.Collector of metrics that are made when asked for.
type source func() []telemetry.Metric

// Describe says nothing, which makes the collector an unchecked one: which
// operations come is not known before.
func (source) Describe(chan<- *prometheus.Desc) {}

func (s source) Collect(to chan<- prometheus.Metric) {
	for _, m := range s() {
		for _, p := range m.Points {
			to <- metric(m, p)
		}
	}
}

func metric(m telemetry.Metric, p telemetry.Point) prometheus.Metric {
	var names, values []string
	if p.Operation != "" {
		names, values = []string{"operation", "outcome"}, []string{p.Operation, p.Outcome}
	}
	d := prometheus.NewDesc(name(m), m.Help, names, nil)
	switch m.Kind {
	case telemetry.Distribution:
		return prometheus.MustNewConstHistogram(d, p.Histogram.Count, p.Histogram.Sum, cumulative(p.Histogram), values...)
	case telemetry.Gauge:
		return prometheus.MustNewConstMetric(d, prometheus.GaugeValue, float64(p.Value), values...)
	}
	return prometheus.MustNewConstMetric(d, prometheus.CounterValue, float64(p.Value), values...)
}

// name is a metric's name as Prometheus writes it: with its unit, and a counter
// ends in _total.
func name(m telemetry.Metric) string {
	n := strings.ReplaceAll(m.Name, ".", "_")
	switch m.Unit {
	case "s":
		n += "_seconds"
	case "By":
		n += "_bytes"
	}
	if m.Kind == telemetry.Counter {
		n += "_total"
	}
	return n
}

func cumulative(h telemetry.Histogram) map[float64]uint64 {
	all := make(map[float64]uint64, len(h.Bounds))
	var sum uint64
	for i, bound := range h.Bounds {
		sum += h.Counts[i]
		all[bound] = sum
	}
	return all
}
