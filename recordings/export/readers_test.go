package export_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

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
	ctx, _, _ := browse(t, exchangetest.New())
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
