package match

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/dockwire/dockwire/decode/golden"
)

// The table is what the API's description says.
func TestQueryFacts(t *testing.T) {
	dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/moby/moby/api").Output()
	if err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(dir)), "swagger.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	type parameter struct{ Name, In, Type, Default string }
	var api struct {
		Paths map[string]map[string]struct {
			OperationID string `yaml:"operationId"`
			Parameters  []parameter
		}
	}
	if err := yaml.Unmarshal(b, &api); err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, methods := range api.Paths {
		for _, op := range methods {
			for _, p := range op.Parameters {
				if p.Default == "" {
					p.Default = "-"
				}
				if p.In == "query" {
					lines = append(lines, strings.Join([]string{op.OperationID, p.Name, p.Type, p.Default}, "\t")+"\n")
				}
			}
		}
	}
	slices.Sort(lines)
	head := ""
	for line := range strings.Lines(queryTable) {
		if strings.HasPrefix(line, "#") {
			head += line
		}
	}
	want := head + strings.Join(lines, "")
	golden.Check(t, "queryfacts.tsv", want) // what swagger.yaml says
}
