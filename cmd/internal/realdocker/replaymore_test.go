//go:build linux

package realdocker

import (
	"os/exec"
	"strings"
	"testing"
)

// A terminal session is replayed to a client that types the same, in the order it was
// seen: nothing comes before what it answers.
func TestReplayOfATerminal(t *testing.T) {
	p := startTap(t)
	session := func(host, name string) {
		d := docker{t: t, cli: clients(t)[0], host: host, name: name, dir: t.TempDir()}
		s := startTerminal(t, d.command("run", "--rm", "-it", "--name", d.name, "busybox", "sh"), 33, 111)
		s.expect("# ")
		s.send("echo hel''lo\r")
		s.expect("hello")
		s.send("exit 13\r")
		if code := s.wait(); code != 13 {
			t.Errorf("exit code %d, want 13", code)
		}
	}
	session(p.host, "dwreplay-tty")
	p.stop(t)
	for _, name := range []string{"dwreplay-tty", "other-tty"} {
		r := startReplay(t, p.recording)
		session(r.host, name)
		r.stop(t)
	}
}

// What a person gets that asks for something other than what was recorded.
func TestReplayExplainsAMiss(t *testing.T) {
	p := startTap(t)
	d := docker{t: t, cli: clients(t)[0], host: p.host, name: unique("dwreplay-miss"), dir: t.TempDir()}
	d.must("run", "--rm", "--name", d.name, "busybox", "true")
	p.stop(t)
	cmd := exec.Command(dockwire, "replay", "--strict", p.recording, "--", clients(t)[0], "run", "--rm", "--name", d.name, "busybox", "false")
	out, err := cmd.CombinedOutput()
	if code := cmd.ProcessState.ExitCode(); code != 125 {
		t.Errorf("exit code %d (%v), want docker's own, 125", code, err)
	}
	for _, want := range []string{"Error response from daemon: replay: no recorded exchange matches", "body /Cmd/0", `- recorded  "true"`, `+ received  "false"`} {
		if !strings.Contains(string(out), want) {
			t.Errorf("no %q in:\n%s", want, out)
		}
	}
}

// With --on-miss forward what is missing is asked of the daemon and recorded,
// so that the next replay needs none.
func TestReplayRecordsWhatIsMissing(t *testing.T) {
	p := startTap(t)
	cli := clients(t)[0]
	d := docker{t: t, cli: cli, host: p.host, name: unique("dwreplay-more"), dir: t.TempDir()}
	first := []string{"image", "inspect", "--format", "{{.Os}}", "busybox"}
	then := []string{"run", "--rm", "-i", "--name", d.name, "busybox", "sh", "-c", "cat; exit 7"}
	want := d.run(first...).transcript()
	p.stop(t)
	for _, flags := range [][]string{{"--on-miss", "forward", "-H", "unix://" + daemonSocket}, nil} {
		r := startReplay(t, p.recording, flags...)
		d.host = r.host
		if got := d.run(first...).transcript(); got != want {
			t.Errorf("%v: got %s, want %s", flags, got, want)
		}
		if got := d.input("hello", then...); got.code != 7 || got.stdout != "hello" {
			t.Errorf("%v: exit %d, %q\n%s%s", flags, got.code, got.stdout, got.stderr, r.stderr)
		}
		if flags == nil {
			r.stop(t)
		} else {
			r.end(t)
		}
	}
}
