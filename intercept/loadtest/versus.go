package loadtest

import (
	"path/filepath"
	"testing"
	"time"
)

// bulk is the size of a transfer.
const bulk = 256 << 20

// batch is how many small exchanges one round of SixteenConnections makes.
const batch = 1000

// Versus runs every load through the bare loop and through what front puts
// before the daemon, in turns, and reports both and their ratio. front
// returns the address that clients connect to; it cleans up with b.Cleanup.
func Versus(b *testing.B, front func(b *testing.B, daemon Addr) Addr) {
	b.Run("SmallExchange", func(b *testing.B) {
		latency(b, rival(b, front), false)
	})
	b.Run("NewConnection", func(b *testing.B) {
		latency(b, rival(b, front), true)
	})
	b.Run("SixteenConnections", func(b *testing.B) {
		took := turns(b, rival(b, front), func(to Addr) func() error {
			return func() error { return Concurrent(to, 16, batch) }
		})
		rates(b, took, batch, "req/s")
	})
	b.Run("Download256MiB", func(b *testing.B) {
		took := turns(b, rival(b, front), func(to Addr) func() error {
			c := client(b, to, false)
			return func() error { return c.Download(bulk) }
		})
		rates(b, took, bulk/1e6, "MB/s")
	})
	b.Run("Upload256MiB", func(b *testing.B) {
		took := turns(b, rival(b, front), func(to Addr) func() error {
			c := client(b, to, false)
			return func() error { return c.Upload(bulk) }
		})
		rates(b, took, bulk/1e6, "MB/s")
	})
}

// rivals are two ways to the same daemon.
type rivals struct{ bare, front Addr }

func rival(b *testing.B, front func(*testing.B, Addr) Addr) rivals {
	dir := b.TempDir()
	daemon, err := NewDaemon(Unix(filepath.Join(dir, "d")))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { daemon.Close() })
	loop, err := BareLoop(Unix(filepath.Join(dir, "b")), daemon.Addr)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { loop.Close() })
	return rivals{loop.Addr, front(b, daemon.Addr)}
}

func client(b *testing.B, to Addr, fresh bool) *Client {
	c := NewClient(to, fresh)
	b.Cleanup(c.Close)
	return c
}

// turns makes a call for either way, warms it up, and calls them b.N times in
// turns.
func turns(b *testing.B, on rivals, call func(Addr) func() error) [2]Latencies {
	calls := []func() error{call(on.bare), call(on.front)}
	for _, c := range calls {
		if err := c(); err != nil {
			b.Fatal(err)
		}
	}
	b.ResetTimer()
	took, err := alternate(b.N, calls...)
	b.StopTimer()
	if err != nil {
		b.Fatal(err)
	}
	return [2]Latencies{took[0], took[1]}
}

func latency(b *testing.B, on rivals, fresh bool) {
	took := turns(b, on, func(to Addr) func() error { return client(b, to, fresh).Small })
	us := func(d time.Duration) float64 { return float64(d.Nanoseconds()) / 1e3 }
	b.ReportMetric(us(took[0].Percentile(50)), "bare-p50-µs")
	b.ReportMetric(us(took[1].Percentile(50)), "front-p50-µs")
	b.ReportMetric(us(took[1].Percentile(99)), "front-p99-µs")
	b.ReportMetric(us(took[1].Percentile(50))/us(took[0].Percentile(50)), "front/bare")
}

func rates(b *testing.B, took [2]Latencies, amount float64, unit string) {
	bare := amount / took[0].Percentile(50).Seconds()
	front := amount / took[1].Percentile(50).Seconds()
	b.ReportMetric(bare, "bare-"+unit)
	b.ReportMetric(front, "front-"+unit)
	b.ReportMetric(front/bare, "front/bare")
}
