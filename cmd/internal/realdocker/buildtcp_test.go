//go:build linux

package realdocker

import (
	"encoding/json"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"testing"
)

var tcpHost = regexp.MustCompile(`export DOCKER_HOST=(tcp://\S+)`)

// TestBuildsByTCP has two builds at once by clients whose processes are not known:
// their calls are told apart by their traces, and a daemon that does not take
// the client's tracing has not failed a build.
func TestBuildsByTCP(t *testing.T) {
	t.Parallel()
	work := buildWork(t, 1000)
	p := startTap(t, "--listen", "tcp://127.0.0.1:0")
	waitFor(t, "the port", func() bool { return tcpHost.MatchString(p.stderr.String()) })
	var both sync.WaitGroup
	for range 2 {
		d := docker{t: t, cli: clients(t)[0], host: tcpHost.FindStringSubmatch(p.stderr.String())[1], dir: work}
		cmd := d.command("buildx", "build", "--secret", "id=mysecret,src=secret", "--target", "base", ".")
		both.Go(func() {
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Errorf("%v\n%s", err, out)
			}
		})
	}
	both.Wait()
	p.stop(t)
	out, err := exec.Command(dockwire, "print", "--format", "json", "-f", "op:*", p.recording).Output()
	if err != nil {
		t.Fatal(err)
	}
	of, exported := map[int]string{}, 0 // the build of each command's build
	for line := range strings.Lines(string(out)) {
		var o struct {
			Operation, Outcome, Verdict string
			Command                     int
			Build                       *foldedBuild
		}
		if err := json.Unmarshal([]byte(line), &o); err != nil {
			t.Fatal(err)
		}
		if o.Outcome == "failed" || o.Outcome == "broken off" || strings.Contains(o.Verdict, "failed") {
			t.Errorf("a good build has %s", line)
		}
		if o.Operation == "TraceExport" {
			exported++
		}
		if o.Build != nil {
			if of[o.Command] != "" {
				t.Errorf("command %d has two builds", o.Command)
			}
			of[o.Command] = o.Build.Ref
		}
	}
	if len(of) != 2 || exported == 0 {
		t.Errorf("%d commands build, and hand over %d traces", len(of), exported)
	}
}
