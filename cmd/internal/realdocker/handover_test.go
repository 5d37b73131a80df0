//go:build linux

package realdocker

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
)

// handedOver is a row of taps, each of which took over from the one before.
type handedOver struct {
	t      *testing.T
	args   []string
	stderr *lockedBuffer // of all
	taps   []*exec.Cmd
}

func (h *handedOver) next() *exec.Cmd {
	h.t.Helper()
	cmd := exec.Command(dockwire, h.args...)
	cmd.Stderr = h.stderr
	if err := cmd.Start(); err != nil {
		h.t.Fatal(err)
	}
	h.t.Cleanup(func() { cmd.Process.Kill(); cmd.Wait() })
	h.taps = append(h.taps, cmd)
	return cmd
}

func (h *handedOver) wait(what string, times int) {
	h.t.Helper()
	waitFor(h.t, fmt.Sprintf("%q, %d times", what, times), func() bool { return strings.Count(h.stderr.String(), what) >= times })
}

// pings asks n times, each with a connection of its own, and counts failures.
func pings(n int, network, address string) (failed int, last error) {
	for range n {
		if err := ping(network, address); err != nil {
			failed, last = failed+1, err
		}
	}
	return failed, last
}

func ping(network, address string) error {
	c, err := net.Dial(network, address)
	if err != nil {
		return err
	}
	defer c.Close()
	if _, err := io.WriteString(c, "GET /_ping HTTP/1.1\r\nHost: docker\r\nConnection: close\r\n\r\n"); err != nil {
		return err
	}
	b, err := io.ReadAll(c)
	if err == nil && !strings.HasSuffix(string(b), "\r\n\r\nOK") {
		err = fmt.Errorf("answered %q", b)
	}
	return err
}

// Of 10,000 requests none fails while a tap is replaced twice, by another process
// and by one that it starts itself; what was open goes on; and the recordings
// together have it all.
func TestHandOverUnderLoad(t *testing.T) {
	t.Parallel()
	dir, err := os.MkdirTemp("", "dwtap")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	socket, tcp, metrics := filepath.Join(dir, "d.sock"), freeAddress(t), freeAddress(t)
	h := &handedOver{t: t, stderr: new(lockedBuffer), args: []string{
		"tap", "-H", "unix://" + daemonSocket, "--listen", "unix://" + socket, "--listen", "tcp://" + tcp,
		"--hand-over", filepath.Join(dir, "next.sock"), "-o", filepath.Join(dir, "tap.jsonl"), "--format", "none",
		"--metrics", metrics,
	}}
	first := h.next()
	waitForSocket(t, socket)
	h.wait("listening on tcp://", 1)

	d := docker{t: t, cli: clients(t)[0], host: "unix://" + socket, name: unique("dwhand"), dir: t.TempDir()}
	d.removeAtEnd()
	attached := d.command("run", "--rm", "-i", "--name", d.name, "busybox", "cat")
	stdin, err := attached.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	var said lockedBuffer
	attached.Stdout, attached.Stderr = &said, &said
	if err := attached.Start(); err != nil {
		t.Fatal(err)
	}
	io.WriteString(stdin, "before\n")
	waitFor(t, "the container's echo", func() bool { return strings.Contains(said.String(), "before") })

	var load sync.WaitGroup
	for network, address := range map[string]string{"unix": socket, "tcp": tcp} {
		load.Go(func() {
			if failed, err := pings(5000, network, address); failed > 0 {
				t.Errorf("%d of 5000 requests failed by %s, the last: %v", failed, network, err)
			}
		})
	}
	second := h.next()
	h.wait("taken over from process", 1)
	if err := second.Process.Signal(syscall.SIGUSR2); err != nil {
		t.Fatal(err)
	}
	h.wait("taken over from process", 2)
	load.Wait()
	io.WriteString(stdin, "after\n")
	waitFor(t, "the echo of a connection that ran out on the first", func() bool { return strings.Contains(said.String(), "after") })
	stdin.Close()
	if err := attached.Wait(); err != nil {
		t.Errorf("docker run: %v: %s", err, said.String())
	}
	for i, tap := range []*exec.Cmd{first, second} {
		// Not Cmd.Wait: the third tap has the second one's stderr.
		if state, err := tap.Process.Wait(); err != nil || !state.Success() {
			t.Errorf("tap %d: %v, %v\n%s", i, state, err, h.stderr)
		}
	}
	if res, err := http.Get("http://" + metrics + "/metrics"); err != nil || res.Body.Close() != nil || res.StatusCode != http.StatusOK {
		t.Errorf("the third serves no metrics: %v", err)
	}
	h.endThird()
	names, err := filepath.Glob(filepath.Join(dir, "tap*.jsonl"))
	if err != nil || len(names) != 3 {
		t.Fatalf("recordings: %v, %v", names, err)
	}
	recorded := 0
	for _, name := range names {
		for _, o := range printed(t, name) {
			if o.Operation == "SystemPing" {
				recorded++
			}
		}
	}
	if recorded != 10000 {
		t.Errorf("%d pings are recorded, 10000 were made", recorded)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "*.sock")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

// endThird ends the tap that another one has started, which is nobody's child here.
func (h *handedOver) endThird() {
	h.t.Helper()
	var pid int
	_, rest, _ := strings.Cut(h.stderr.String(), "started process ")
	if _, err := fmt.Sscanf(rest, "%d", &pid); err != nil {
		h.t.Fatalf("no process was started: %s", h.stderr)
	}
	if err := syscall.Kill(pid, syscall.SIGTERM); err != nil {
		h.t.Fatal(err)
	}
	waitFor(h.t, "the third tap to end", func() bool { return syscall.Kill(pid, 0) != nil })
}

// A takeover of the daemon's own socket goes on in the next tap, which puts the
// socket back in the end.
func TestATakeoverIsHandedOver(t *testing.T) {
	if !ownNetwork(t) {
		return
	}
	own := startDaemon(t)
	before := looks(t, own.socket)
	dir := t.TempDir()
	h := &handedOver{t: t, stderr: new(lockedBuffer), args: []string{
		"tap", "--takeover", "-H", "unix://" + own.socket, "--hand-over", filepath.Join(dir, "h"),
		"-o", filepath.Join(dir, "tap.jsonl"), "--format", "none",
	}}
	first := h.next()
	h.wait("listening on unix://"+own.socket, 1)
	second := h.next()
	h.wait("taken over from process", 1)
	if err := first.Wait(); err != nil {
		t.Errorf("the first: %v\n%s", err, h.stderr)
	}
	if failed, err := pings(20, "unix", own.socket); failed > 0 {
		t.Errorf("%d requests failed: %v", failed, err)
	}
	if err := second.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := second.Wait(); err != nil {
		t.Errorf("the second: %v\n%s", err, h.stderr)
	}
	if got := looks(t, own.socket); got != before {
		t.Errorf("the daemon's socket is %s, was %s", got, before)
	}
	if failed, err := pings(1, "unix", own.socket); failed > 0 {
		t.Errorf("the daemon is not back: %v\n%s", err, h.stderr)
	}
	if n := len(printed(t, filepath.Join(dir, "tap.jsonl"))); n != 20 {
		t.Errorf("the second has recorded %d calls, 20 were made", n)
	}
}
