package otlp

import (
	"bufio"
	"crypto/rand"
	"testing"
	"time"

	logspb "go.opentelemetry.io/proto/slim/otlp/logs/v1"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/ui/telemetry"
)

// BenchmarkCall is the processor time that a small call costs: decoding alone,
// then its span on the decode loop, then also its share of a batch.
func BenchmarkCall(b *testing.B) {
	for _, of := range []string{"decoded", "folded", "batched"} {
		b.Run(of, func(b *testing.B) {
			s, err := Read("http://127.0.0.1:4318", func(string) string { return "" }, map[string]string{"service.name": "dockwire", "host.name": "build-agent-17"})
			if err != nil {
				b.Fatal(err)
			}
			random := bufio.NewReaderSize(rand.Reader, 4<<10)
			sink := &benchSink{settings: s, encodes: of == "batched"}
			next := func(decode.Event) {}
			if of != "decoded" {
				next = telemetry.New(telemetry.Options{Start: time.Now(), Sink: sink, Random: func(p []byte) { _, _ = random.Read(p) }}, telemetry.NewNumbers()).Event
			}
			c := decode.NewSession(next).Open(decode.ConnOpened{Origin: decode.Origin{Conn: 1}, Listener: "unix:///run/dockwire.sock", Peer: decode.Peer{PID: 4711}})
			request := []byte("GET /v1.47/containers/4f2c01d5e6a7/json HTTP/1.1\r\nHost: docker\r\nUser-Agent: Docker-Client/28.2.2 (linux)\r\n\r\n")
			answer := []byte("HTTP/1.1 200 OK\r\nApi-Version: 1.47\r\nContent-Type: application/json\r\nContent-Length: 29\r\n\r\n" + `{"Id":"4f2c01","Warnings":[]}`)
			b.ReportAllocs()
			var now time.Duration
			for b.Loop() {
				now += 20 * time.Microsecond
				c.Feed(decode.Request, now, request)
				c.Feed(decode.Response, now, answer)
			}
		})
	}
}

type benchSink struct {
	settings *Settings
	encodes  bool
	spans    []byte
	count    int
}

func (k *benchSink) Span(encoded []byte) {
	if !k.encodes {
		return
	}
	k.spans = appendSpan(k.spans, encoded)
	if k.count++; k.count%batchSize == 0 {
		k.settings.spans(k.spans)
		k.spans = k.spans[:0]
	}
}

func (k *benchSink) Log(*logspb.LogRecord) {}
