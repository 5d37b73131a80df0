package export_test

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/exchange/exchangetest"
)

// reader is a file of a package for Node, which .ci/docker-current installs.
// The tests are asked for where it has to be.
func reader(t *testing.T, name ...string) string {
	t.Helper()
	cache, _ := os.UserCacheDir()
	path := filepath.Join(append([]string{cache, "dockwire-lab", "readers-1", "node_modules"}, name...)...)
	if _, err := os.Stat(path); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("%v: .ci/docker-current installs it", err)
		}
		t.Skip(err)
	}
	return path
}

// Mermaid parses every diagram.
func TestMermaidParses(t *testing.T) {
	script, err := os.ReadFile(reader(t, "mermaid", "dist", "mermaid.min.js"))
	if err != nil {
		t.Fatal(err)
	}
	diagrams := []string{exportFile(t, "mermaid", demo), write(t, "mermaid", hostile()), write(t, "mermaid", exchangetest.New()), write(t, "mermaid", exchangetest.Build())}
	for _, doc := range []string{exportFile(t, "markdown", demo), write(t, "markdown", hostile())} {
		for i, part := range strings.Split(doc, "\n```mermaid\n") {
			if i > 0 {
				diagram, _, _ := strings.Cut(part, "\n```")
				diagrams = append(diagrams, diagram)
			}
		}
	}
	ctx, _, _ := browse(t, write(t, "html", exchangetest.New()))
	if err := chromedp.Do(ctx, chromedp.Navigate("about:blank")); err != nil {
		t.Fatal(err)
	}
	yes := true
	run := func(expression string) string {
		r, err := chromedp.Call(ctx, runtime.Evaluate, runtime.EvaluateParams{Expression: expression, AwaitPromise: &yes, ReturnByValue: &yes})
		if err != nil {
			t.Fatal(err)
		}
		if r.ExceptionDetails != nil {
			t.Fatal(r.ExceptionDetails.Exception.Description)
		}
		return string(r.Result.Value)
	}
	run(string(script) + ";0")
	for _, d := range diagrams {
		text, _ := json.Marshal(d)
		if said := run(`mermaid.parse(` + string(text) + `).then((r) => r.diagramType, (e) => "" + e)`); said != `"sequence"` {
			t.Errorf("%s\n%s", said, d)
		}
	}
	if said := run(`mermaid.parse("sequenceDiagram\n a->>").then((r) => r.diagramType, (e) => "refused")`); said != `"refused"` {
		t.Errorf("what is no diagram is %s", said)
	}
}

// A HAR is valid by its schema.
func TestHARIsValid(t *testing.T) {
	validator := reader(t, "har-validator")
	dir := t.TempDir()
	for name, har := range map[string]string{
		"demo": exportFile(t, "har", demo), "hostile": write(t, "har", terminal(hostile())), "empty": write(t, "har", exchangetest.New()), "build": write(t, "har", exchangetest.Build()),
	} {
		path := filepath.Join(dir, name+".har")
		if err := os.WriteFile(path, []byte(har), 0o600); err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command("node", "-e", `require(process.argv[1]).har(JSON.parse(require("fs").readFileSync(process.argv[2]))).then(() => {}, (e) => { console.log(JSON.stringify(e.errors)); process.exit(1) })`, validator, path)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("%s: %v: %s", name, err, out)
		}
	}
}

// Node finds in a HAR each call of a recording, with its method, target,
// status, bodies and stream.
func TestHAREqualsTheRecording(t *testing.T) {
	if _, err := exec.LookPath("node"); err != nil && os.Getenv("CI") != "true" {
		t.Skip(err)
	}
	for _, path := range sessions {
		t.Run(sessionName(path), func(t *testing.T) {
			out, err := exec.Command("node", "testdata/har.js", tempFile(t, "calls.har", exportFile(t, "har", path))).CombinedOutput()
			if err != nil {
				t.Fatalf("%v: %s", err, out)
			}
			want, lines := calls(t, path), strings.Split(strings.TrimSpace(string(out)), "\n")
			if len(lines) != len(want) {
				t.Fatalf("%d entries, want %d", len(lines), len(want))
			}
			for i, w := range want {
				var g struct {
					ID                    decode.ExchangeID
					Method, Target        string
					Status, Messages      int
					Request, Body, Stream []byte
				}
				if err := json.Unmarshal([]byte(lines[i]), &g); err != nil {
					t.Fatal(err)
				}
				if g.ID != w.id || g.Method != w.method || g.Target != w.target || g.Status != w.status {
					t.Errorf("%d %s %s %d, want %d %s %s %d", g.ID, g.Method, g.Target, g.Status, w.id, w.method, w.target, w.status)
				}
				if g.Messages < w.messages {
					t.Errorf("call %d: %d messages of gRPC, want %d", w.id, g.Messages, w.messages)
				}
				if utf8.Valid(w.request) && !bytes.Contains(w.request, []byte{0}) && string(g.Request) != string(w.request) { // a HAR has no other requests
					t.Errorf("call %d: the request is\n%q, want\n%q", w.id, g.Request, w.request)
				}
				if len(w.body) > 0 && string(g.Body) != string(w.body) || w.stream != "" && string(g.Stream) != w.stream {
					t.Errorf("call %d: the answer is\n%q %q, want\n%q %q", w.id, g.Body, g.Stream, w.body, w.stream)
				}
			}
		})
	}
}
