//go:build linux

package otlp

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	logspb "go.opentelemetry.io/proto/slim/otlp/logs/v1"

	"github.com/dockwire/dockwire/decode/exchange/exchangetest"
	"github.com/dockwire/dockwire/ui/telemetry"
)

// taps is how many send at once.
const taps = 500

// BenchmarkTaps has 500 taps send what they see of docker run, as fast as one
// real collector takes it (make lab builds it): spans a second of the collector's
// processor time, its memory, and bytes a span in its file.
func BenchmarkTaps(b *testing.B) {
	cache, err := os.UserCacheDir()
	if err != nil {
		b.Fatal(err)
	}
	file := filepath.Join(b.TempDir(), "telemetry.json")
	at, process := startCollector(b, filepath.Join(cache, "dockwire-lab", "collector"), file)
	spans := dockerRun(b)
	s, err := Read("", environment("OTEL_EXPORTER_OTLP_ENDPOINT=http://"+at, "OTEL_METRICS_EXPORTER=none"), map[string]string{"service.name": "dockwire", "host.name": "build-agent-17"})
	if err != nil {
		b.Fatal(err)
	}
	const each = 2 * batchSize
	before, began := processorTime(b, process), time.Now()
	for b.Loop() {
		var all sync.WaitGroup
		for range taps {
			all.Go(func() {
				n := New(s, func(string, ...any) {}) // a busy collector is tried again
				n.Start(func() []telemetry.Metric { return nil })
				for i := range each {
					n.Span(spans[i%len(spans)])
				}
				for n.waiting() { // Close is in a hurry
					time.Sleep(10 * time.Millisecond)
				}
				n.Close()
				if spans, _ := n.Lost(); spans > 0 {
					b.Errorf("%d spans are lost", spans)
				}
			})
		}
		all.Wait()
	}
	sent := float64(b.N * taps * each)
	info, err := os.Stat(file)
	if err != nil {
		b.Fatal(err)
	}
	used := processorTime(b, process) - before
	b.ReportMetric(sent/used.Seconds(), "spans/cpu-s")
	b.ReportMetric(sent/time.Since(began).Seconds(), "spans/s")
	b.ReportMetric(float64(info.Size())/sent, "B/span")
	b.ReportMetric(float64(memory(b, process))/1024, "MiB")
	b.ReportMetric(0, "ns/op")
}

func (n *Sender) waiting() bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.wait.waiting > 0
}

type spanSink [][]byte

func (s *spanSink) Span(encoded []byte)   { *s = append(*s, bytes.Clone(encoded)) }
func (s *spanSink) Log(*logspb.LogRecord) {}

// dockerRun is the telemetry of one docker run.
func dockerRun(b *testing.B) [][]byte {
	b.Helper()
	id := strings.Repeat("3f2a", 16)
	var script exchangetest.Script
	c := script.Connect(7, "docker", "run", "-d", "--name", "web", "nginx")
	c.Call("HEAD", "/_ping", "").Reply(200, "")
	c.Call("POST", "/v1.47/containers/create?name=web", `{"Image":"nginx"}`).Reply(201, `{"Id":"`+id+`","Warnings":[]}`)
	c.Call("POST", "/v1.47/containers/"+id+"/start", "").Reply(204, "")
	c.Call("GET", "/v1.47/containers/"+id+"/json", "").Reply(200, `{"Id":"`+id+`","Name":"/web"}`)
	c.Close()
	var spans spanSink
	fold := telemetry.New(telemetry.Options{Start: time.Now(), Sink: &spans, Random: func(p []byte) { rand.Read(p) }}, telemetry.NewNumbers())
	script.Play(fold.Event)
	fold.Close()
	return spans
}

func startCollector(b *testing.B, program, file string) (at string, process int) {
	b.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	at = l.Addr().String()
	l.Close()
	config := filepath.Join(b.TempDir(), "collector.yaml")
	text := fmt.Sprintf(`
receivers: {otlp: {protocols: {http: {endpoint: %q}}}}
exporters: {file: {path: %q}}
service:
  telemetry: {metrics: {level: none}}
  pipelines: {traces: {receivers: [otlp], exporters: [file]}}
`, at, file)
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		b.Fatal(err)
	}
	cmd := exec.Command(program, "--config", "file:"+config)
	if err := cmd.Start(); err != nil {
		b.Fatalf("%v (make lab builds it)", err)
	}
	b.Cleanup(func() { cmd.Process.Kill(); cmd.Wait() })
	for range 1000 {
		if c, err := net.Dial("tcp", at); err == nil {
			c.Close()
			return at, cmd.Process.Pid
		}
		time.Sleep(10 * time.Millisecond)
	}
	b.Fatal("the collector does not listen")
	return "", 0
}

// processorTime is what a process has used (proc(5), fields 14 and 15 of stat, in
// hundredths of a second).
func processorTime(b *testing.B, process int) time.Duration {
	b.Helper()
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", process))
	if err != nil {
		b.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(stat), ") ")
	fields := strings.Fields(rest)
	user, _ := strconv.Atoi(fields[11])
	system, _ := strconv.Atoi(fields[12])
	return time.Duration(user+system) * 10 * time.Millisecond
}

// memory is the most that a process has held, in KiB.
func memory(b *testing.B, process int) (kib int) {
	b.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", process))
	if err != nil {
		b.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(status), "VmHWM:")
	fmt.Sscan(rest, &kib)
	return kib
}
