package main

import (
	"fmt"
	"slices"
	"time"

	"github.com/dockwire/dockwire/intercept/loadtest"
)

// load is a kind of traffic and the figures that come of it. A further figure is
// the processor time that what stands between takes for one of its parts.
type load struct {
	name    string
	figures []string
	unit    string // "" for microseconds
	part    string
	measure func(to loadtest.Addr, scale int64) (values []float64, parts float64, err error)
}

// parts names the number of them among the figures of a load.
const parts = "parts"

// processor names the processor time of a part.
func (l load) processor() string { return l.name + ", processor time a " + l.part }

func (l load) write(v float64) string {
	if l.unit == "" {
		return fmt.Sprintf("%.0f µs", v)
	}
	return fmt.Sprintf("%.0f %s", v, l.unit)
}

// run makes the load, a small one if it is short.
func (l load) run(to loadtest.Addr, short bool) (map[string]float64, error) {
	scale := int64(16)
	if short {
		scale = 1
	}
	values, n, err := l.measure(to, scale)
	named := map[string]float64{parts: n}
	for i, v := range values {
		named[l.figures[i]] = v
	}
	return named, err
}

var loads = []load{
	{"small exchange", []string{"small exchange, p50", "small exchange, p99"}, "", "call", func(to loadtest.Addr, scale int64) ([]float64, float64, error) {
		return latencies(to, false, 250*scale, 50, 99, (*loadtest.Client).Small)
	}},
	{"5 kB answer", []string{"5 kB answer, p50", "5 kB answer, p99"}, "", "call", func(to loadtest.Addr, scale int64) ([]float64, float64, error) {
		return latencies(to, false, 250*scale, 50, 99, func(c *loadtest.Client) error { return c.DownloadWhole(5000) })
	}},
	{"new connection", []string{"new connection, p50", "new connection, p99"}, "", "call", func(to loadtest.Addr, scale int64) ([]float64, float64, error) {
		return latencies(to, true, 100*scale, 50, 99, (*loadtest.Client).Small)
	}},
	{"16 connections", []string{"16 connections"}, "/s", "call", func(to loadtest.Addr, scale int64) ([]float64, float64, error) {
		n := 1000 * scale
		return rate(float64(n), func() error { return loadtest.Concurrent(to, 16, n) })
	}},
	{"download, Content-Length", []string{"download, Content-Length"}, "MB/s", "MB", transfer((*loadtest.Client).DownloadWhole)},
	{"download, chunked", []string{"download, chunked"}, "MB/s", "MB", transfer((*loadtest.Client).Download)},
	{"upload, chunked", []string{"upload, chunked"}, "MB/s", "MB", transfer((*loadtest.Client).Upload)},
}

func loadNamed(name string) load {
	if i := slices.IndexFunc(loads, func(l load) bool { return l.name == name }); i >= 0 {
		return loads[i]
	}
	return load{measure: func(loadtest.Addr, int64) ([]float64, float64, error) { return nil, 0, fmt.Errorf("no load %q", name) }}
}

// latencies makes n calls, one after the other, and gives two percentiles in
// microseconds.
func latencies(to loadtest.Addr, fresh bool, n int64, p, q float64, call func(*loadtest.Client) error) ([]float64, float64, error) {
	c := loadtest.NewClient(to, fresh)
	defer c.Close()
	for range n / 10 { // warm up
		if err := call(c); err != nil {
			return nil, 0, err
		}
	}
	took := make(loadtest.Latencies, 0, n)
	for range n {
		began := time.Now()
		if err := call(c); err != nil {
			return nil, 0, err
		}
		took = append(took, time.Since(began))
	}
	return []float64{micro(took.Percentile(p)), micro(took.Percentile(q))}, float64(n + n/10), nil
}

func micro(d time.Duration) float64 { return float64(d) / float64(time.Microsecond) }

func rate(n float64, call func() error) ([]float64, float64, error) {
	began := time.Now()
	err := call()
	return []float64{n / time.Since(began).Seconds()}, n, err
}

func transfer(call func(*loadtest.Client, int64) error) func(loadtest.Addr, int64) ([]float64, float64, error) {
	return func(to loadtest.Addr, scale int64) ([]float64, float64, error) {
		c := loadtest.NewClient(to, false)
		defer c.Close()
		n := scale * (16 << 20)
		return rate(float64(n)/1e6, func() error { return call(c, n) })
	}
}
