//go:build linux

package realdocker

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"
)

// tmux is a terminal with dockwire in it, driven as a person would.
type tmux struct {
	t      *testing.T
	server string
}

func startTmux(t *testing.T, width, height int, command ...string) *tmux {
	t.Helper()
	if _, err := exec.LookPath("tmux"); err != nil {
		t.Skip("no tmux")
	}
	s := &tmux{t: t, server: fmt.Sprintf("dwreal-%d", os.Getpid())}
	for i := range command {
		command[i] = "'" + strings.ReplaceAll(command[i], "'", `'\''`) + "'"
	}
	// The shell stays, so that what is said at the end can be read.
	s.do("-f", "/dev/null", "new-session", "-d", "-s", "s", "-x", fmt.Sprint(width), "-y", fmt.Sprint(height),
		strings.Join(command, " ")+"; echo dockwire exits $?; exec sleep 1000")
	t.Cleanup(func() { _ = exec.Command("tmux", "-L", s.server, "kill-server").Run() })
	return s
}

func (s *tmux) do(args ...string) string {
	s.t.Helper()
	cmd := exec.Command("tmux", append([]string{"-L", s.server}, args...)...)
	cmd.Env = append(os.Environ(), "TERM=xterm-256color", "LC_ALL=C.UTF-8", "XDG_CONFIG_HOME=/nonexistent")
	out, err := cmd.CombinedOutput()
	if err != nil {
		s.t.Fatalf("tmux %v: %v\n%s", args, err, out)
	}
	return string(out)
}

func (s *tmux) press(keys ...string) {
	s.t.Helper()
	for _, k := range keys {
		s.do("send-keys", "-t", "s", k)
	}
}

func (s *tmux) screen() string { return s.do("capture-pane", "-p", "-t", "s") }

// shows waits until all of this is on the screen.
func (s *tmux) shows(parts ...string) {
	s.t.Helper()
	deadline := time.Now().Add(patience)
	for {
		screen, missing := s.screen(), ""
		for _, p := range parts {
			if !strings.Contains(screen, p) {
				missing = p
			}
		}
		if missing == "" {
			return
		}
		if time.Now().After(deadline) {
			s.t.Fatalf("the screen does not show %q:\n%s", missing, screen)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// end goes to the end of a page until that is on the screen: what is read of a
// call later makes the page longer.
func (s *tmux) end(part string) {
	s.t.Helper()
	for began := time.Now(); !strings.Contains(s.screen(), part); time.Sleep(20 * time.Millisecond) {
		if time.Since(began) > patience {
			s.t.Fatalf("the end of the page does not show %q:\n%s", part, s.screen())
		}
		s.press("G")
	}
}

// escape presses the key and waits until that takes something off the screen:
// to a terminal, what follows it at once belongs to it.
func (s *tmux) escape(off string) {
	s.t.Helper()
	s.shows(off)
	s.press("Escape")
	for began := time.Now(); strings.Contains(s.screen(), off); time.Sleep(20 * time.Millisecond) {
		if time.Since(began) > patience {
			s.t.Fatalf("the screen still shows %q:\n%s", off, s.screen())
		}
	}
}

func TestScreen(t *testing.T) {
	dir, err := os.MkdirTemp("", "dwtui")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	socket, recording := filepath.Join(dir, "d.sock"), filepath.Join(dir, "day.jsonl")
	s := startTmux(t, 110, 34, dockwire, "-H", "unix://"+daemonSocket, "--listen", "unix://"+socket, "-o", recording)
	waitForSocket(t, socket)
	s.shows("export DOCKER_HOST=unix://"+socket, "live", "? help")

	cli := clients(t)
	d := docker{t: t, cli: cli[len(cli)-1], host: "unix://" + socket, name: unique("dwreal-tui"), dir: t.TempDir()}
	if r := d.run("run", "--rm", "--name", d.name, "busybox", "sh", "-c", "echo from the container; exit 7"); r.code != 7 {
		t.Fatalf("docker run: %+v", r)
	}
	s.shows("docker run: " + d.name + " exited 7")

	// The calls of the command, the output of the container.
	s.press("g", "Enter")
	s.shows("ContainerCreate", "ContainerAttach", "exit 7", "ContainerStart")
	s.press("/")
	s.do("send-keys", "-t", "s", "-l", "from the container")
	s.press("Enter")
	s.shows("in 2 calls") // the create has it in its body
	s.press("n", "Enter", "]", "]", "]")
	s.shows("stdout │ from the container")
	s.escape("Overview")
	s.escape("search from")

	// What fails is seen to, and filtered for.
	if r := d.run("pull", "dwreal.invalid/nothing:none"); r.code == 0 {
		t.Fatal("a pull of nothing went well")
	}
	s.press("t", "f")
	s.do("send-keys", "-t", "s", "-l", "is:error")
	s.press("Enter")
	s.shows("filter is:error", "2 of ", "ContainerWait", "ImageCreate", "500")
	s.escape("filter is:error")
	s.press("t")

	if err := os.WriteFile(filepath.Join(d.dir, "Dockerfile"), []byte("FROM busybox\nRUN echo built\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	build := d.command("build", "--no-cache", "-t", "dwreal-tui:test", ".")
	build.Env = append(build.Env, "DOCKER_BUILDKIT=0")
	if r := d.finish(build); r.code != 0 {
		t.Fatalf("docker build: %+v", r)
	}
	defer d.run("rmi", "dwreal-tui:test")
	s.press("t", "G", "Enter", "[", "[", "[")
	s.shows("ImageBuild", "dwreal-tui:test ←")
	s.end("name and tag of the image to build") // its parameters, explained
	s.press("]", "]", "G")
	s.shows("Successfully built")

	s.press("S")
	s.shows("statistics", "ImageBuild", "The slowest")
	s.press("q")
	s.escape("Overview")
	s.press("q")
	s.shows("dockwire exits 0")
	checkRecordingFailures(t, recording)
}

// checkRecordingFailures wants the recording to hold what the screen showed.
func checkRecordingFailures(t *testing.T, path string) {
	t.Helper()
	seen := map[string]bool{}
	for _, o := range printed(t, path) {
		seen[o.Operation] = true
	}
	for _, op := range []string{"ContainerCreate", "ContainerAttach", "ImageCreate", "ImageBuild"} {
		if !seen[op] {
			t.Errorf("%s is not in the recording", op)
		}
	}
}

// A recording is opened, and grows before one's eyes; at 40x10 nothing breaks.
func TestViewOfARecordingThatGrows(t *testing.T) {
	p := startTap(t)
	d := docker{t: t, cli: clients(t)[0], host: p.host, name: unique("dwreal-view"), dir: t.TempDir()}
	d.must("version")
	s := startTmux(t, 40, 10, dockwire, "view", filepath.Dir(p.recording))
	s.shows("tap.jsonl", "1 recording ")
	s.press("Enter")
	s.shows("version", "recording")
	d.must("network", "ls")
	s.shows("network ls")
	s.press("?")
	s.shows("keys", "Everywhere")
	s.press("q", "q")
	s.shows("1 recording ")
	s.press("q")
	s.shows("dockwire exits 0")
	p.stop(t)
}

// A terminal that nobody reads, as after Ctrl-S or in a closed laptop's ssh,
// holds up neither the traffic nor the end.
func TestATerminalThatDoesNotReadHoldsNothingUp(t *testing.T) {
	dir, err := os.MkdirTemp("", "dwtui")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	socket := filepath.Join(dir, "d.sock")
	cmd := exec.Command(dockwire, "-H", "unix://"+daemonSocket, "--listen", "unix://"+socket, "-o", filepath.Join(dir, "day.jsonl"))
	cmd.Env = append(os.Environ(), "TERM=xterm-256color", "XDG_CONFIG_HOME="+dir)
	tty, err := pty.StartWithSize(cmd, &pty.Winsize{Rows: 60, Cols: 250}) // a screen is more than a terminal's buffer
	if err != nil {
		t.Fatal(err)
	}
	defer tty.Close()
	waitForSocket(t, socket)
	d := docker{t: t, cli: clients(t)[0], host: "unix://" + socket, name: unique("dwreal-stalled"), dir: t.TempDir()}
	for range 20 {
		d.must("ps", "-a")
	}
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	select {
	case <-ended:
	case <-time.After(30 * time.Second):
		_ = cmd.Process.Kill()
		t.Fatal("dockwire does not end")
	}
	if n := len(printed(t, filepath.Join(dir, "day.jsonl"))); n < 20 {
		t.Errorf("%d exchanges are recorded", n)
	}
}
