//go:build linux

package realdocker

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// fromLab is a program that make lab puts below the user's cache folder.
func fromLab(t *testing.T, name string) string {
	t.Helper()
	cache, err := os.UserCacheDir()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(cache, "dockwire-lab", name)
	if _, err := os.Stat(path); err != nil {
		lacks(t, name, err)
	}
	return path
}

func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// serve starts a program that listens at an address, and waits until it does.
func serve(t *testing.T, at string, cmd *exec.Cmd) {
	t.Helper()
	var log lockedBuffer
	cmd.Stdout, cmd.Stderr = &log, &log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cmd.Process.Kill(); cmd.Wait() })
	for began := time.Now(); time.Since(began) < patience; time.Sleep(20 * time.Millisecond) {
		if c, err := net.Dial("tcp", at); err == nil {
			c.Close()
			return
		}
	}
	t.Fatalf("%s does not listen: %s", cmd.Path, log.String())
}

// collector is a real OpenTelemetry Collector that writes what comes to a file.
type collector struct {
	t        *testing.T
	at, file string
	cmd      *exec.Cmd
}

func newCollector(t *testing.T) *collector {
	return &collector{t: t, at: freeAddress(t), file: filepath.Join(t.TempDir(), "telemetry.json")}
}

func (c *collector) url() string { return "http://" + c.at }

func (c *collector) start() {
	c.t.Helper()
	config := filepath.Join(c.t.TempDir(), "collector.yaml")
	text := fmt.Sprintf(`
receivers: {otlp: {protocols: {http: {endpoint: %q}}}}
exporters: {file: {path: %q, append: true, flush_interval: 50ms}}
service:
  telemetry: {metrics: {level: none}}
  pipelines:
    traces: {receivers: [otlp], exporters: [file]}
    metrics: {receivers: [otlp], exporters: [file]}
    logs: {receivers: [otlp], exporters: [file]}
`, c.at, c.file)
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		c.t.Fatal(err)
	}
	c.cmd = exec.Command(fromLab(c.t, "collector"), "--config", "file:"+config)
	serve(c.t, c.at, c.cmd)
}

func (c *collector) stop() {
	c.cmd.Process.Signal(os.Interrupt)
	c.cmd.Wait()
}

type attribute struct {
	Key   string
	Value struct{ StringValue, IntValue string }
}

type attributes []attribute

func (all attributes) get(key string) string {
	for _, a := range all {
		if a.Key == key {
			return a.Value.StringValue + a.Value.IntValue
		}
	}
	return ""
}

type span struct {
	TraceID, SpanID, ParentSpanID, Name string
	Attributes                          attributes
	Status                              struct{ Message string }
}

type record struct {
	Body       struct{ StringValue string }
	SpanID     string
	Attributes attributes
}

type point struct {
	Attributes attributes
	Count      string
	AsInt      string
}

// telemetry is what a collector's file holds: metrics by name, as they stood last.
type telemetry struct {
	spans   []span
	records []record
	metrics map[string][]point
	text    string
}

// kept reads what the collector has kept. It is called when the tap and the
// collector have ended.
func (c *collector) kept() telemetry {
	c.t.Helper()
	b, err := os.ReadFile(c.file)
	if err != nil {
		c.t.Fatal(err)
	}
	all := telemetry{metrics: map[string][]point{}, text: string(b)}
	for line := range bytes.Lines(b) {
		var doc struct {
			ResourceSpans []struct{ ScopeSpans []struct{ Spans []span } }
			ResourceLogs  []struct {
				ScopeLogs []struct{ LogRecords []record }
			}
			ResourceMetrics []struct {
				ScopeMetrics []struct {
					Metrics []struct {
						Name                  string
						Histogram, Sum, Gauge struct{ DataPoints []point }
					}
				}
			}
		}
		if err := json.Unmarshal(line, &doc); err != nil {
			c.t.Fatal(err)
		}
		for _, r := range doc.ResourceSpans {
			for _, s := range r.ScopeSpans {
				all.spans = append(all.spans, s.Spans...)
			}
		}
		for _, r := range doc.ResourceLogs {
			for _, s := range r.ScopeLogs {
				all.records = append(all.records, s.LogRecords...)
			}
		}
		for _, r := range doc.ResourceMetrics {
			for _, s := range r.ScopeMetrics {
				for _, m := range s.Metrics {
					all.metrics[m.Name] = append(append(m.Histogram.DataPoints, m.Sum.DataPoints...), m.Gauge.DataPoints...)
				}
			}
		}
	}
	return all
}

// calls are the spans of calls, and children the spans below one.
func (all telemetry) calls() (calls []span) {
	for _, s := range all.spans {
		if s.Attributes.get("http.request.method") != "" {
			calls = append(calls, s)
		}
	}
	return calls
}

func (all telemetry) children(of span) (below []span) {
	for _, s := range all.spans {
		if s.ParentSpanID == of.SpanID && s.TraceID == of.TraceID {
			below = append(below, s)
		}
	}
	return below
}

// A real collector has a span for each call of the recording, below its command,
// a build with its steps, the failures and the numbers; Prometheus counts the
// same calls. None has a secret.
func TestACollectorKeepsWhatATapSees(t *testing.T) {
	t.Parallel()
	c := newCollector(t)
	c.start()
	metrics := freeAddress(t)
	p := startTap(t, "--otlp", c.url(), "--metrics", metrics)
	d := docker{t: t, cli: clients(t)[0], host: p.host, name: unique("dwotlp"), dir: t.TempDir()}
	d.removeAtEnd()
	const secret = "planted-in-telemetry-81"
	if r := d.run("run", "--rm", "--name", d.name, "-e", "DB_PASSWORD="+secret, "busybox", "sh", "-c", "exit 7"); r.code != 7 {
		t.Fatalf("docker run: %+v", r)
	}
	if err := os.WriteFile(filepath.Join(d.dir, "Dockerfile"), []byte("FROM busybox\nRUN echo one "+d.name+"\nRUN echo two\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if r := d.run("build", "-q", "."); r.code != 0 {
		t.Fatalf("docker build: %+v", r)
	}
	if err := os.WriteFile(filepath.Join(d.dir, "compose.yaml"), []byte("name: "+d.name+"\nservices:\n  web: {image: busybox, command: sleep 600}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	d.env = append(d.env, "DOCKER_CONFIG="+composeV2(t))
	for _, args := range [][]string{{"compose", "up", "-d"}, {"compose", "down", "-t", "0"}} {
		if r := d.run(args...); r.code != 0 {
			t.Fatalf("%v: %+v", args, r)
		}
	}
	d.run("start", d.name+"-is-not-there")
	d.run("pull", "127.0.0.1:1/"+d.name)
	if r := d.run("create", "--name", d.name+"-web", "busybox"); r.code != 0 {
		t.Fatalf("docker create: %+v", r)
	}
	d.run("rm", d.name+"-web")
	scraped := scrapedCalls(t, metrics, func() int { return len(printed(t, p.recording)) })
	p.stop(t)
	c.stop()

	all := c.kept()
	recorded := map[string]int{}
	for _, o := range printed(t, p.recording) {
		recorded[o.Operation]++
	}
	sent := map[string]int{}
	for _, s := range all.calls() {
		sent[s.Attributes.get("dockwire.operation")]++
	}
	for operation, n := range recorded {
		if operation != "" && sent[operation] != n {
			t.Errorf("%d spans of %s, %d are recorded", sent[operation], operation, n)
		}
	}
	counted := 0
	for _, p := range all.metrics["dockwire.call.duration"] {
		n, _ := strconv.Atoi(p.Count)
		counted += n
	}
	if total := len(printed(t, p.recording)); counted != total || scraped != total {
		t.Errorf("the collector counts %d calls, Prometheus %d, %d are recorded", counted, scraped, total)
	}
	checkCommandSpans(t, all)
	checkNumbers(t, all)
	checkQuestions(t, c.file, d.name+"-web")
	if strings.Contains(all.text, secret) || !strings.Contains(all.text, "docker run") {
		t.Error("a secret reached the collector, or nothing did")
	}
}

// checkQuestions asks a real database what docs/many-machines.md says that it can
// be asked.
func checkQuestions(t *testing.T, file, removed string) {
	t.Helper()
	doc, err := os.ReadFile(filepath.Join("..", "..", "..", "docs", "many-machines.md"))
	if err != nil {
		t.Fatal(err)
	}
	var sql strings.Builder
	for _, block := range strings.Split(string(doc), "```sql\n")[1:] {
		text, _, _ := strings.Cut(block, "```")
		sql.WriteString(strings.ReplaceAll(text, "/containers/web", "/containers/"+removed))
	}
	statements := filepath.Join(t.TempDir(), "questions.sql")
	if err := os.WriteFile(statements, []byte(sql.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("node", script(t, "duckdb.js"), statements)
	cmd.Dir = filepath.Dir(file)
	cmd.Env = append(os.Environ(), "NODE_PATH="+readers())
	out, err := cmd.CombinedOutput()
	host, _ := os.Hostname()
	for _, want := range []string{
		`{"host":"` + host + `","pulls":"1","failed":"1"}`,
		`{"operation":"ContainerWait","calls":"1",`,
		`"command":"docker rm ` + removed + `"`,
	} {
		if err != nil || !strings.Contains(string(out), want) {
			t.Errorf("no %s in the answers (%v):\n%s", want, err, out)
		}
	}
}

func checkCommandSpans(t *testing.T, all telemetry) {
	t.Helper()
	seen := map[string]bool{}
	for _, s := range all.spans {
		switch {
		case s.Name == "docker run":
			seen["run"] = true
			if !strings.Contains(s.Status.Message, "exited 7") || s.ParentSpanID != "" {
				t.Errorf("the span of docker run: %+v", s)
			}
			var operations []string
			for _, call := range all.children(s) {
				operations = append(operations, call.Attributes.get("dockwire.operation"))
			}
			if !strings.Contains(strings.Join(operations, " "), "ContainerCreate") {
				t.Errorf("calls below docker run: %v", operations)
			}
		case s.Name == "compose up":
			seen["compose"] = true
			if len(all.children(s)) < 5 {
				t.Errorf("%d calls below compose up", len(all.children(s)))
			}
		case s.Name == "build":
			seen["build"] = true
			var steps []string
			for _, step := range all.children(s) {
				steps = append(steps, step.Name)
			}
			if !strings.Contains(strings.Join(steps, "\n"), "RUN echo two") {
				t.Errorf("steps below the build: %q", steps)
			}
		}
	}
	for _, r := range all.records {
		if strings.Contains(r.Body.StringValue, "No such container") && strings.Contains(r.Attributes.get("dockwire.verdict"), "docker start") {
			seen["failure"] = true
		}
	}
	for _, want := range []string{"run", "build", "compose", "failure"} {
		if !seen[want] {
			t.Errorf("the collector has nothing of the %s", want)
		}
	}
}

// checkNumbers looks for the numbers that the docs promise; those of what was done
// are above zero.
func checkNumbers(t *testing.T, all telemetry) {
	t.Helper()
	for name, done := range map[string]bool{
		"dockwire.call.request.size": true, "dockwire.call.response.size": true, "dockwire.connections": true, "dockwire.redactions": true,
		"dockwire.connections.open": false, "dockwire.calls.open": false, "dockwire.streams.open": false,
		"dockwire.gaps": false, "dockwire.gap.size": false, "dockwire.anomalies": false,
		"dockwire.lost.size": false, "dockwire.recording.failed": false, "dockwire.otlp.lost.spans": false, "dockwire.otlp.lost.records": false,
	} {
		points := all.metrics[name]
		if len(points) == 0 {
			t.Errorf("the collector has no %s", name)
			continue
		}
		if n, _ := strconv.Atoi(points[0].AsInt + points[0].Count); done && n == 0 {
			t.Errorf("%s is 0", name)
		}
	}
	for _, s := range all.calls() {
		if s.Attributes.get("network.transport") != "unix" || !strings.HasPrefix(s.Attributes.get("server.address"), "/") {
			t.Errorf("%s does not say by which socket it came: %v", s.Name, s.Attributes)
		}
	}
}

// scrapedCalls lets a real Prometheus scrape the tap until it has counted as many
// calls as made says, and returns its answer.
func scrapedCalls(t *testing.T, metrics string, made func() int) int {
	t.Helper()
	at, dir := freeAddress(t), t.TempDir()
	config := filepath.Join(dir, "prometheus.yml")
	text := fmt.Sprintf("global: {scrape_interval: 1s}\nscrape_configs: [{job_name: dockwire, static_configs: [{targets: [%q]}]}]\n", metrics)
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	serve(t, at, exec.Command(fromLab(t, "prometheus"), "--config.file", config, "--storage.tsdb.path", filepath.Join(dir, "data"), "--web.listen-address", at))
	counted := -1
	waitFor(t, "Prometheus to count all calls", func() bool {
		if all := sampled(at, "sum(dockwire_call_duration_seconds_count)"); len(all) == 1 {
			value, _ := all[0].Value[1].(string)
			counted, _ = strconv.Atoi(value)
		}
		return counted == made()
	})
	for _, health := range []string{"dockwire_recording_failed", "dockwire_lost_size_bytes_total", "dockwire_otlp_lost_spans_total", "process_resident_memory_bytes"} {
		if len(sampled(at, health)) != 1 {
			t.Errorf("Prometheus has no %s", health)
		}
	}
	_, questions, _ := strings.Cut(file(t, filepath.Join("..", "..", "..", "docs", "many-machines.md")), "With Prometheus the first two are\n\n")
	questions, _, _ = strings.Cut(questions, "\n\n")
	for question, label := range map[string]string{"sum by (instance)": "instance", "topk": "operation"} {
		_, rest, found := strings.Cut(questions, "    "+question)
		rest, _, _ = strings.Cut(rest, "\n")
		waitFor(t, "an answer to the docs' "+question, func() bool {
			all := sampled(at, question+rest)
			return found && len(all) > 0 && all[0].Metric[label] != ""
		})
	}
	return counted
}

// sample is a value that Prometheus answers, with its labels.
type sample struct {
	Metric map[string]string
	Value  [2]any
}

// sampled asks a Prometheus; there is no answer before it has what is asked for.
func sampled(at, query string) []sample {
	res, err := http.Get("http://" + at + "/api/v1/query?query=" + url.QueryEscape(query))
	if err != nil {
		return nil
	}
	defer res.Body.Close()
	var answer struct{ Data struct{ Result []sample } }
	if json.NewDecoder(res.Body).Decode(&answer) != nil {
		return nil
	}
	return answer.Data.Result
}

// A collector that is away when calls are made gets them when it is back.
func TestACollectorThatWasAwayGetsAll(t *testing.T) {
	t.Parallel()
	c := newCollector(t)
	p := startTap(t, "--otlp", c.url())
	d := docker{t: t, cli: clients(t)[0], host: p.host, dir: t.TempDir()}
	for range 3 {
		if r := d.run("version"); r.code != 0 {
			t.Fatalf("docker version: %+v", r)
		}
	}
	waitFor(t, "the tap to say that the collector is away", func() bool {
		return strings.Contains(p.stderr.String(), "tried again (traffic is not affected)")
	})
	c.start()
	waitFor(t, "the collector to get it", func() bool { return strings.Contains(p.stderr.String(), "takes telemetry again") })
	p.stop(t)
	c.stop()
	if got, want := len(c.kept().calls()), len(printed(t, p.recording)); got != want {
		t.Errorf("the collector has %d calls, %d were made", got, want)
	}
	if strings.Contains(p.stderr.String(), "are lost") {
		t.Errorf("the tap says that something was lost: %s", p.stderr)
	}
}

// However a collector fails, docker does the same as without, and what was lost
// is counted.
func TestAFailingCollectorIsNoAffairOfClients(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]http.HandlerFunc{
		"429": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(429) },
		"503": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(503) },
		"slow": func(_ http.ResponseWriter, r *http.Request) {
			io.Copy(io.Discard, r.Body) // only then does the server notice that the client has gone
			<-r.Context().Done()
		},
	} {
		t.Run(name, func(t *testing.T) {
			var posts atomic.Int64
			s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				posts.Add(1)
				answer(w, r)
			}))
			defer s.Close()
			p := startTap(t, "--otlp", s.URL)
			d := docker{t: t, cli: clients(t)[0], host: p.host, dir: t.TempDir()}
			direct := docker{t: t, cli: d.cli, host: "unix://" + daemonSocket, dir: d.dir}
			for range 3 {
				if got, want := d.run("image", "inspect", "busybox"), direct.run("image", "inspect", "busybox"); got != want {
					t.Errorf("with a failing collector: %+v, want %+v", got, want)
				}
			}
			waitFor(t, "a try", func() bool { return posts.Load() > 0 })
			p.stop(t)
			if !strings.Contains(p.stderr.String(), " spans and 0 log records are lost") {
				t.Errorf("the tap does not say what was lost: %s", p.stderr)
			}
		})
	}
}
