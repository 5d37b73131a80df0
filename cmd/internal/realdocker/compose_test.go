//go:build linux

package realdocker

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// project is a compose project with one way to the daemon.
type project struct {
	docker
	compose []string // the command up to the project's name
	out     strings.Builder
}

// TestComposeOverReplay records a life of a project with docker compose v2,
// replays it, and replays it for a project of another name: names of networks,
// volumes and containers, labels, aliases, links and hashes are made of it.
func TestComposeOverReplay(t *testing.T) {
	config := composeV2(t)
	for _, flow := range []struct {
		file string
		run  func(p *project)
	}{{"compose.yaml", composeLife}, {"scale.yaml", composeScale}} {
		t.Run(flow.file, func(t *testing.T) {
			composeOverReplay(t, flow.file, flow.run, []string{clients(t)[0], "compose", "--ansi", "never", "--progress", "plain"}, "DOCKER_CONFIG="+config)
		})
	}
}

// TestOldComposeOverReplay does so with docker-compose v1, written in Python.
func TestOldComposeOverReplay(t *testing.T) {
	const compose = "/usr/bin/docker-compose" // the distribution's
	if _, err := os.Stat(compose); err != nil {
		lacks(t, "docker-compose", err)
	}
	// It reads events as they were then: from API 1.52 on they have no "id", and it
	// dies of one that comes while it follows logs.
	composeOverReplay(t, "v1.yaml", oldComposeLife, []string{compose, "--ansi", "never"}, "COMPOSE_API_VERSION=1.41")
}

func composeOverReplay(t *testing.T, file string, flow func(p *project), command []string, env ...string) {
	t.Helper()
	// No dash: compose v1 leaves dashes out of names, which then do not bind.
	name := "dwcompose" + strconv.Itoa(os.Getpid())
	path, err := filepath.Abs(filepath.Join("testdata", "compose", file))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { removeAllOf(t, name) })
	removeAllOf(t, name)
	way := func(host, name string) string {
		p := &project{docker: docker{t: t, cli: command[0], host: host, name: name, dir: t.TempDir(), env: env}}
		p.compose = append(slices.Clone(command[1:]), "-f", path, "-p", name)
		flow(p)
		return p.out.String()
	}
	// It lists containers while others of its calls are on their way: a list may
	// be given twice, and the next one be left over.
	overReplay(t, way, name, "another", true)
}

// composeV2 makes a folder for DOCKER_CONFIG in which docker finds compose.
func composeV2(t *testing.T) string { return withPlugins(t, "docker-compose") }

// withPlugins makes a client configuration that has only these plugins.
func withPlugins(t *testing.T, names ...string) string {
	t.Helper()
	home, err := os.UserHomeDir()
	if err != nil {
		t.Fatal(err)
	}
	config := t.TempDir()
	plugins := filepath.Join(config, "cli-plugins")
	if err := os.Mkdir(plugins, 0o700); err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		plugin := filepath.Join(home, ".docker", "cli-plugins", name)
		if _, err := os.Stat(plugin); err != nil {
			lacks(t, name, err)
		}
		if err := os.Symlink(plugin, filepath.Join(plugins, name)); err != nil {
			t.Fatal(err)
		}
	}
	return config
}

func composeLife(p *project) {
	p.step("up", "-d")
	p.step("ps", "-a", "--format", "{{.Name}} {{.State}} {{.Health}}")
	p.step("logs")
	p.step("exec", "-T", "web", "sh", "-c", "cat /shared/ready; echo $GREETING; hostname; exit 3")
	p.step("run", "--rm", "-T", "job")
	p.step("run", "--rm", "-T", "--entrypoint", "sh", "job", "-c", "exit 6")
	p.step("stop", "web")
	p.step("start", "web")
	p.step("restart", "-t", "1", "web")
	p.step("up", "-d") // nothing to do: hashes are as they were
	p.step("images", "-q")
	p.step("down", "-v")
	p.step("ps", "-a", "-q")
}

func composeScale(p *project) {
	p.step("up", "-d", "--scale", "api=3")
	p.step("ps", "-a", "--format", "{{.Name}} {{.Image}}")
	p.step("port", "--index", "2", "api", "8080")
	p.step("logs", "front")
	p.step("up", "-d", "--scale", "api=1")
	p.step("exec", "-T", "--index", "1", "api", "sh", "-c", "exit 9")
	p.step("kill", "api")
	p.step("rm", "-f")
	p.step("down", "-v")
	p.foreground()
	p.step("down", "-v", "--remove-orphans")
}

func oldComposeLife(p *project) {
	p.step("up", "-d", "--scale", "web=2")
	p.step("ps")
	p.step("ps", "-q", "db")
	p.step("logs", "--no-color")
	p.step("exec", "-T", "web", "sh", "-c", "cat /shared/ready; echo $GREETING; hostname; exit 3")
	p.step("run", "--rm", "-T", "--no-deps", "db", "sh", "-c", "echo run; exit 4")
	p.step("stop", "web")
	p.step("start", "web")
	p.step("up", "-d", "--scale", "web=1")
	p.step("images")
	p.step("down", "-v")
	p.step("ps")
}

// step makes one call and keeps what came of it. Services are worked on at the
// same time, so lines are sorted.
func (p *project) step(args ...string) {
	p.t.Helper()
	r := p.run(append(slices.Clone(p.compose), args...)...)
	p.keep(strings.Join(args, " "), r)
}

// foreground runs the project until it has said its last word, and ends it as
// Ctrl-C does.
func (p *project) foreground() {
	p.t.Helper()
	cmd := p.command(append(slices.Clone(p.compose), "up", "--no-color")...)
	var stdout lockedBuffer
	var stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Start(); err != nil {
		p.t.Fatal(err)
	}
	waitFor(p.t, "the services' output", func() bool {
		out := stdout.String()
		return strings.Contains(out, "cache up") && strings.Contains(out, "api up") && strings.Contains(out, "exited with code 0")
	})
	if err := cmd.Process.Signal(syscall.SIGINT); err != nil {
		p.t.Fatal(err)
	}
	_ = cmd.Wait() // the exit code is compared
	p.keep("up, Ctrl-C", result{cmd.ProcessState.ExitCode(), stdout.String(), stderr.String()})
}

func (p *project) keep(what string, r result) {
	p.out.WriteString("$ " + what + "\n" + (result{r.code, p.sorted(r.stdout), p.sorted(r.stderr)}).transcript())
}

// runNumber is what compose makes up for a container of `run`.
var runNumber = regexp.MustCompile(`run[-_][0-9a-f]{12}`)

// sorted sorts the lines of what was said; blanks depend on how long names are.
func (p *project) sorted(s string) string {
	var lines []string
	s = strings.ReplaceAll(runNumber.ReplaceAllString(s, "run-X"), p.name, "NAME")
	for _, line := range strings.FieldsFunc(s, func(r rune) bool { return r == '\n' || r == '\r' }) {
		if line = strings.Join(strings.Fields(strings.Trim(line, "- ")), " "); line != "" {
			lines = append(lines, line)
		}
	}
	slices.Sort(lines)
	return strings.Join(slices.Compact(lines), "\n")
}
