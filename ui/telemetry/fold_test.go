package telemetry_test

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"strings"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"

	logspb "go.opentelemetry.io/proto/slim/otlp/logs/v1"
	tracepb "go.opentelemetry.io/proto/slim/otlp/trace/v1"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/exchange/exchangetest"
	"github.com/dockwire/dockwire/decode/redact"
	"github.com/dockwire/dockwire/ui/telemetry"
)

// kept is a sink that keeps all.
type kept struct {
	spans []*tracepb.Span
	logs  []*logspb.LogRecord
}

func (k *kept) Span(encoded []byte) {
	s := new(tracepb.Span)
	if err := proto.Unmarshal(encoded, s); err != nil {
		panic(err)
	}
	k.spans = append(k.spans, s)
}
func (k *kept) Log(l *logspb.LogRecord) { k.logs = append(k.logs, l) }

func (k *kept) named(t *testing.T, name string) *tracepb.Span {
	t.Helper()
	var found *tracepb.Span
	for _, s := range k.spans {
		if s.Name == name {
			if found != nil {
				t.Fatalf("two spans are called %q", name)
			}
			found = s
		}
	}
	if found == nil {
		t.Fatalf("no span is called %q", name)
	}
	return found
}

func attribute(s *tracepb.Span, key string) string {
	for _, a := range s.Attributes {
		if a.Key == key {
			if s := a.Value.GetStringValue(); s != "" {
				return s
			}
			return fmt.Sprint(a.Value.GetIntValue())
		}
	}
	return ""
}

// play makes telemetry of a script; ids count from 1.
func play(s *exchangetest.Script) (*kept, map[string]telemetry.Metric) {
	k, numbers := &kept{}, telemetry.NewNumbers()
	var next uint64
	f := telemetry.New(telemetry.Options{
		Start: time.Unix(1_000_000_000, 0), Sink: k,
		Random: func(id []byte) { next++; binary.BigEndian.PutUint64(id[len(id)-8:], next) },
	}, numbers)
	s.Play(f.Event)
	f.Close()
	metrics := map[string]telemetry.Metric{}
	for _, m := range numbers.Metrics() {
		metrics[m.Name] = m
	}
	return k, metrics
}

const container = "3f2a91c0b7d43f2a91c0b7d43f2a91c0b7d43f2a91c0b7d43f2a91c0b7d40000"

func TestACommandIsTheParentOfItsCalls(t *testing.T) {
	var s exchangetest.Script
	c := s.Connect(7, "docker", "start", "web")
	c.Call("POST", "/v1.47/containers/web/start?x=1", "", "User-Agent: Docker-Client/28").
		Reply(500, `{"message":"port is already allocated"}`)
	c.Close()
	k, metrics := play(&s)
	command, call := k.named(t, "docker start"), k.named(t, "POST /containers/{id}/start")
	if !bytes.Equal(call.ParentSpanId, command.SpanId) || !bytes.Equal(call.TraceId, command.TraceId) || len(command.ParentSpanId) != 0 {
		t.Errorf("call %v is not below command %v", call, command)
	}
	for key, want := range map[string]string{
		"http.request.method": "POST", "url.path": "/v1.47/containers/web/start", "url.query": "x=1",
		"http.response.status_code": "500", "error.type": "500", "user_agent.original": "Docker-Client/28",
		"http.route": "/containers/{id}/start", "dockwire.operation": "ContainerStart", "dockwire.outcome": "failed",
	} {
		if got := attribute(call, key); got != want {
			t.Errorf("%s is %q, want %q", key, got, want)
		}
	}
	if call.Status.GetCode() != tracepb.Status_STATUS_CODE_ERROR || !strings.Contains(call.Status.GetMessage(), "port is already allocated") {
		t.Errorf("status of the call: %v", call.Status)
	}
	if command.Status.GetCode() != tracepb.Status_STATUS_CODE_ERROR || !strings.Contains(attribute(command, "dockwire.verdict"), "port is already allocated") {
		t.Errorf("status of the command: %v, %v", command.Status, command.Attributes)
	}
	if len(k.logs) != 2 || !strings.Contains(k.logs[0].Body.GetStringValue(), "ContainerStart: ") || !bytes.Equal(k.logs[0].SpanId, call.SpanId) || !bytes.Equal(k.logs[1].SpanId, command.SpanId) {
		t.Errorf("log records: %v", k.logs)
	}
	p := metrics["dockwire.call.duration"].Points
	if len(p) != 1 || p[0].Operation != "ContainerStart" || p[0].Outcome != "failed" || p[0].Histogram.Count != 1 {
		t.Errorf("duration: %+v", p)
	}
	for _, name := range []string{"dockwire.connections.open", "dockwire.calls.open", "dockwire.streams.open"} {
		if v := metrics[name].Points[0].Value; v != 0 {
			t.Errorf("%s is %d after the end", name, v)
		}
	}
}

func TestATracedClient(t *testing.T) {
	const trace, first, second = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331", "00f067aa0ba902b7"
	const other = "11111111111111111111111111111111"
	parent := func(trace, span string) string { return "traceparent: 00-" + trace + "-" + span + "-01" }
	var s exchangetest.Script
	c := s.Connect(7, "agent")
	c.Call("GET", "/v1.47/info", "", parent(trace, first)).Reply(200, "{}")
	c.Call("GET", "/v1.47/version", "", parent(trace, second)).Reply(200, "{}")
	c.Call("GET", "/v1.47/images/json", "", parent(other, second)).Reply(200, "[]")
	c.Call("GET", "/v1.47/networks", "", parent(other, first), "User-Agent: compose/2.40.3").Reply(200, "[]")
	c.Close()
	k, _ := play(&s)
	command := k.named(t, "agent")
	if hex.EncodeToString(command.TraceId) != trace || hex.EncodeToString(command.ParentSpanId) != first {
		t.Errorf("the command is not below the span of its first call: %v", command)
	}
	for name, want := range map[string]struct{ trace, parent, link string }{
		"GET /info":        {trace, hex.EncodeToString(command.SpanId), ""},
		"GET /version":     {trace, hex.EncodeToString(command.SpanId), trace + second},
		"GET /networks":    {trace, hex.EncodeToString(command.SpanId), other + first},
		"GET /images/json": {other, second, trace + hex.EncodeToString(command.SpanId)},
	} {
		span := k.named(t, name)
		var link string
		for _, l := range span.Links {
			link += hex.EncodeToString(l.TraceId) + hex.EncodeToString(l.SpanId)
		}
		if hex.EncodeToString(span.TraceId) != want.trace || hex.EncodeToString(span.ParentSpanId) != want.parent || link != want.link {
			t.Errorf("%s: trace %x, parent %x, link %s; want %+v", name, span.TraceId, span.ParentSpanId, link, want)
		}
	}
}

// A client that is in no trace keeps its calls together, whatever they say.
func TestACallOfAForeignTraceStaysWithItsCommand(t *testing.T) {
	var s exchangetest.Script
	c := s.Connect(7, "docker", "build", ".")
	c.Call("HEAD", "/_ping", "").Reply(200, "")
	c.Call("GET", "/v1.47/info", "", "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01").Reply(200, "{}")
	c.Close()
	k, _ := play(&s)
	call, command := k.named(t, "GET /info"), k.named(t, "docker build")
	if !bytes.Equal(call.ParentSpanId, command.SpanId) || len(call.Links) != 1 {
		t.Errorf("call: %v", call)
	}
}

func TestARefusalThatBecomesAFailureIsLogged(t *testing.T) {
	var s exchangetest.Script
	c := s.Connect(7, "docker", "rm", "web")
	c.Call("DELETE", "/v1.47/containers/web", "").Reply(404, `{"message":"No such container: web"}`)
	c.Close()
	k, _ := play(&s)
	if len(k.logs) == 0 || !strings.Contains(k.logs[0].Body.GetStringValue(), "No such container: web") {
		t.Errorf("log records: %v", k.logs)
	}
}

func TestOpenStreamsAreCounted(t *testing.T) {
	var s exchangetest.Script
	c := s.Connect(7, "docker", "logs", "-f", "web")
	c.Call("GET", "/v1.47/containers/"+container+"/logs?follow=1&stdout=1", "").Answer(200, decode.ContentStdcopy)
	k, metrics := &kept{}, telemetry.NewNumbers()
	f := telemetry.New(telemetry.Options{Sink: k, Random: func([]byte) {}}, metrics)
	s.Play(f.Event)
	open := map[string]int64{}
	for _, m := range metrics.Metrics() {
		if m.Kind == telemetry.Gauge {
			open[m.Name] = m.Points[0].Value
		}
	}
	if open["dockwire.streams.open"] != 1 || open["dockwire.calls.open"] != 1 || open["dockwire.connections.open"] != 1 {
		t.Errorf("open: %v", open)
	}
}

// The numbers have durations and sizes by operation and outcome, and what was not
// decoded or was replaced.
func TestNumbers(t *testing.T) {
	s := exchangetest.New()
	c := s.Connect(7, "docker", "create")
	c.Call("POST", "/v1.47/containers/create", `{"Image":"busybox"}`).Reply(201, `{"Id":"`+container+`"}`)
	c.Call("POST", "/v1.47/containers/create", `{"Image":"none"}`, "X-Registry-Auth: eyJ1c2VybmFtZSI6InUiLCJwYXNzd29yZCI6ImhpZGVtZTEyMyJ9").Reply(500, `{"message":"no"}`)
	c.Call("GET", "/nothing", "").Reply(404, "")
	s.Add(&decode.Gap{Bytes: 7})
	s.Add(&decode.Anomaly{Bytes: []byte("?")})
	numbers := telemetry.NewNumbers()
	s.Play(redact.New(redact.Options{}, telemetry.New(telemetry.Options{}, numbers).Event).Event)
	got := map[string]string{}
	for _, m := range numbers.Metrics() {
		for _, p := range m.Points {
			name := m.Name
			if m.Kind == telemetry.Distribution {
				name += " " + p.Operation + " " + p.Outcome
			}
			switch {
			case m.Unit == "s":
				got[name] = fmt.Sprint(p.Histogram.Count)
			case m.Kind == telemetry.Distribution:
				got[name] = fmt.Sprint(p.Histogram.Sum)
			default:
				got[name] = fmt.Sprint(p.Value)
			}
		}
	}
	for name, want := range map[string]string{
		"dockwire.call.duration ContainerCreate ok": "1", "dockwire.call.duration ContainerCreate failed": "1",
		"dockwire.call.request.size ContainerCreate ok": "19", "dockwire.call.response.size ContainerCreate ok": "73",
		"dockwire.call.request.size ContainerCreate failed": "16", "dockwire.call.response.size ContainerCreate failed": "16",
		"dockwire.call.duration other refused": "1",
		"dockwire.connections":                 "1", "dockwire.connections.open": "1", "dockwire.streams.open": "0",
		"dockwire.gaps": "1", "dockwire.gap.size": "7", "dockwire.anomalies": "1", "dockwire.redactions": "1",
	} {
		if got[name] != want {
			t.Errorf("%s is %q, want %s", name, got[name], want)
		}
	}
	if t.Failed() {
		t.Log(got)
	}
}

// A span says by which socket or address its client came.
func TestTheEndpointOfACall(t *testing.T) {
	unix, tcp := exchangetest.New(), exchangetest.New()
	unix.Connect(7, "docker", "ps").Call("GET", "/v1.47/containers/json", "").Reply(200, "[]")
	peer := tcp.ConnectPeer(decode.Peer{Address: "[::1]:40000"})
	tcp.Events()[0].(*decode.ConnOpened).Listener = "tcp://[::1]:2375"
	peer.Call("GET", "/v1.47/containers/json", "").Reply(200, "[]")
	for s, want := range map[*exchangetest.Script]map[string]string{
		unix: {"network.transport": "unix", "server.address": "/tmp/dw.sock", "server.port": "", "network.peer.address": ""},
		tcp:  {"network.transport": "tcp", "server.address": "::1", "server.port": "2375", "network.peer.address": "::1"},
	} {
		k, _ := play(s)
		for key, want := range want {
			if got := attribute(k.named(t, "GET /containers/json"), key); got != want {
				t.Errorf("%s is %q, want %q", key, got, want)
			}
		}
	}
}

// The steps of a build are below it, and it is below the call that asked for it.
func TestABuildIsTheParentOfItsSteps(t *testing.T) {
	k, _ := play(exchangetest.Build())
	build := k.named(t, "build")
	var above []string
	for _, s := range k.spans {
		if bytes.Equal(s.SpanId, build.ParentSpanId) {
			above = append(above, s.Name)
		}
	}
	if len(above) != 1 || above[0] != "moby.buildkit.v1.Control/Solve" {
		t.Errorf("the build is below %q", above)
	}
	for _, name := range []string{"[internal] load build context", "[1/3] FROM busybox", "[2/3] COPY . /src", "[3/3] RUN make"} {
		if s := k.named(t, name); !bytes.Equal(s.ParentSpanId, build.SpanId) || !bytes.Equal(s.TraceId, build.TraceId) {
			t.Errorf("%s is not below the build", name)
		}
	}
	if s := k.named(t, "[3/3] RUN make"); s.Status.GetCode() != tracepb.Status_STATUS_CODE_ERROR || !strings.Contains(s.Status.GetMessage(), "exit code: 2") {
		t.Errorf("the step that failed: %v", s.Status)
	}
}

// Texts of the wire are cut and made valid, whatever they hold.
func TestTextsAreValidAndShort(t *testing.T) {
	var s exchangetest.Script
	c := s.Connect(7, "docker", "ps")
	c.Call("GET", "/v1.47/containers/json?filters="+strings.Repeat("x", 5000)+"\xff", "", "User-Agent: \xff\xfe").Reply(200, "[]")
	c.Close()
	k, _ := play(&s)
	for _, span := range k.spans {
		for _, a := range span.Attributes {
			if v := a.Value.GetStringValue(); len(v) > 1100 || strings.ToValidUTF8(v, "") != v {
				t.Errorf("%s is %d bytes: %.40q", a.Key, len(v), v)
			}
		}
	}
}

func FuzzFold(f *testing.F) {
	f.Add([]byte("any events in any order"))
	f.Fuzz(func(t *testing.T, b []byte) {
		fold := telemetry.New(telemetry.Options{Sink: &kept{}, Random: func([]byte) {}}, telemetry.NewNumbers())
		for i, e := range exchangetest.Chaos(b) {
			fold.Event(e)
			fold.Tick(time.Duration(i) * time.Second)
		}
		fold.Close()
	})
}
