//go:build linux

package realdocker

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/creack/pty"
)

// terminal drives a command on a pseudo terminal as a person would.
type terminal struct {
	t      *testing.T
	cmd    *exec.Cmd
	tty    *os.File
	output chan []byte
	seen   bytes.Buffer
}

func startTerminal(t *testing.T, cmd *exec.Cmd, rows, cols uint16) *terminal {
	t.Helper()
	tty, err := pty.StartWithSize(cmd, &pty.Winsize{Rows: rows, Cols: cols})
	if err != nil {
		t.Fatal(err)
	}
	s := &terminal{t: t, cmd: cmd, tty: tty, output: make(chan []byte)}
	go func() {
		defer close(s.output)
		for {
			p := make([]byte, 4096)
			n, err := tty.Read(p)
			if n > 0 {
				s.output <- p[:n]
			}
			if err != nil {
				return // EIO: the command has ended
			}
		}
	}()
	t.Cleanup(func() {
		cmd.Process.Kill()
		tty.Close()
		for range s.output {
		}
	})
	return s
}

// expect reads until want has appeared since the last call.
func (s *terminal) expect(want string) {
	s.t.Helper()
	s.expectWhile(want, nil, nil)
}

// resize gives the terminal a size and reads until want has appeared. A docker
// that is asked between its first look at the size and its wait for SIGWINCH
// never hears of the change, so the size changes again until it is noticed.
func (s *terminal) resize(rows, cols uint16, want string) {
	s.t.Helper()
	again := time.NewTicker(time.Second)
	defer again.Stop()
	set := func() {
		for _, c := range []uint16{cols - 1, cols} {
			if err := pty.Setsize(s.tty, &pty.Winsize{Rows: rows, Cols: c}); err != nil {
				s.t.Fatal(err)
			}
		}
	}
	set()
	s.expectWhile(want, again.C, set)
}

// expectWhile reads until want has appeared since the last call, and does act at
// each tick.
func (s *terminal) expectWhile(want string, tick <-chan time.Time, act func()) {
	s.t.Helper()
	deadline := time.After(patience)
	for !strings.Contains(s.seen.String(), want) {
		select {
		case <-tick:
			act()
		case p, open := <-s.output:
			if !open {
				s.t.Fatalf("the command ended; waited for %q, saw %q", want, s.seen.String())
			}
			s.seen.Write(p)
		case <-deadline:
			s.t.Fatalf("waited for %q, saw %q", want, s.seen.String())
		}
	}
	s.seen.Reset()
}

func (s *terminal) send(text string) {
	s.t.Helper()
	if _, err := io.WriteString(s.tty, text); err != nil {
		s.t.Fatal(err)
	}
}

// wait lets the command end and returns its exit code.
func (s *terminal) wait() int {
	s.t.Helper()
	for range s.output {
	}
	s.cmd.Wait()
	return s.cmd.ProcessState.ExitCode()
}

// untilSize is a shell loop that ends when the terminal has that size.
func untilSize(size string) string {
	return fmt.Sprintf("while [ \"$(stty size 2>&1)\" != '%s' ]; do usleep 50000; done", size)
}

func TestTerminal(t *testing.T) {
	for _, cli := range clients(t) {
		p := startTap(t)
		t.Run(cli, func(t *testing.T) {
			d := docker{t: t, cli: cli, host: p.host, name: unique("dwreal-tty"), dir: t.TempDir()}
			d.removeAtEnd()
			s := startTerminal(t, d.command("run", "--rm", "-it", "--name", d.name, "busybox", "sh"), 33, 111)
			s.expect("# ")
			s.send(untilSize("33 111") + "; echo fir''st\r") // the size comes after the start
			s.expect("first")
			s.send(untilSize("44 99") + "; echo sec''ond\r")
			s.resize(44, 99, "second")
			s.send("exit 13\r")
			if code := s.wait(); code != 13 {
				t.Errorf("exit code %d, want 13", code)
			}
		})
		p.stop(t)
		checkRecording(t, p.recording)
	}
}

func TestDetachKeysLeaveTheContainerRunning(t *testing.T) {
	p := startTap(t)
	d := docker{t: t, cli: clients(t)[0], host: p.host, name: unique("dwreal-detach"), dir: t.TempDir()}
	d.removeAtEnd()
	s := startTerminal(t, d.command("run", "-it", "--name", d.name, "busybox", "sh"), 24, 80)
	s.expect("# ")
	s.send("\x10\x11") // ctrl-p ctrl-q
	if code := s.wait(); code != 0 {
		t.Errorf("exit code %d, want 0", code)
	}
	if got := strings.TrimSpace(d.must("inspect", "--format", "{{.State.Status}}", d.name)); got != "running" {
		t.Errorf("after the detach keys the container is %s", got)
	}
	p.stop(t)
	checkRecording(t, p.recording)
}
