//go:build linux

package realdocker

import (
	"bytes"
	"errors"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// The same done twice does not differ, under other names either; what was done
// otherwise is shown.
func TestDiffOfTwoRuns(t *testing.T) {
	dir := t.TempDir()
	record := func(name string, args ...string) string {
		path := filepath.Join(dir, name+".jsonl")
		run := []string{"run", "--quiet", "-o", path, "--", "docker", "run", "--rm", "--name", "dwdiff-" + name}
		if out, err := exec.Command(dockwire, append(run, args...)...).CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		return path
	}
	first := record("first", "-p", "127.0.0.1::80", "busybox", "echo", "hi")
	again := record("again", "-p", "127.0.0.1::80", "busybox", "echo", "hi")
	other := record("other", "-p", "127.0.0.1::80", "busybox", "echo", "ho")

	if code, out := diffs(t, first, again); code != 0 || !strings.Contains(out, `"dwdiff-first" is "dwdiff-again"`) {
		t.Errorf("exit code %d, want 0 and the names:\n%s", code, out)
	}
	code, out := diffs(t, first, other)
	if code != 1 {
		t.Errorf("exit code %d, want 1:\n%s", code, out)
	}
	for _, want := range []string{
		"(ContainerCreate)", "    body /Cmd/1\n      - recorded  \"hi\"\n      + other     \"ho\"\n",
		"(ContainerAttach)", "    stdout line 1\n      - recorded  \"hi\"\n      + other     \"ho\"\n",
		"2 changed\n",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is missing in\n%s", want, out)
		}
	}
}

func diffs(t *testing.T, a, b string) (int, string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	cmd := exec.Command(dockwire, "diff", a, b)
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) || stderr.Len() > 0 {
		t.Fatalf("%v: %s", err, &stderr)
	}
	return cmd.ProcessState.ExitCode(), stdout.String()
}
