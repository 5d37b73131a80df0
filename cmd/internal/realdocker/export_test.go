//go:build linux

package realdocker

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// A recording that was exported as a script makes the same calls again, as diff
// says, which compares as verify does. An id that the first answers gave is
// that of the second run.
func TestExportedScriptMakesTheSameCalls(t *testing.T) {
	dir := t.TempDir()
	record := func(name string, command ...string) string {
		path := filepath.Join(dir, name+".jsonl")
		run := exec.Command(dockwire, append([]string{"run", "--quiet", "-o", path, "--"}, command...)...)
		if out, err := run.CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		return path
	}
	t.Cleanup(func() { _ = exec.Command("docker", "rm", "-f", "dwexport").Run() })
	first := record("first", "sh", "-e", "-c", `id=$(docker create --name dwexport busybox sleep 1000)
docker start "$id"
docker inspect "$id"
docker kill "$id"
docker wait "$id"
docker rename "$id" dwexport-2
docker rm "$id"
docker inspect dwexport-2 || true`)
	script := filepath.Join(dir, "calls.sh")
	if out, err := exec.Command(dockwire, "export", "sh", first, "-o", script).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	again := record("again", "sh", "-c", `DOCKER_SOCKET=${DOCKER_HOST#unix://} exec sh "$0"`, script)
	// The clients are docker and curl, and diff compares client by client.
	code, out := diffs(t, asOneClient(t, first), asOneClient(t, again))
	if code != 0 || !strings.Contains(out, " the same") || strings.Contains(out, "missing") {
		t.Errorf("exit code %d:\n%s", code, out)
	}
}

// asOneClient is a recording as if one process had made all calls.
func asOneClient(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	for line := range bytes.Lines(b) {
		var o map[string]json.RawMessage
		if err := json.Unmarshal(line, &o); err != nil {
			t.Fatal(err)
		}
		if string(o["e"]) == `"conn"` {
			o["peer"] = json.RawMessage(`{"pid":1,"cmd":["client"]}`)
			if line, err = json.Marshal(o); err != nil {
				t.Fatal(err)
			}
			line = append(line, '\n')
		}
		out.Write(line)
	}
	path = strings.TrimSuffix(path, ".jsonl") + "-one.jsonl"
	if err := os.WriteFile(path, out.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// The examples of docs/databases.md do what they say.
func TestDatabases(t *testing.T) {
	doc, err := os.ReadFile("../../../docs/databases.md")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	demo, err := os.ReadFile("../../dockwire/demo/recording.jsonl.zst")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(dir, "recordings"), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"one", "two"} {
		if err := os.WriteFile(filepath.Join(dir, "recordings", name+".jsonl.zst"), demo, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	blocks := strings.Split(string(doc), "```sh\n")[1:]
	wants := []struct{ tool, says string }{
		{"jq", ""}, {"jq", "ImageCreate\t4\t2\n"}, {"sqlite3", "ContainerLogs\t2\t5037."}, {"node", "docker run: container exited 3: fail 1 test\t5\n"},
	}
	if len(blocks) != len(wants) {
		t.Fatalf("%d blocks, want %d", len(blocks), len(wants))
	}
	for i, want := range wants {
		block, _, _ := strings.Cut(blocks[i], "```")
		cmd := exec.Command("bash", "-e", "-c", block)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "PATH="+filepath.Dir(dockwire)+":"+os.Getenv("PATH"), "NODE_PATH="+readers())
		if _, err := exec.LookPath(want.tool); err != nil {
			lacks(t, want.tool, err)
		}
		if want.tool == "node" {
			if _, err := os.Stat(filepath.Join(readers(), "@duckdb")); err != nil {
				lacks(t, "@duckdb/node-api", err)
			}
		}
		if out, err := cmd.CombinedOutput(); err != nil || !strings.Contains(string(out), want.says) {
			t.Errorf("%v: %q is not in\n%s", err, want.says, out)
		}
	}
}

// readers is where .ci/docker-current puts packages for Node.
func readers() string {
	cache, _ := os.UserCacheDir()
	return filepath.Join(cache, "dockwire-lab", "readers-1", "node_modules")
}
