//go:build linux

package realdocker

import (
	"bytes"
	"fmt"
	"strings"
	"sync"
	"syscall"
	"time"
)

// replayable are the scenarios that are recorded and replayed: those that are
// run through a tap, and more.
func replayable() []scenario {
	return append([]scenario{
		{"20 in parallel", parallel(20)},
		{"compose-like", composeLike},
		{"inspect polls", inspectPolls},
		{"events meanwhile", eventsMeanwhile},
	}, scenarios...)
}

// composeLike makes networks, volumes and several containers with labels, as
// compose does.
func composeLike(d docker) string {
	label := "com.docker.compose.project=" + d.name
	out := d.run("ps", "-a", "--filter", "label="+label, "--format", "{{.Names}}").transcript()
	out += d.run("network", "create", "--label", label, d.name+"_default").transcript()
	out += d.run("volume", "create", "--label", label, d.name+"_data").transcript()
	for _, service := range []string{"db", "web"} {
		out += d.run("run", "-d", "--name", d.name+"-"+service+"-1", "--label", label, "--label", "com.docker.compose.service="+service,
			"--network", d.name+"_default", "-v", d.name+"_data:/data", "busybox", "sleep", "60").transcript()
	}
	out += d.run("ps", "-a", "--filter", "label="+label, "--format", "{{.Names}} {{.Networks}}").transcript()
	out += d.run("exec", d.name+"-web-1", "sh", "-c", "echo hello > /data/f; exit 4").transcript()
	out += d.run("exec", d.name+"-db-1", "cat", "/data/f").transcript()
	out += d.run("inspect", "--format", "{{.Name}} {{range $k, $v := .NetworkSettings.Networks}}{{$k}}{{end}} {{(index .Mounts 0).Name}}", d.name+"-db-1").transcript()
	out += d.run("rm", "-f", d.name+"-web-1", d.name+"-db-1").transcript()
	out += d.run("network", "rm", d.name+"_default").transcript()
	return out + d.run("volume", "rm", d.name+"_data").transcript()
}

// inspectPolls asks the same thing again and again while the answer changes.
func inspectPolls(d docker) string {
	state := func() string {
		return d.run("inspect", "--type", "container", "--format", "{{.State.Status}} {{.State.ExitCode}}", d.name).transcript()
	}
	out := state()
	d.must("create", "--name", d.name, "busybox", "sh", "-c", "trap 'exit 5' TERM; touch /ready; while :; do usleep 50000; done")
	out += state()
	d.must("start", d.name)
	d.must("exec", d.name, "sh", "-c", "while ! [ -f /ready ]; do usleep 10000; done")
	out += state()
	d.must("kill", "-s", "TERM", d.name)
	out += d.run("wait", d.name).transcript()
	out += state() + state()
	d.must("rm", d.name)
	return out + state()
}

// eventsMeanwhile watches events while other calls cause them. docker does not say
// when it has begun to watch: it asks for what happened from now on to a container
// that is there.
func eventsMeanwhile(d docker) string {
	id := strings.TrimSpace(d.must("create", "--name", d.name, "busybox", "true"))
	cmd := d.command("events", "--since", time.Now().Format(time.RFC3339Nano), "--filter", "container="+id,
		"--format", "{{.Type}} {{.Action}} {{index .Actor.Attributes \"name\"}}")
	var seen lockedBuffer
	cmd.Stdout = &seen
	if err := cmd.Start(); err != nil {
		d.t.Fatal(err)
	}
	d.must("start", "-a", d.name)
	d.must("rm", d.name)
	for began := time.Now(); !strings.Contains(seen.String(), "destroy") && time.Since(began) < 20*time.Second; {
		time.Sleep(10 * time.Millisecond)
	}
	_ = cmd.Process.Signal(syscall.SIGTERM)
	_ = cmd.Wait() // killed, as it should be
	return seen.String()
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// parallel is n clients that do the same at the same time, except for what they
// print.
func parallel(n int) func(d docker) string {
	return func(d docker) string {
		results := make([]string, n)
		var all sync.WaitGroup
		for i := range results {
			all.Go(func() {
				name := fmt.Sprintf("%s-%d", d.name, i)
				out := d.input(fmt.Sprintf("number %d", i), "run", "-i", "--name", name, "busybox", "sh", "-c", fmt.Sprintf("cat; exit %d", i)).transcript()
				out += d.run("logs", name).transcript()
				results[i] = out + d.run("rm", name).transcript()
			})
		}
		all.Wait()
		return strings.Join(results, "")
	}
}
