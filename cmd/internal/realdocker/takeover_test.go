//go:build linux

package realdocker

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// takenOver is a dockwire that has taken over a daemon's socket.
type takenOver struct {
	*tap
	socket string
}

func takeOver(t *testing.T, socket string) *takenOver {
	t.Helper()
	p := &tap{recording: filepath.Join(t.TempDir(), "tap.jsonl"), stderr: new(lockedBuffer)}
	p.cmd = exec.Command(dockwire, "tap", "--takeover", "-H", "unix://"+socket, "-o", p.recording, "--format", "none")
	p.cmd.Stderr = p.stderr
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.cmd.Process.Kill(); _ = p.cmd.Wait() })
	waitFor(t, "dockwire to stand there", func() bool { return strings.Contains(p.stderr.String(), "listening on unix://"+socket) })
	return &takenOver{p, socket}
}

// end asks it to leave and wants it to.
func (p *takenOver) end(t *testing.T) {
	t.Helper()
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Wait(); err != nil {
		t.Errorf("dockwire tap --takeover: %v\n%s", err, p.stderr)
	}
}

// TestTakeover takes the place of a real daemon's socket: clients before
// it, during it and after it get what they ask for, and only those during it
// are seen.
func TestTakeover(t *testing.T) {
	if !ownNetwork(t) {
		return
	}
	own := startDaemon(t)
	if err := os.Chmod(own.socket, 0o666); err != nil {
		t.Fatal(err)
	}
	if err := os.Chown(own.socket, 12345, 54321); err != nil {
		t.Fatal(err)
	}
	d := docker{t: t, cli: clients(t)[0], host: "unix://" + own.socket, dir: t.TempDir()}
	hello := func() {
		t.Helper()
		if got := d.input("hello", "run", "--rm", "-i", "busybox", "cat").transcript(); !strings.Contains(got, "exit 0\nstdout:\nhello") {
			t.Errorf("%s", got)
		}
	}
	before := looks(t, own.socket)
	hello()

	// A client that asks all the time never finds nobody there.
	asked, stop := make(chan int), make(chan struct{})
	go func() {
		n := 0
		defer func() { asked <- n }()
		for {
			select {
			case <-stop:
				return
			default:
			}
			if out, err := exec.Command("curl", "-sS", "--unix-socket", own.socket, "http://d/_ping").CombinedOutput(); string(out) != "OK" {
				t.Errorf("in between: %v %s", err, out)
			}
			n++
		}
	}()
	streaming := d.command("run", "--rm", "busybox", "sh", "-c", "for i in 1 2 3 4 5 6 7 8 9 10; do echo $i; sleep 0.2; done")
	var streamed lockedBuffer
	streaming.Stdout = &streamed
	if err := streaming.Start(); err != nil {
		t.Fatal(err)
	}
	waitFor(t, "the stream", func() bool { return streamed.String() != "" })

	p := takeOver(t, own.socket)
	if got := looks(t, own.socket); got != before {
		t.Errorf("it is %s, was %s", got, before)
	}
	hello()
	if err := streaming.Wait(); err != nil || !strings.HasSuffix(streamed.String(), "9\n10\n") {
		t.Errorf("the stream that began before: %v %q", err, streamed.String())
	}
	if r := d.finish(exec.Command(dockwire, "restore", own.socket)); r.code == 0 || !strings.Contains(r.stderr, "another dockwire") {
		t.Errorf("restore while it stands: %+v", r)
	}
	p.end(t)
	close(stop)
	if n := <-asked; n == 0 {
		t.Error("the client in between asked nothing")
	}
	if got := looks(t, own.socket); got != before {
		t.Errorf("afterwards it is %s, was %s", got, before)
	}
	hello()
	wantOnly(t, own)
	seen := 0
	for _, o := range printed(t, p.recording) {
		if o.Operation == "ContainerCreate" {
			seen++
		}
	}
	if seen != 1 {
		t.Errorf("%d creates were seen, want the one in between", seen)
	}
	for _, want := range []string{"taking the place of " + own.socket, "the daemon's own socket is back at " + own.socket} {
		if !strings.Contains(p.stderr.String(), want) {
			t.Errorf("it did not say %q:\n%s", want, p.stderr)
		}
	}
}

// TestTakeoverKilled puts things right by restore, and by the next start.
func TestTakeoverKilled(t *testing.T) {
	if !ownNetwork(t) {
		return
	}
	own := startDaemon(t)
	before := looks(t, own.socket)
	d := docker{t: t, cli: clients(t)[0], host: "unix://" + own.socket, dir: t.TempDir()}
	kill := func() {
		p := takeOver(t, own.socket)
		d.must("version")
		_ = p.cmd.Process.Kill()
		_ = p.cmd.Wait()
		if d.run("version").code == 0 {
			t.Error("somebody answers where dockwire was killed")
		}
	}
	kill()
	if r := d.finish(exec.Command(dockwire, "restore", own.socket)); r.code != 0 || !strings.Contains(r.stdout, "back at "+own.socket) {
		t.Errorf("restore: %+v", r)
	}
	d.must("version")
	wantOnly(t, own)
	if r := d.finish(exec.Command(dockwire, "restore", own.socket)); r.code != 0 || !strings.Contains(r.stdout, "nothing to do") {
		t.Errorf("restore again: %+v", r)
	}

	kill()
	p := takeOver(t, own.socket)
	d.must("version")
	p.end(t)
	d.must("version")
	wantOnly(t, own)
	if got := looks(t, own.socket); got != before {
		t.Errorf("it is %s, was %s", got, before)
	}
}

// TestTakeoverOfADaemonThatRestarts says that clients go past, and leaves the
// daemon's new socket alone.
func TestTakeoverOfADaemonThatRestarts(t *testing.T) {
	if !ownNetwork(t) {
		return
	}
	own := startDaemon(t)
	p := takeOver(t, own.socket)
	d := docker{t: t, cli: clients(t)[0], host: "unix://" + own.socket, dir: t.TempDir()}
	d.must("version")
	own.stop()
	own.launch(t)
	waitFor(t, "it to be told", func() bool { return strings.Contains(p.stderr.String(), "clients bypass dockwire") })
	d.must("version")
	// Calls went past it, so it does not end well.
	_ = p.cmd.Process.Signal(syscall.SIGTERM)
	var exit *exec.ExitError
	if err := p.cmd.Wait(); !errors.As(err, &exit) || exit.ExitCode() != 1 {
		t.Errorf("dockwire tap --takeover: %v, want exit status 1\n%s", err, p.stderr)
	}
	d.must("version")
	wantOnly(t, own)
}

// looks is how a socket looks to clients.
func looks(t *testing.T, socket string) string {
	t.Helper()
	return command(t, "stat", "-c", "%F %a %u:%g", socket)
}

// wantOnly wants nothing beside the daemon's socket.
func wantOnly(t *testing.T, own *daemon) {
	t.Helper()
	left, err := filepath.Glob(own.socket + "?*")
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
}
