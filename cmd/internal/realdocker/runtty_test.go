//go:build linux

package realdocker

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// under is a docker call wrapped by `dockwire run`.
func (d docker) under(flags []string, args ...string) *exec.Cmd {
	cmd := d.command()
	cmd.Path = dockwire
	cmd.Args = append([]string{dockwire, "run", "-H", "unix://" + daemonSocket}, flags...)
	cmd.Args = append(append(cmd.Args, "--", d.cli), args...)
	return cmd
}

// The wrapped command has the terminal: raw mode, its size, and what is typed.
func TestRunKeepsTheTerminal(t *testing.T) {
	path := filepath.Join(t.TempDir(), "rec.jsonl")
	d := docker{t: t, cli: clients(t)[0], name: unique("dwreal-run-tty"), dir: t.TempDir()}
	d.removeAtEnd()
	s := startTerminal(t, d.under([]string{"--quiet", "-o", path}, "run", "--rm", "-it", "--name", d.name, "busybox", "sh"), 30, 100)
	s.expect("# ")
	s.send(untilSize("30 100") + "; echo fir''st\r")
	s.expect("first")
	s.send(untilSize("41 123") + "; echo sec''ond\r")
	s.resize(41, 123, "second")
	// A command of its own says that it is there: the shell between two commands
	// would take Ctrl-C for itself, and sleep on.
	s.send("sh -c 'echo slee\"\"ping; exec sleep 600'\r")
	s.expect("sleeping")
	s.send("\x03") // goes to the container, not to dockwire
	s.expect("# ")
	s.send("echo thi''rd; exit 9\r")
	s.expect("third")
	if code := s.wait(); code != 9 {
		t.Errorf("exit code %d, want 9", code)
	}
	checkRecording(t, path)
}

// Without -t, Ctrl-C is docker's to handle; dockwire outlives it, and what
// docker then does is recorded too.
func TestRunPassesCtrlC(t *testing.T) {
	path := filepath.Join(t.TempDir(), "rec.jsonl")
	d := docker{t: t, cli: clients(t)[0], name: unique("dwreal-ctrl-c"), dir: t.TempDir()}
	d.removeAtEnd()
	s := startTerminal(t, d.under([]string{"-o", path}, "run", "--rm", "--name", d.name, "busybox", "sh", "-c", "trap 'echo caught; exit 21' INT; echo ready; while :; do usleep 20000; done"), 30, 100)
	s.expect("ready")
	s.send("\x03")
	s.expect("caught")
	if code := s.wait(); code != 21 {
		t.Errorf("exit code %d, want 21", code)
	}
	var kills int
	for _, o := range printed(t, path) {
		if o.Operation == "ContainerKill" {
			kills++
		}
	}
	if kills != 1 {
		t.Errorf("%d ContainerKill, want 1: Ctrl-C reached docker once", kills)
	}
}

// Ctrl-Z stops the pair, a shell's fg brings both back.
func TestRunCanBeSuspended(t *testing.T) {
	d := docker{t: t, cli: clients(t)[0], name: unique("dwreal-ctrl-z"), dir: t.TempDir()}
	d.removeAtEnd()
	wrapped := d.under([]string{"--quiet", "-o", filepath.Join(d.dir, "rec.jsonl")}, "run", "--rm", "--name", d.name, "busybox", "sh", "-c", "echo ready; sleep 3; exit 17")
	shell := exec.Command("bash", "--norc", "-i")
	shell.Env = append(wrapped.Env, "PS1=prompt> ")
	shell.Dir = d.dir
	s := startTerminal(t, shell, 30, 200)
	s.expect("prompt> ")
	s.send("'" + strings.Join(wrapped.Args, "' '") + "'\r")
	s.expect("ready\r\n")
	s.send("\x1a")
	s.expect("Stopped")
	s.send("fg; echo co''de $?\r")
	s.expect("code 17")
	s.send("exit\r")
	s.wait()
}

// A signal from elsewhere is passed on to the command.
func TestRunPassesSignals(t *testing.T) {
	d := docker{t: t, cli: clients(t)[0], name: unique("dwreal-signal"), dir: t.TempDir()}
	cmd := d.under([]string{"--quiet", "-o", filepath.Join(d.dir, "rec.jsonl")})
	cmd.Args = append(cmd.Args[:len(cmd.Args)-1], "sh", "-c", "trap 'exit 23' TERM; echo ready; while :; do sleep 0.05; done")
	out, in, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stdout = in
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	in.Close()
	if _, err := out.Read(make([]byte, 64)); err != nil {
		t.Fatal(err)
	}
	cmd.Process.Signal(syscall.SIGTERM)
	cmd.Wait()
	if code := cmd.ProcessState.ExitCode(); code != 23 {
		t.Errorf("exit code %d, want 23", code)
	}
}
