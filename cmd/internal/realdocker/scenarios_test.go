//go:build linux

package realdocker

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// scenario is something a person does with docker. What it returns must be
// the same directly and through dockwire.
type scenario struct {
	name string
	run  func(d docker) string
}

var scenarios = []scenario{
	{"version", func(d docker) string { return d.run("version").transcript() }},
	{"run", func(d docker) string { return d.run("run", "--rm", "busybox", "echo", "hello").transcript() }},
	{"run exit code", func(d docker) string {
		return d.run("run", "--rm", "busybox", "sh", "-c", "echo out; echo err >&2; exit 7").transcript()
	}},
	{"run no such command", func(d docker) string { return d.run("run", "--rm", "busybox", "/nope").transcript() }},
	{"run -i half-close", func(d docker) string {
		return d.input("some\ninput without newline at the end", "run", "--rm", "-i", "busybox", "cat").transcript()
	}},
	{"run -i counts", func(d docker) string {
		return d.input(strings.Repeat("0123456789abcdef", 1<<16), "run", "--rm", "-i", "busybox", "wc", "-c").transcript()
	}},
	{"run big output", func(d docker) string {
		r := d.run("run", "--rm", "busybox", "sh", "-c", "seq 1 400000; seq 1 1000 >&2")
		return fmt.Sprintf("exit %d stdout %s stderr %s", r.code, digest(r.stdout), digest(r.stderr))
	}},
	{"run -d, wait, logs, rm", runDetached},
	{"create, start, attach", func(d docker) string {
		d.must("create", "--name", d.name, "-i", "busybox", "sh", "-c", "while read l; do echo got $l; done; exit 5")
		defer d.run("rm", "-f", d.name)
		return d.input("a\nb\n", "start", "-a", "-i", d.name).transcript()
	}},
	{"attach", attach},
	{"exec", exec3},
	{"logs -f", func(d docker) string {
		d.must("run", "-d", "--name", d.name, "busybox", "sh", "-c", "for i in 1 2 3 4 5; do echo line $i; usleep 100000; done; echo bye >&2; exit 3")
		defer d.run("rm", "-f", d.name)
		return d.run("logs", "-f", d.name).transcript() + d.run("wait", d.name).transcript()
	}},
	{"events", events},
	{"stats", func(d docker) string {
		d.must("run", "-d", "--name", d.name, "busybox", "sleep", "60")
		defer d.run("rm", "-f", d.name)
		return d.run("stats", "--no-stream", "--format", "{{.Name}}", d.name).transcript()
	}},
	{"inspect", func(d docker) string {
		d.must("create", "--name", d.name, "-e", "A=b", "busybox", "true")
		defer d.run("rm", "-f", d.name)
		return d.run("inspect", "--format", "{{.Name}} {{.Config.Env}} {{.Config.Cmd}} {{.State.Status}}", d.name).transcript() +
			d.run("inspect", "no-such-thing").transcript()
	}},
	{"images", func(d docker) string {
		return d.run("images", "busybox").transcript() + d.run("history", "busybox").transcript()
	}},
	{"network", func(d docker) string {
		out := d.run("network", "create", "--label", "test="+d.name, d.name).transcript()
		out += d.run("run", "--rm", "--network", d.name, "busybox", "hostname", "-i").transcript()
		out += d.run("network", "inspect", "--format", "{{.Name}} {{.Driver}}", d.name).transcript()
		out += d.run("network", "prune", "-f", "--filter", "label=test="+d.name).transcript()
		return out + d.run("network", "rm", d.name).transcript()
	}},
	{"volume", func(d docker) string {
		out := d.run("volume", "create", "--label", "test="+d.name, d.name).transcript()
		out += d.run("run", "--rm", "-v", d.name+":/v", "busybox", "sh", "-c", "echo kept > /v/f").transcript()
		out += d.run("run", "--rm", "-v", d.name+":/v", "busybox", "cat", "/v/f").transcript()
		return out + d.run("volume", "rm", d.name).transcript() + d.run("volume", "rm", d.name).transcript()
	}},
	{"prune", func(d docker) string {
		d.must("run", "--label", "test="+d.name, "busybox", "true")
		return d.run("container", "prune", "-f", "--filter", "label=test="+d.name).transcript()
	}},
	{"pull fails", func(d docker) string {
		return d.run("pull", "127.0.0.1:1/no/such:image").transcript()
	}},
	{"cp both ways", copyBothWays},
	{"import, save, load", importSaveLoad},
	{"kill", func(d docker) string {
		d.must("run", "-d", "--name", d.name, "busybox", "sh", "-c", "trap 'exit 9' TERM; touch /ready; while :; do usleep 50000; done")
		defer d.run("rm", "-f", d.name)
		d.must("exec", d.name, "sh", "-c", "while ! [ -f /ready ]; do usleep 10000; done") // process 1 ignores what it has no trap for
		return d.run("kill", "-s", "TERM", d.name).transcript() + d.run("wait", d.name).transcript()
	}},
}

func TestEachCallIsTheSameAsDirect(t *testing.T) {
	for _, cli := range clients(t) {
		p := startTap(t)
		t.Run(cli, func(t *testing.T) {
			for _, s := range scenarios {
				t.Run(s.name, func(t *testing.T) {
					t.Parallel()
					compare(t, cli, p.host, s)
				})
			}
		})
		p.stop(t)
		checkRecording(t, p.recording)
	}
}

// compare runs a scenario both ways and wants the same.
func compare(t *testing.T, cli, host string, s scenario) {
	t.Helper()
	name := unique("dwreal-" + strings.NewReplacer(" ", "-", ",", "").Replace(s.name))
	way := func(host string) string {
		return s.run(docker{t: t, cli: cli, host: host, name: name, dir: t.TempDir()})
	}
	direct, through := way("unix://"+daemonSocket), way(host)
	if direct != through {
		t.Errorf("directly:\n%s\nthrough dockwire:\n%s", direct, through)
	}
}

func runDetached(d docker) string {
	d.must("run", "-d", "--name", d.name, "busybox", "sh", "-c", "echo started; sleep 0.2; exit 4")
	out := d.run("wait", d.name).transcript() + d.run("logs", d.name).transcript()
	return out + d.run("rm", d.name).transcript() + d.run("logs", d.name).transcript()
}

// attach joins a container that already runs: what it says from then on
// arrives, and so does its exit code. (Where in the ticks it joins is chance;
// dockerd ends an attach at the end of its stdin, so there is none.)
func attach(d docker) string {
	d.must("run", "-d", "--name", d.name, "busybox", "sh", "-c", "for i in $(seq 50); do usleep 50000; echo tick; done; echo done >&2; exit 6")
	defer d.run("rm", "-f", d.name)
	r := d.run("attach", "--no-stdin", d.name)
	return fmt.Sprintf("exit %d ticks %v stderr %q", r.code, strings.Contains(r.stdout, "tick\ntick\n"), r.stderr)
}

func exec3(d docker) string {
	d.must("run", "-d", "--name", d.name, "busybox", "sleep", "60")
	defer d.run("rm", "-f", d.name)
	return d.run("exec", d.name, "sh", "-c", "echo out; echo err >&2; exit 3").transcript() +
		d.input("piped", "exec", "-i", d.name, "cat").transcript() +
		d.run("exec", "-d", d.name, "true").transcript() +
		d.run("exec", d.name, "/nope").transcript()
}

func events(d docker) string {
	began := strings.TrimSpace(d.must("run", "--rm", "busybox", "date", "+%s"))
	d.must("run", "--name", d.name, "busybox", "true")
	d.must("rm", d.name)
	ended := strings.TrimSpace(d.must("run", "--rm", "busybox", "sh", "-c", "sleep 1; date +%s"))
	return d.run("events", "--since", began, "--until", ended, "--filter", "container="+d.name,
		"--format", "{{.Type}} {{.Action}}").transcript()
}

// copyBothWays sends 50 MB into a container and fetches them back.
func copyBothWays(d docker) string {
	content := noise(50 << 20)
	there, back := filepath.Join(d.dir, "there"), filepath.Join(d.dir, "back")
	if err := os.WriteFile(there, content, 0o600); err != nil {
		d.t.Fatal(err)
	}
	d.must("create", "--name", d.name, "busybox", "true")
	defer d.run("rm", "-f", d.name)
	d.must("cp", there, d.name+":/file")
	d.must("cp", d.name+":/file", back)
	got, err := os.ReadFile(back)
	if err != nil {
		d.t.Fatal(err)
	}
	if digest(string(got)) != digest(string(content)) {
		d.t.Errorf("%d bytes went in and %d others came out", len(content), len(got))
	}
	return digest(string(got)) + d.run("cp", d.name+":/nope", d.dir).transcript()
}

func importSaveLoad(d docker) string {
	tar := filepath.Join(d.dir, "root.tar")
	makeTar(d.t, tar, map[string]string{"etc/motd": "hello", "big": string(noise(3 << 20))})
	image := d.name + ":1"
	out := d.run("import", tar, image).transcript()
	saved := filepath.Join(d.dir, "saved.tar")
	d.must("save", "-o", saved, image)
	out += d.run("rmi", image).transcript()
	out += d.run("load", "-i", saved).transcript()
	out += d.run("image", "inspect", "--format", "{{.Os}}", image).transcript()
	d.must("create", "--name", d.name, image, "true")
	back := filepath.Join(d.dir, "back")
	d.must("cp", d.name+":/big", back)
	out += digest(file(d.t, back)) + d.run("rm", d.name).transcript()
	return out + d.run("rmi", image).transcript()
}

// 40 clients at once, of all kinds, each get what is theirs.
func TestFortyInParallel(t *testing.T) {
	p := startTap(t)
	kinds := clients(t)
	var all sync.WaitGroup
	for i := range 40 {
		d := docker{t: t, cli: kinds[i%len(kinds)], host: p.host, dir: t.TempDir()}
		all.Go(func() {
			said := fmt.Sprintf("number %d", i)
			got := d.input(said, "run", "--rm", "-i", "busybox", "sh", "-c", fmt.Sprintf("cat; exit %d", i)).transcript()
			if want := (result{code: i, stdout: said}).transcript(); got != want {
				t.Errorf("client %d: %s\nwant: %s", i, got, want)
			}
		})
	}
	all.Wait()
	p.stop(t)
	checkRecording(t, p.recording)
}
