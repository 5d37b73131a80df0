package match

import (
	"cmp"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/dockwire/dockwire/decode/engine"
	"github.com/dockwire/dockwire/decode/golden"
)

// The table is what the descriptions of the API say, the newest that knows a parameter.
func TestQueryFacts(t *testing.T) {
	dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/moby/moby/api").Output()
	if err != nil {
		t.Fatal(err)
	}
	older, err := filepath.Glob(filepath.Join(strings.TrimSpace(string(dir)), "docs", "v1.[2-9][0-9].yaml")) // no pattern that fails
	if err != nil || len(older) < 30 {
		t.Fatal(older, err)
	}
	facts, since := map[[2]string]string{}, map[[2]string]string{}
	for _, file := range older {
		readFacts(t, file, facts)
		version := strings.TrimSuffix(strings.TrimPrefix(filepath.Base(file), "v"), ".yaml")
		for at := range facts {
			if _, known := since[at]; !known && engine.Older("1.41", version) {
				since[at] = version
			} else if !known {
				since[at] = "-" // descriptions of these versions lagged behind
			}
		}
	}
	var lines []string
	for at, fact := range facts {
		lines = append(lines, at[0]+"\t"+at[1]+"\t"+fact+"\t"+since[at]+"\n")
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

func readFacts(t *testing.T, file string, into map[[2]string]string) {
	b, err := os.ReadFile(file)
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
	for _, methods := range api.Paths {
		for _, op := range methods {
			for _, p := range op.Parameters {
				if p.In == "query" {
					into[[2]string{op.OperationID, p.Name}] = p.Type + "\t" + cmp.Or(p.Default, "-")
				}
			}
		}
	}
}
