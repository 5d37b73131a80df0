//go:build linux

package realdocker

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// printsWhatDiffers are scenarios whose containers print times or addresses, or
// into whose output a client comes at any time.
var printsWhatDiffers = map[string]bool{"events": true, "network": true, "attach": true}

// A daemon does not differ from itself: each scenario is answered as it was
// when it was recorded.
func TestVerifyOnTheSameDaemon(t *testing.T) {
	for _, s := range replayable() {
		if s.name == "20 in parallel" {
			s = scenario{"4 in parallel", parallel(4)} // calls are made one after the other: 20 say no more
		}
		if !printsWhatDiffers[s.name] {
			t.Run(s.name, func(t *testing.T) { recordAndVerify(t, clients(t)[0], s) })
		}
	}
}

// What the old client says is sent as well.
func TestVerifyOfTheOldClient(t *testing.T) {
	if _, err := os.Stat(oldClient); err != nil {
		lacks(t, "docker client 20.10 in "+oldClient, err)
	}
	for _, s := range replayable() {
		switch s.name {
		case "run -i half-close", "exec", "logs -f", "volume", "compose-like":
			t.Run(s.name, func(t *testing.T) { recordAndVerify(t, oldClient, s) })
		}
	}
}

func TestVerifyOfLegacyBuild(t *testing.T) {
	recordAndVerify(t, oldClient, scenario{"legacy build", func(d docker) string { return build(d, "0") }})
}

func recordAndVerify(t *testing.T, cli string, s scenario) {
	t.Helper()
	name := unique("dwverify-" + strings.NewReplacer(" ", "-", ",", "").Replace(s.name))
	p := startTap(t, "--max-body", "all")
	s.run(docker{t: t, cli: cli, host: p.host, name: name, dir: t.TempDir()})
	p.stop(t)
	flags := []string{"--cleanup"}
	if s.name == "prune" { // by a label of its own
		flags = append(flags, "--existing")
	}
	code, r, text := verifies(t, p.recording, flags...)
	if code != 0 || r.NotSent > 0 {
		t.Errorf("exit code %d, want 0 and all calls sent:\n%s", code, text)
		keep(t, p.recording)
	}
}

// verifyResult is what these tests read of a result.
type verifyResult struct {
	Same, Changed, Missing int
	NotSent                int                           `json:"not_sent"`
	LeftBehind             []struct{ Kind, Name string } `json:"left_behind"`
}

// verifies sends a recording to the machine's daemon.
func verifies(t *testing.T, recording string, flags ...string) (int, verifyResult, string) {
	t.Helper()
	args := append([]string{"verify", "-H", "unix://" + daemonSocket, "--format", "json"}, flags...)
	var stdout, stderr bytes.Buffer
	cmd := exec.Command(dockwire, append(args, recording)...)
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	var r verifyResult
	if err := json.Unmarshal(stdout.Bytes(), &r); err != nil {
		t.Fatalf("%v\n%s%s", err, &stdout, &stderr)
	}
	return cmd.ProcessState.ExitCode(), r, stdout.String() + stderr.String()
}

// A recording that says something else than the daemon does is found out, with
// the place; and what an image that is not there makes impossible is not sent.
func TestVerifyFindsDifferences(t *testing.T) {
	path := filepath.Join(t.TempDir(), "run.jsonl")
	run := exec.Command(dockwire, "run", "--quiet", "-o", path, "--", "docker", "run", "--rm", "--name", "dwverify-differs", "busybox", "sh", "-c", "echo hi; exit 3")
	out, err := run.CombinedOutput()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != 3 {
		t.Fatalf("%v: %s", err, out)
	}
	changed := func(name, old, with string) string {
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Contains(b, []byte(old)) {
			t.Fatalf("%s is not in the recording", old)
		}
		other := filepath.Join(filepath.Dir(path), name)
		if err := os.WriteFile(other, bytes.ReplaceAll(b, []byte(old), []byte(with)), 0o600); err != nil {
			t.Fatal(err)
		}
		return other
	}
	for _, tt := range []struct {
		name, old, with string
		want            []string
	}{
		{"code.jsonl", `"StatusCode":3`, `"StatusCode":4`, []string{`"answer.StatusCode"`, `"changed": 1`}},
		{"output.jsonl", `"text":"hi\n"`, `"text":"ho\n"`, []string{`"stdout line 1"`, `"\"ho\""`, `"\"hi\""`, `"changed": 1`}},
		{"image.jsonl", `"Image":"busybox"`, `"Image":"nosuch1"`, []string{"the image is not there", "which was not made", `"not_sent": 3`}},
	} {
		code, _, text := verifies(t, changed(tt.name, tt.old, tt.with))
		if code != 1 {
			t.Errorf("%s: exit code %d, want 1", tt.name, code)
		}
		for _, want := range tt.want {
			if !strings.Contains(text, want) {
				t.Errorf("%s: %q is missing in\n%s", tt.name, want, text)
			}
		}
	}
}

// What is on the daemon is not touched, and what was made is named.
func TestVerifyLeavesOthersAlone(t *testing.T) {
	d := docker{t: t, cli: clients(t)[0], host: "unix://" + daemonSocket, name: unique("dwverify-other"), dir: t.TempDir()}
	d.removeAtEnd()
	path := filepath.Join(d.dir, "rm.jsonl")
	d.must("create", "--name", d.name, "busybox", "true")
	if out, err := exec.Command(dockwire, "run", "--quiet", "-o", path, "--", "docker", "rm", d.name).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	d.must("create", "--name", d.name, "busybox", "true")
	if code, r, text := verifies(t, path); code != 0 || r.NotSent != 1 || !strings.Contains(text, "was on the daemon before") {
		t.Errorf("exit code %d\n%s", code, text)
	}
	d.must("inspect", d.name)

	path = filepath.Join(d.dir, "create.jsonl")
	d.must("rm", d.name)
	if out, err := exec.Command(dockwire, "run", "--quiet", "-o", path, "--", "docker", "create", "--name", d.name, "busybox", "true").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	d.must("rm", d.name)
	if code, r, text := verifies(t, path); code != 0 || len(r.LeftBehind) != 1 || r.LeftBehind[0].Name != d.name {
		t.Errorf("exit code %d\n%s", code, text)
	}
	d.must("inspect", d.name)
}
