package intercept_test

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"github.com/dockwire/dockwire/intercept"
	"github.com/dockwire/dockwire/intercept/loadtest"
)

// nullTap takes every chunk and gives it back.
type nullTap struct{}

func (nullTap) Open(intercept.ConnInfo) intercept.ConnTap { return nullTap{} }

func (nullTap) Chunk(_ intercept.Direction, _ time.Time, b *intercept.Buffer) { b.Release() }
func (nullTap) Sent(intercept.Direction)                                      {}
func (nullTap) EOF(intercept.Direction, time.Time)                            {}
func (nullTap) Close(time.Time, intercept.Ending)                             {}

// bench is a daemon with a bare loop and a relay in front of it.
type bench struct{ daemon, bare, relay loadtest.Addr }

func newBench(b *testing.B) bench {
	dir := b.TempDir()
	daemon, err := loadtest.NewDaemon(loadtest.Unix(filepath.Join(dir, "d")))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { daemon.Close() })
	loop, err := loadtest.BareLoop(loadtest.Unix(filepath.Join(dir, "b")), daemon.Addr)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { loop.Close() })
	s, err := intercept.New(intercept.Config{
		Upstream: intercept.Endpoint{Scheme: "unix", Address: daemon.Addr.Address},
		Tap:      nullTap{},
		OnError:  func(err error) { b.Error(err) },
	})
	if err != nil {
		b.Fatal(err)
	}
	ep, err := s.Listen(intercept.Endpoint{Scheme: "unix", Address: filepath.Join(dir, "r")}, intercept.Private)
	if err != nil {
		b.Fatal(err)
	}
	go s.Serve()
	b.Cleanup(func() {
		if err := s.Close(context.Background()); err != nil {
			b.Error(err)
		}
	})
	return bench{daemon.Addr, loop.Addr, loadtest.Unix(ep.Address)}
}

// compare runs a call through the bare loop and through the relay in turns.
func compare(b *testing.B, fresh bool, call func(*loadtest.Client) error) (bare, relay loadtest.Latencies) {
	on := newBench(b)
	var calls []func() error
	for _, addr := range []loadtest.Addr{on.bare, on.relay} {
		c := loadtest.NewClient(addr, fresh)
		b.Cleanup(c.Close)
		if err := call(c); err != nil { // warm up
			b.Fatal(err)
		}
		calls = append(calls, func() error { return call(c) })
	}
	b.ResetTimer()
	took, err := loadtest.Alternate(b.N, calls...)
	b.StopTimer()
	if err != nil {
		b.Fatal(err)
	}
	return took[0], took[1]
}

func reportP50(b *testing.B, bare, relay loadtest.Latencies) {
	us := func(d time.Duration) float64 { return float64(d.Nanoseconds()) / 1e3 }
	b.ReportMetric(us(bare.Percentile(50)), "bare-p50-µs")
	b.ReportMetric(us(relay.Percentile(50)), "relay-p50-µs")
	b.ReportMetric(us(relay.Percentile(99)), "relay-p99-µs")
	b.ReportMetric(us(relay.Percentile(50))/us(bare.Percentile(50)), "relay/bare")
}

func BenchmarkSmallExchange(b *testing.B) {
	bare, relay := compare(b, false, (*loadtest.Client).Small)
	reportP50(b, bare, relay)
}

func BenchmarkNewConnection(b *testing.B) {
	bare, relay := compare(b, true, (*loadtest.Client).Small)
	reportP50(b, bare, relay)
}

// BenchmarkSixteenConnections counts small exchanges a second over sixteen
// connections at once; one operation is a thousand of them on either side.
func BenchmarkSixteenConnections(b *testing.B) {
	const batch = 1000
	on := newBench(b)
	load := func(addr loadtest.Addr) func() error {
		return func() error { return loadtest.Concurrent(addr, 16, batch) }
	}
	b.ResetTimer()
	took, err := loadtest.Alternate(b.N, load(on.bare), load(on.relay))
	if err != nil {
		b.Fatal(err)
	}
	bare := batch / took[0].Percentile(50).Seconds()
	relay := batch / took[1].Percentile(50).Seconds()
	b.ReportMetric(bare, "bare-req/s")
	b.ReportMetric(relay, "relay-req/s")
	b.ReportMetric(relay/bare, "relay/bare")
}

// bulk is the size of a transfer.
const bulk = 256 << 20

func reportThroughput(b *testing.B, bare, relay loadtest.Latencies) {
	mbs := func(l loadtest.Latencies) float64 { return bulk / 1e6 / l.Percentile(50).Seconds() }
	b.ReportMetric(mbs(bare), "bare-MB/s")
	b.ReportMetric(mbs(relay), "relay-MB/s")
	b.ReportMetric(mbs(relay)/mbs(bare), "relay/bare")
}

func BenchmarkDownload(b *testing.B) {
	bare, relay := compare(b, false, func(c *loadtest.Client) error { return c.Download(bulk) })
	reportThroughput(b, bare, relay)
}

func BenchmarkUpload(b *testing.B) {
	bare, relay := compare(b, false, func(c *loadtest.Client) error { return c.Upload(bulk) })
	reportThroughput(b, bare, relay)
}
