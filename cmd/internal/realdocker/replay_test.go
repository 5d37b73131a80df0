//go:build linux

package realdocker

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// replayed is a running `dockwire replay`, which knows no daemon.
type replayed struct {
	host   string
	report string
	stderr *lockedBuffer
	cmd    *exec.Cmd
	polls  bool // the client polls, more or less often: a GET may be left over
}

func startReplay(t *testing.T, recording string, flags ...string) *replayed {
	t.Helper()
	dir, err := os.MkdirTemp("", "dwreplay")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	socket := filepath.Join(dir, "d.sock")
	p := &replayed{host: "unix://" + socket, report: filepath.Join(dir, "report.json"), stderr: new(lockedBuffer)}
	args := append([]string{"replay", "--listen", p.host, "--strict", "--volatile", "body.Labels.test", "--report", p.report}, flags...)
	p.cmd = exec.Command(dockwire, append(args, recording)...)
	p.cmd.Env = append(os.Environ(), "DOCKER_HOST=unix:///nonexistent.sock")
	p.cmd.Stderr = p.stderr
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.cmd.Process.Kill(); p.cmd.Wait() })
	waitForSocket(t, socket)
	return p
}

// replayReport is what these tests read of a report.
type replayReport struct {
	Unused   []struct{ Method, Target string }
	Missed   []struct{ Method, Target string }
	Bindings []struct{ Recorded, Live string }
	Warnings []struct{ Text string }
}

// end ends the replay and returns how it went.
func (p *replayed) end(t *testing.T) error {
	t.Helper()
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatalf("dockwire is gone: %v\n%s", err, p.stderr)
	}
	return p.cmd.Wait()
}

// stop ends the replay and fails the test when something was not as recorded.
func (p *replayed) stop(t *testing.T) replayReport {
	t.Helper()
	if err := p.end(t); err != nil {
		t.Errorf("dockwire replay: %v\n%s", err, p.stderr)
	}
	var r replayReport
	b, err := os.ReadFile(p.report)
	if err == nil {
		err = json.Unmarshal(b, &r)
	}
	if err != nil {
		t.Fatalf("%v\n%s", err, p.stderr)
	}
	for _, u := range r.Unused {
		if p.polls && u.Method == "GET" {
			continue
		}
		t.Errorf("not used: %s %s", u.Method, u.Target)
	}
	for _, w := range r.Warnings {
		if strings.Contains(w.Text, "gate released") || strings.Contains(w.Text, "input differs") {
			t.Errorf("warning: %s", w.Text)
		}
	}
	return r
}

// TestReplayIsTheSameAsRecorded records each scenario once, then plays it
// twice as it was, and once with other names.
func TestReplayIsTheSameAsRecorded(t *testing.T) {
	for _, cli := range clients(t) {
		t.Run(filepath.Base(filepath.Dir(filepath.Dir(cli))), func(t *testing.T) {
			for _, s := range replayable() {
				t.Run(s.name, func(t *testing.T) {
					t.Parallel()
					recordAndReplay(t, cli, s)
				})
			}
		})
	}
}

func TestReplayOfLegacyBuild(t *testing.T) {
	if _, err := os.Stat(oldClient); err != nil {
		lacks(t, "docker client 20.10 in "+oldClient, err)
	}
	recordAndReplay(t, oldClient, scenario{"legacy build", func(d docker) string { return build(d, "0") }})
}

func recordAndReplay(t *testing.T, cli string, s scenario) {
	t.Helper()
	slug := unique(strings.NewReplacer(" ", "-", ",", "").Replace(s.name))
	way := func(host, name string) string {
		out := s.run(docker{t: t, cli: cli, host: host, name: name + slug, dir: t.TempDir()})
		return strings.ReplaceAll(out, name+slug, "NAME")
	}
	name, other := "dwreplay-", "another-name-"
	if s.name == "prune" { // it has names only in labels, where they must look random
		name, other = "dwreplay-61f0c3a9-", "dwreplay-0b9e77d2-"
	}
	overReplay(t, way, name, other, false)
}

// overReplay records what a way to a daemon does under a name, then plays it
// twice as it was, and once under another name, with no daemon in reach. The
// way must return the same each time, except for names; polls says that it need not
// make as many calls.
func overReplay(t *testing.T, way func(host, name string) string, name, other string, polls bool) {
	t.Helper()
	p := startTap(t, "--max-body", "all")
	recorded := way(p.host, name)
	p.stop(t)
	if t.Failed() {
		t.FailNow()
	}
	for _, again := range []struct{ what, name string }{{"replayed", name}, {"replayed again", name}, {"with other names", other}} {
		r := startReplay(t, p.recording)
		r.polls = polls
		if got := way(r.host, again.name); got != recorded {
			t.Errorf("recorded:\n%s\n%s:\n%s", recorded, again.what, got)
		}
		r.stop(t)
		if t.Failed() {
			t.Logf("%s: %s", again.what, r.stderr)
			keep(t, p.recording)
			return
		}
	}
}

// keep saves a recording where DOCKWIRE_KEEP says, to be looked at.
func keep(t *testing.T, recording string) {
	dir := os.Getenv("DOCKWIRE_KEEP")
	if dir == "" {
		return
	}
	b, err := os.ReadFile(recording)
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(dir, strings.ReplaceAll(t.Name(), "/", "-")+".jsonl")
	if err := os.WriteFile(name, b, 0o600); err != nil {
		t.Fatal(err)
	}
}
