package loadtest

import (
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// Latencies are how long each call of a kind took.
type Latencies []time.Duration

// Percentile returns the latency that p percent of the calls did not exceed,
// 0 when there were none.
func (l Latencies) Percentile(p float64) time.Duration {
	if len(l) == 0 {
		return 0
	}
	s := slices.Sorted(slices.Values(l))
	return s[min(int(float64(len(s))*p/100), len(s)-1)]
}

// Concurrent sends small requests over clients connections at once and
// returns when requests of them have been answered.
func Concurrent(to Addr, clients int, requests int64) error {
	var left atomic.Int64
	left.Store(requests)
	var work sync.WaitGroup
	errs := make(chan error, clients)
	for range clients {
		work.Go(func() {
			c := NewClient(to, false)
			defer c.Close()
			for left.Add(-1) >= 0 {
				if err := c.Small(); err != nil {
					errs <- err
					return
				}
			}
		})
	}
	work.Wait()
	close(errs)
	return <-errs
}
