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
	"os"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/dockwire/dockwire/ui/telemetry"
)

// Server answers GET /metrics.
type Server struct {
	http *http.Server
	at   *net.TCPListener
	done sync.WaitGroup
	err  error // read after done
}

// Start listens on an address such as 127.0.0.1:9300 and serves the numbers of
// a source, which may be asked at any time. Where the process that this one takes
// over from listens there, its socket is used: older, which is closed, and may be
// nil. A container of the same address has a network of its own, and with it its
// own socket. Close ends the server.
func Start(address string, older *os.File, numbers func() []telemetry.Metric) (*Server, string, error) {
	l, err := net.Listen("tcp", address)
	if older != nil {
		defer older.Close()
		if errors.Is(err, syscall.EADDRINUSE) {
			l, err = net.FileListener(older)
		}
	}
	if err != nil {
		return nil, "", fmt.Errorf("--metrics: %w", err)
	}
	registry := prometheus.NewRegistry()
	registry.MustRegister(source(numbers), collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(registry, promhttp.HandlerOpts{}))
	s := &Server{http: &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second}, at: l.(*net.TCPListener)}
	s.done.Go(func() {
		if err := s.http.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			s.err = err
		}
	})
	return s, l.Addr().String(), nil
}

// Socket is for the process that takes over from this one.
func (s *Server) Socket() (*os.File, error) { return s.at.File() }

// Close stops it. It may be called on nil, and twice.
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
