package scrape

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/dockwire/dockwire/ui/telemetry"
)

func TestNumbersAreServed(t *testing.T) {
	s, at, err := Start("127.0.0.1:0", nil, func() []telemetry.Metric {
		return []telemetry.Metric{
			telemetry.Single("dockwire.gap.size", "By", "Bytes.", telemetry.Counter, 7),
			telemetry.Single("dockwire.calls.open", "{call}", "Open.", telemetry.Gauge, 2),
			{Name: "dockwire.call.duration", Unit: "s", Help: "How long.", Kind: telemetry.Distribution, Points: []telemetry.Point{{
				Operation: "ImagePull", Outcome: "ok",
				Histogram: telemetry.Histogram{Bounds: []float64{1, 2}, Counts: []uint64{3, 4, 5}, Count: 12, Sum: 30},
			}}},
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.Get("http://" + at + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(res.Body)
	res.Body.Close()
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"dockwire_gap_size_bytes_total 7\n",
		"dockwire_calls_open 2\n",
		`dockwire_call_duration_seconds_bucket{operation="ImagePull",outcome="ok",le="1"} 3` + "\n",
		`dockwire_call_duration_seconds_bucket{operation="ImagePull",outcome="ok",le="2"} 7` + "\n",
		`dockwire_call_duration_seconds_count{operation="ImagePull",outcome="ok"} 12` + "\n",
		"go_goroutines ",
	} {
		if !strings.Contains(string(body), want) {
			t.Errorf("no %q", want)
		}
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if _, _, err := Start("nowhere:x", nil, nil); err == nil || !strings.Contains(err.Error(), "--metrics") {
		t.Errorf("a bad address: %v", err)
	}
}
