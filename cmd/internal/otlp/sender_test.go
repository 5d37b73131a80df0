package otlp

import (
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"

	coltrace "go.opentelemetry.io/proto/slim/otlp/collector/trace/v1"
	logspb "go.opentelemetry.io/proto/slim/otlp/logs/v1"
	tracepb "go.opentelemetry.io/proto/slim/otlp/trace/v1"

	"github.com/dockwire/dockwire/ui/telemetry"
)

// collector takes what is sent, and answers as it is told.
type collector struct {
	*httptest.Server
	mu     sync.Mutex
	spans  []string
	paths  map[string]int
	header http.Header
	answer func(post int) (status int, body []byte)
	posts  int
}

func newCollector(t *testing.T, answer func(post int) (int, []byte)) *collector {
	c := &collector{paths: map[string]int{}, answer: answer}
	c.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var in io.Reader = r.Body
		if r.Header.Get("Content-Encoding") == "gzip" {
			in, _ = gzip.NewReader(r.Body)
		}
		body, _ := io.ReadAll(in)
		c.mu.Lock()
		defer c.mu.Unlock()
		c.posts++
		status, reply := c.answer(c.posts)
		if status == http.StatusOK {
			c.header = r.Header
			c.paths[r.URL.Path]++
			var m coltrace.ExportTraceServiceRequest
			if strings.HasSuffix(r.URL.Path, "/v1/traces") && proto.Unmarshal(body, &m) == nil {
				for _, s := range m.ResourceSpans[0].ScopeSpans[0].Spans {
					c.spans = append(c.spans, s.Name)
				}
			}
		}
		w.WriteHeader(status)
		w.Write(reply)
	}))
	t.Cleanup(c.Close)
	return c
}

func always(int) (int, []byte) { return http.StatusOK, nil }

// told keeps what people are told.
type told struct {
	mu    sync.Mutex
	lines []string
}

func (l *told) tell(format string, args ...any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.lines = append(l.lines, fmt.Sprintf(format, args...))
}

func (l *told) all() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Join(l.lines, "\n")
}

func environment(pairs ...string) func(string) string {
	return func(name string) string {
		for _, p := range pairs {
			if value, ok := strings.CutPrefix(p, name+"="); ok {
				return value
			}
		}
		return ""
	}
}

func sender(t *testing.T, endpoint string, env func(string) string, l *told) *Sender {
	t.Helper()
	s, err := Read(endpoint, env, map[string]string{"service.name": "dockwire"})
	if err != nil {
		t.Fatal(err)
	}
	n := New(s, l.tell)
	n.Start(telemetry.NewNumbers().Metrics)
	return n
}

func TestEverythingIsSentAtTheEnd(t *testing.T) {
	c := newCollector(t, always)
	var l told
	n := sender(t, c.URL, environment("OTEL_EXPORTER_OTLP_COMPRESSION=gzip", "OTEL_EXPORTER_OTLP_HEADERS=api-key=a%20b"), &l)
	for i := range 1200 {
		n.Span(encode(&tracepb.Span{Name: fmt.Sprint(i)}))
	}
	n.Log(&logspb.LogRecord{})
	n.Close()
	if len(c.spans) != 1200 || c.spans[0] != "0" || c.spans[1199] != "1199" {
		t.Errorf("%d spans came", len(c.spans))
	}
	if c.paths["/v1/logs"] != 1 || c.paths["/v1/metrics"] != 1 || c.paths["/v1/traces"] < 3 {
		t.Errorf("posts: %v", c.paths)
	}
	if got := c.header.Get("Api-Key"); got != "a b" {
		t.Errorf("header api-key is %q", got)
	}
	if got := l.all(); got != "" {
		t.Errorf("said: %s", got)
	}
}

// A collector that asks for patience gets the same spans again.
func TestABusyCollectorGetsItAgain(t *testing.T) {
	for _, status := range []int{429, 502, 503, 504} {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			c := newCollector(t, func(post int) (int, []byte) {
				if post == 1 {
					return status, nil
				}
				return http.StatusOK, nil
			})
			var l told
			n := sender(t, c.URL, environment(), &l)
			n.Span(encode(&tracepb.Span{Name: "once"}))
			n.Close()
			if len(c.spans) != 1 {
				t.Errorf("%d spans came", len(c.spans))
			}
			if !strings.Contains(l.all(), "tried again") || strings.Contains(l.all(), "are lost") {
				t.Errorf("said: %s", l.all())
			}
		})
	}
}

func TestWhatIsLostIsCountedAndSaid(t *testing.T) {
	partial, err := proto.Marshal(&coltrace.ExportTraceServiceResponse{PartialSuccess: &coltrace.ExportTracePartialSuccess{RejectedSpans: 2, ErrorMessage: "too old"}})
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name   string
		answer func(int) (int, []byte)
		want   []string
	}{
		{"refused", func(int) (int, []byte) { return 400, nil }, []string{"does not take traces", "400 Bad Request", "3 spans and 0 log records are lost"}},
		{"away to the end", func(int) (int, []byte) { return 503, nil }, []string{"tried again", "3 spans and 0 log records are lost"}},
		{"taken in part", func(int) (int, []byte) { return 200, partial }, []string{"too old", "2 spans and 0 log records are lost"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := newCollector(t, tt.answer)
			var l told
			n := sender(t, c.URL, environment("OTEL_METRICS_EXPORTER=none", "OTEL_EXPORTER_OTLP_ENDPOINT="+c.URL), &l)
			for range 3 {
				n.Span(encode(&tracepb.Span{}))
			}
			n.Close()
			for _, want := range tt.want {
				if !strings.Contains(l.all(), want) {
					t.Errorf("said %q, which lacks %q", l.all(), want)
				}
			}
		})
	}
}

// However long the collector is away, no more waits than the queue holds.
func TestTheQueueIsBounded(t *testing.T) {
	var l told
	n := sender(t, "http://127.0.0.1:1", environment(), &l)
	for range maxWaiting + 10 {
		n.Span(encode(&tracepb.Span{}))
		n.Log(&logspb.LogRecord{})
	}
	if spans, records := n.Lost(); spans != 10 || records != 10 {
		t.Errorf("lost %d spans and %d records, want 10 each", spans, records)
	}
	began := time.Now()
	n.Close()
	if took := time.Since(began); took > closeWithin+5*time.Second {
		t.Errorf("the end took %v", took)
	}
	if want := fmt.Sprintf("%d spans and %d log records are lost", maxWaiting+10, maxWaiting+10); !strings.Contains(l.all(), want) {
		t.Errorf("said %q, which lacks %q", l.all(), want)
	}
}

func TestSettings(t *testing.T) {
	tests := []struct {
		name     string
		endpoint string
		env      []string
		want     string // urls, or what the error says
	}{
		{"the flag", "http://c:4318", nil, "http://c:4318/v1/traces http://c:4318/v1/metrics http://c:4318/v1/logs"},
		{"a path is kept", "https://c/otlp/", nil, "https://c/otlp/v1/traces https://c/otlp/v1/metrics https://c/otlp/v1/logs"},
		{"the environment", "", []string{"OTEL_EXPORTER_OTLP_ENDPOINT=http://c:4318"}, "http://c:4318/v1/traces http://c:4318/v1/metrics http://c:4318/v1/logs"},
		{"one signal elsewhere, as it is", "", []string{"OTEL_EXPORTER_OTLP_ENDPOINT=http://c:4318", "OTEL_EXPORTER_OTLP_LOGS_ENDPOINT=http://l/x"}, "http://c:4318/v1/traces http://c:4318/v1/metrics http://l/x"},
		{"only one signal", "", []string{"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=http://t/v1/traces"}, "http://t/v1/traces"},
		{"a signal that is not wanted", "", []string{"OTEL_EXPORTER_OTLP_ENDPOINT=http://c:4318", "OTEL_LOGS_EXPORTER=none"}, "http://c:4318/v1/traces http://c:4318/v1/metrics"},
		{"the flag goes before the environment", "http://c:4318", []string{"OTEL_EXPORTER_OTLP_ENDPOINT=http://x", "OTEL_LOGS_EXPORTER=none", "OTEL_EXPORTER_OTLP_PROTOCOL=grpc"}, "http://c:4318/v1/traces http://c:4318/v1/metrics http://c:4318/v1/logs"},
		{"no address", "collector:4318", nil, `"collector:4318" is no address of a collector`},
		{"gRPC", "", []string{"OTEL_EXPORTER_OTLP_ENDPOINT=http://c:4317", "OTEL_EXPORTER_OTLP_PROTOCOL=grpc"}, "http/protobuf only"},
		{"a timeout in words", "http://c:4318", []string{"OTEL_EXPORTER_OTLP_TIMEOUT=10s"}, "number of milliseconds"},
		{"what is not a header", "http://c:4318", []string{"OTEL_EXPORTER_OTLP_HEADERS=hunter2"}, "give NAME=VALUE"},
		{"a compression of another kind", "http://c:4318", []string{"OTEL_EXPORTER_OTLP_COMPRESSION=br"}, "give gzip or none"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s, err := Read(tt.endpoint, environment(tt.env...), nil)
			got := ""
			if err != nil {
				got = err.Error()
				if strings.Contains(got, "hunter2") {
					t.Errorf("the error gives a header away: %s", got)
				}
			} else {
				got = strings.Join(strings.Fields(strings.Join(s.urls[:], " ")), " ")
			}
			if err != nil && strings.Contains(got, tt.want) || got == tt.want {
				return
			}
			t.Errorf("got %q, want %q", got, tt.want)
		})
	}
}

func TestWanted(t *testing.T) {
	for _, tt := range []struct {
		env  []string
		want bool
	}{
		{nil, false},
		{[]string{"OTEL_EXPORTER_OTLP_ENDPOINT=http://c"}, true},
		{[]string{"OTEL_EXPORTER_OTLP_LOGS_ENDPOINT=http://c"}, true},
		{[]string{"OTEL_EXPORTER_OTLP_ENDPOINT=http://c", "OTEL_SDK_DISABLED=true"}, false},
		{[]string{"OTEL_EXPORTER_OTLP_HEADERS=a=b"}, false},
	} {
		if got := Wanted(environment(tt.env...)); got != tt.want {
			t.Errorf("%v: %v", tt.env, got)
		}
	}
}

func TestTheResource(t *testing.T) {
	s, err := Read("http://c", environment("OTEL_RESOURCE_ATTRIBUTES=host.name=build%2D7,team=ci", "OTEL_SERVICE_NAME=taps"), map[string]string{"host.name": "vm", "service.name": "dockwire", "service.version": "1"})
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, a := range s.resource {
		got[a.Key] = a.Value.GetStringValue()
	}
	for key, want := range map[string]string{"host.name": "build-7", "team": "ci", "service.name": "taps", "service.version": "1"} {
		if got[key] != want {
			t.Errorf("%s is %q, want %q", key, got[key], want)
		}
	}
}
