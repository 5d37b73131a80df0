package telemetry

import (
	"cmp"
	"maps"
	"slices"
	"sync"

	"github.com/dockwire/dockwire/decode/exchange"
)

// Numbers count what was seen. They are safe for concurrent use.
type Numbers struct {
	mu    sync.Mutex
	calls map[labels]*callNumbers

	connections, openConnections int64
	openCalls, openStreams       int64
	gaps, gapBytes, anomalies    int64
	redactions                   int64
}

// labels tell the calls of a kind: both are of a bounded set.
type labels struct{ operation, outcome string }

type callNumbers struct{ duration, request, response Histogram }

// Histogram counts values by size.
type Histogram struct {
	Bounds []float64 // upper bound of each bucket but the last, inclusive
	Counts []uint64  // one more than Bounds
	Count  uint64
	Sum    float64
}

func newHistogram(bounds []float64) Histogram {
	return Histogram{Bounds: bounds, Counts: make([]uint64, len(bounds)+1)}
}

func (h *Histogram) add(v float64) {
	i, _ := slices.BinarySearch(h.Bounds, v)
	h.Counts[i]++
	h.Count++
	h.Sum += v
}

func (h *Histogram) copy() Histogram {
	c := *h
	c.Counts = slices.Clone(h.Counts)
	return c
}

// Seconds up to a minute as OpenTelemetry advises for HTTP, and beyond: docker
// waits and follows for hours.
var durations = []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60, 300, 3600}

var sizes = []float64{0, 256, 1 << 10, 4 << 10, 16 << 10, 64 << 10, 256 << 10, 1 << 20, 16 << 20, 256 << 20, 1 << 30}

// NewNumbers makes numbers that are all zero.
func NewNumbers() *Numbers { return &Numbers{calls: map[labels]*callNumbers{}} }

func (n *Numbers) add(to *int64, by int64) {
	n.mu.Lock()
	*to += by
	n.mu.Unlock()
}

func (n *Numbers) opened() {
	n.add(&n.connections, 1)
	n.add(&n.openConnections, 1)
}

func (n *Numbers) closed()  { n.add(&n.openConnections, -1) }
func (n *Numbers) began()   { n.add(&n.openCalls, 1) }
func (n *Numbers) anomaly() { n.add(&n.anomalies, 1) }

func (n *Numbers) gap(bytes int64) {
	n.add(&n.gaps, 1)
	n.add(&n.gapBytes, bytes)
}

// streams counts open calls whose answer a person follows.
func (n *Numbers) streams(by int64) { n.add(&n.openStreams, by) }

func (n *Numbers) ended(x *exchange.Exchange, o exchange.Outcome) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.openCalls--
	n.redactions += int64(x.Redacted)
	key := labels{operation(x), o.Result.String()}
	c := n.calls[key]
	if c == nil {
		c = &callNumbers{newHistogram(durations), newHistogram(sizes), newHistogram(sizes)}
		n.calls[key] = c
	}
	c.duration.add(x.Took().Seconds())
	c.request.add(float64(x.Request.Size))
	c.response.add(float64(x.Response.Size))
}

// Kind says how a metric moves.
type Kind uint8

const (
	Counter Kind = iota // grows
	Gauge               // goes up and down
	Distribution
)

// Metric is a number with its name, as OpenTelemetry writes both.
type Metric struct {
	Name, Unit, Help string
	Kind             Kind
	Points           []Point
}

// Point is a value of a metric. Operation and Outcome are its labels; both are
// empty for a metric that has none.
type Point struct {
	Operation, Outcome string
	Value              int64
	Histogram          Histogram // of a Distribution
}

// Metrics are all numbers as they stand.
func (n *Numbers) Metrics() []Metric {
	n.mu.Lock()
	defer n.mu.Unlock()
	duration := Metric{"dockwire.call.duration", "s", "How long calls lasted.", Distribution, nil}
	request := Metric{"dockwire.call.request.size", "By", "Size of what clients sent in calls.", Distribution, nil}
	response := Metric{"dockwire.call.response.size", "By", "Size of what the daemon answered.", Distribution, nil}
	keys := slices.SortedFunc(maps.Keys(n.calls), func(a, b labels) int {
		return cmp.Or(cmp.Compare(a.operation, b.operation), cmp.Compare(a.outcome, b.outcome))
	})
	for _, k := range keys {
		c := n.calls[k]
		for _, m := range []struct {
			to *Metric
			h  *Histogram
		}{{&duration, &c.duration}, {&request, &c.request}, {&response, &c.response}} {
			m.to.Points = append(m.to.Points, Point{Operation: k.operation, Outcome: k.outcome, Histogram: m.h.copy()})
		}
	}
	return []Metric{
		duration, request, response,
		Single("dockwire.connections", "{connection}", "Connections of clients.", Counter, n.connections),
		Single("dockwire.connections.open", "{connection}", "Connections that are open.", Gauge, n.openConnections),
		Single("dockwire.calls.open", "{call}", "Calls that are not over.", Gauge, n.openCalls),
		Single("dockwire.streams.open", "{call}", "Calls that are open and stream their answer.", Gauge, n.openStreams),
		Single("dockwire.gaps", "{gap}", "Runs of bytes that passed undecoded.", Counter, n.gaps),
		Single("dockwire.gap.size", "By", "Bytes that passed undecoded.", Counter, n.gapBytes),
		Single("dockwire.anomalies", "{anomaly}", "Runs of bytes that could not be decoded.", Counter, n.anomalies),
		Single("dockwire.redactions", "{redaction}", "Secrets that were replaced.", Counter, n.redactions),
	}
}

// Single is a metric of one value without labels.
func Single(name, unit, help string, kind Kind, value int64) Metric {
	return Metric{name, unit, help, kind, []Point{{Value: value}}}
}
