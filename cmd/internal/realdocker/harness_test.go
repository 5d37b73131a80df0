//go:build linux

package realdocker

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// asked names the variable that asks for these tests.
const asked = "DOCKWIRE_DOCKER"

const daemonSocket = "/var/run/docker.sock"

// patience bounds every single client call: nothing may hang.
const patience = 90 * time.Second

// dockwire is the built binary; TestMain makes it.
var dockwire string

func TestMain(m *testing.M) { os.Exit(testMain(m)) }

func testMain(m *testing.M) int {
	if os.Getenv(asked) == "" {
		fmt.Fprintf(os.Stderr, "skipped: these tests make containers on a real daemon; %s=1 asks for them (make test-docker)\n", asked)
		return 0
	}
	if err := daemonAnswers(); err != nil {
		fmt.Fprintf(os.Stderr, "these tests need a Docker daemon (make lab starts one): %v\n", err)
		return 1
	}
	sweep()
	dir, err := os.MkdirTemp("", "dwreal")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	if dockwire = os.Getenv(builtBinary); dockwire != "" {
		return m.Run()
	}
	dockwire = filepath.Join(dir, "dockwire")
	build := exec.Command("go", "build", "-o", dockwire, "github.com/dockwire/dockwire/cmd/dockwire")
	if out, err := build.CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "building dockwire: %v\n%s", err, out)
		return 1
	}
	return m.Run()
}

func daemonAnswers() error {
	c, err := net.DialTimeout("unix", daemonSocket, 5*time.Second)
	if err != nil {
		return err
	}
	c.Close()
	out, err := exec.Command("docker", "-H", "unix://"+daemonSocket, "image", "inspect", "busybox:latest").CombinedOutput()
	if err != nil {
		return fmt.Errorf("image busybox:latest: %w: %s", err, out)
	}
	return nil
}

// clients are the docker CLIs of this machine: the first in PATH and, where
// it is another one, the distribution's old one.
func clients(t *testing.T) []string {
	t.Helper()
	first, err := exec.LookPath("docker")
	if err != nil {
		t.Fatal(err)
	}
	found := []string{first}
	if _, err := os.Stat(oldClient); err == nil && first != oldClient {
		found = append(found, oldClient)
	}
	return found
}

// lacks ends a test that needs something which make lab would install.
func lacks(t *testing.T, what string, err error) {
	t.Helper()
	t.Fatalf("%s is needed (make lab installs it): %v", what, err)
}

// oldClient is Debian's 20.10, whose BuildKit builds need no plugin.
const oldClient = "/usr/bin/docker"

// docker is one client with one way to the daemon.
type docker struct {
	t    *testing.T
	cli  string
	host string // DOCKER_HOST
	name string // for containers and the like: unique to scenario and way
	dir  string // a folder of its own, the same path for both ways
	env  []string
}

// result is what a client call came to.
type result struct {
	code   int
	stdout string
	stderr string
}

func (d docker) command(args ...string) *exec.Cmd {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	d.t.Cleanup(cancel)
	cmd := exec.CommandContext(ctx, d.cli, labelled(args)...)
	cmd.Env = append(os.Environ(), "DOCKER_HOST="+d.host, "DOCKER_CONTEXT=", "DOCKER_CLI_HINTS=false")
	cmd.Env = append(cmd.Env, d.env...)
	cmd.Dir = d.dir
	return cmd
}

// pruning is held by a call that prunes: dockerd refuses one while another of its
// kind goes on, and it is the daemon of all tests.
var pruning sync.Mutex

// run makes one call and returns what came of it.
func (d docker) run(args ...string) result { return d.input("", args...) }

// input makes one call with stdin; "" is no stdin at all.
func (d docker) input(stdin string, args ...string) result {
	d.t.Helper()
	cmd := d.command(args...)
	if stdin != "" {
		cmd.Stdin = strings.NewReader(stdin)
	}
	return d.finish(cmd)
}

func (d docker) finish(cmd *exec.Cmd) result {
	d.t.Helper()
	if slices.Contains(cmd.Args, "prune") {
		pruning.Lock()
		defer pruning.Unlock()
	}
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		d.t.Fatalf("%v: %v", cmd.Args, err)
	}
	if exit != nil && exit.Sys().(syscall.WaitStatus).Signaled() {
		d.t.Fatalf("%v hung for %v and was killed; stderr: %s", cmd.Args, patience, stderr.String())
	}
	return result{cmd.ProcessState.ExitCode(), stdout.String(), stderr.String()}
}

// must makes a call that has to succeed and returns its stdout.
func (d docker) must(args ...string) string {
	d.t.Helper()
	r := d.run(args...)
	if r.code != 0 {
		d.t.Fatalf("docker %v: exit %d: %s", args, r.code, r.stderr)
	}
	return r.stdout
}

// removeAtEnd removes the container of that name, past dockwire, when the test
// is over, and one that an earlier run left right now.
func (d docker) removeAtEnd() {
	d.t.Helper()
	direct := d
	direct.host = "unix://" + daemonSocket
	direct.run("rm", "-f", d.name)
	d.t.Cleanup(func() {
		cmd := exec.Command(d.cli, "rm", "-f", d.name)
		cmd.Env = append(os.Environ(), "DOCKER_HOST="+direct.host)
		_ = cmd.Run()
	})
}

// transcript is a result with what differs from call to call taken out.
func (r result) transcript() string {
	return fmt.Sprintf("exit %d\nstdout:\n%s\nstderr:\n%s\n", r.code, steady(r.stdout), withoutBlanks(steady(r.stderr)))
}

// withoutBlanks leaves out blank lines: the old client has two writers on
// stderr, one of which says nothing but a line end, at its own time.
func withoutBlanks(s string) string {
	var kept []string
	for _, line := range strings.Split(s, "\n") {
		if strings.TrimSpace(line) != "" {
			kept = append(kept, line)
		}
	}
	return strings.Join(kept, "\n")
}

var unsteady = []struct {
	pattern *regexp.Regexp
	with    string
}{
	{regexp.MustCompile(`\b(sha256:)?[0-9a-f]{12,64}\b`), "ID"},
	{regexp.MustCompile(`\d{4}-\d\d-\d\dT[0-9:.]+(Z|[+-]\d\d:\d\d)`), "TIME"},
	{regexp.MustCompile(`\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)? [+-]\d{4} UTC`), "TIME"},
	{regexp.MustCompile(`\b(10|172|192)\.\d+\.\d+\.\d+\b`), "IP"},
	{regexp.MustCompile(`\b\d+(\.\d+)?s\b`), "SECONDS"},
	// The client says this when its cancelled wait returns before it
	// exits itself: a race within the client, with and without dockwire.
	{regexp.MustCompile(`(?m)^time="[^"]*" level=error msg="[Ee]rror waiting for container: context canceled"\s*$`), ""},
}

func steady(s string) string {
	for _, u := range unsteady {
		s = u.pattern.ReplaceAllString(s, u.with)
	}
	return s
}

// tap is a running `dockwire tap` in front of the daemon.
type tap struct {
	host      string
	recording string
	stdout    *lockedBuffer
	stderr    *lockedBuffer
	cmd       *exec.Cmd
}

// startTap starts dockwire tap on a socket of its own, recording, in front of
// the machine's daemon.
func startTap(t testing.TB, flags ...string) *tap {
	t.Helper()
	return startTapOn(t, append([]string{"-H", "unix://" + daemonSocket}, flags...)...)
}

// startTapOn does so in front of the daemon that flags name.
func startTapOn(t testing.TB, flags ...string) *tap {
	t.Helper()
	dir, err := os.MkdirTemp("", "dwtap") // t.TempDir may be too long for a socket
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	socket := filepath.Join(dir, "d.sock")
	p := &tap{host: "unix://" + socket, recording: filepath.Join(dir, "tap.jsonl"), stdout: new(lockedBuffer), stderr: new(lockedBuffer)}
	args := append([]string{"tap", "--listen", p.host, "-o", p.recording, "--format", "none"}, flags...)
	p.cmd = exec.Command(dockwire, args...)
	p.cmd.Stdout, p.cmd.Stderr = p.stdout, p.stderr
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.cmd.Process.Kill(); p.cmd.Wait() })
	waitForSocket(t, socket)
	return p
}

func waitForSocket(t testing.TB, socket string) {
	t.Helper()
	for began := time.Now(); time.Since(began) < 20*time.Second; time.Sleep(10 * time.Millisecond) {
		if c, err := net.Dial("unix", socket); err == nil {
			c.Close()
			return
		}
	}
	t.Fatalf("nobody listens on %s", socket)
}

// stop ends the tap as a person does, and fails the test unless it goes well.
func (p *tap) stop(t testing.TB) {
	t.Helper()
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatalf("dockwire is gone: %v\n%s", err, p.stderr)
	}
	if err := p.cmd.Wait(); err != nil {
		t.Errorf("dockwire tap: %v\n%s", err, p.stderr)
	}
	if _, err := os.Lstat(strings.TrimPrefix(p.host, "unix://")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the socket is still there: %v", err)
	}
}
