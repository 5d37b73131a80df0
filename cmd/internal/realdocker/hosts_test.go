//go:build linux

package realdocker

import (
	"fmt"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// otherHost is a network namespace with nothing but a cable to ours.
type otherHost struct {
	t   *testing.T
	pid string
}

// Addresses of the two ends of the cable.
const (
	ourAddress   = "10.77.0.1"
	theirAddress = "10.77.0.2"
)

// connectHost makes another host and the cable to it; both end with the test.
func connectHost(t *testing.T) *otherHost {
	t.Helper()
	holder := exec.Command("sleep", "1000") // a namespace lives as long as a process in it
	holder.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNET, Pdeathsig: syscall.SIGKILL}
	if err := holder.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = holder.Process.Kill(); _ = holder.Wait() })
	h := &otherHost{t, strconv.Itoa(holder.Process.Pid)}
	command(t, "ip", "link", "add", "cable0", "type", "veth", "peer", "name", "cable1", "netns", h.pid)
	command(t, "ip", "address", "add", ourAddress+"/24", "dev", "cable0")
	command(t, "nsenter", "-t", h.pid, "-n", "ip", "address", "add", theirAddress+"/24", "dev", "cable1")
	command(t, "nsenter", "-t", h.pid, "-n", "ip", "link", "set", "cable1", "up")
	h.plug(true)
	return h
}

// plug cuts the cable or joins it again.
func (h *otherHost) plug(in bool) {
	h.t.Helper()
	command(h.t, "ip", "link", "set", "cable0", map[bool]string{true: "up", false: "down"}[in])
}

// there makes a client's command one of the other host.
func (h *otherHost) there(cmd *exec.Cmd) *exec.Cmd {
	there := exec.Command("nsenter", append([]string{"-t", h.pid, "-n"}, cmd.Args...)...)
	there.Env, there.Dir = cmd.Env, cmd.Dir
	return there
}

// TestTwoHosts has the client on one host, dockwire and dockerd on another,
// and cuts the cable between them for a while.
func TestTwoHosts(t *testing.T) {
	if !ownNetwork(t) {
		return
	}
	other := connectHost(t)
	certs := makeCerts(t, "--host", ourAddress)
	own := startDaemon(t)
	listen := fmt.Sprintf("%s:2376", ourAddress)
	p := startTapOn(t, "-H", "unix://"+own.socket, "--listen", "tls://"+listen, "--listen-cert-path", certs.server())
	d := certs.docker(t, "tcp://"+listen, certs.client("alice"))
	d.name = "dwhosts"
	direct := d
	direct.host, direct.env = "unix://"+own.socket, nil
	call := func(args ...string) result { return d.finish(other.there(d.command(args...))) }

	echo := other.there(d.command("run", "--rm", "-i", "busybox", "sh", "-c", "cat; exit 3"))
	echo.Stdin = strings.NewReader("over the cable")
	if r := d.finish(echo); r.code != 3 || r.stdout != "over the cable" {
		t.Errorf("%+v", r)
	}

	const lines = 60
	direct.must("run", "-d", "--name", d.name, "busybox", "sh", "-c", fmt.Sprintf("for i in $(seq %d); do echo line $i; usleep 100000; done", lines))
	defer direct.run("rm", "-f", d.name)
	following := other.there(d.command("logs", "-f", d.name))
	var seen lockedBuffer
	following.Stdout = &seen
	if err := following.Start(); err != nil {
		t.Fatal(err)
	}
	waitFor(t, "the stream", func() bool { return strings.Contains(seen.String(), "line 5\n") })

	other.plug(false)
	asking := make(chan result, 1) // it dials into nothing and tries again, as TCP does
	go func() { asking <- call("version", "--format", "{{.Server.Os}}") }()
	waitFor(t, "the daemon to go on meanwhile", func() bool { return strings.Contains(direct.run("logs", d.name).stdout, "line 25\n") })
	if strings.Contains(seen.String(), "line 25\n") {
		t.Error("the cable was not cut")
	}
	select {
	case r := <-asking:
		t.Errorf("an answer came through the cut cable: %+v", r)
		asking <- r
	default:
	}
	other.plug(true)

	if r := <-asking; r.code != 0 || strings.TrimSpace(r.stdout) != "linux" {
		t.Errorf("who asked while the cable was cut: %+v", r)
	}
	if err := following.Wait(); err != nil {
		t.Error(err)
	}
	var want strings.Builder
	for i := range lines {
		fmt.Fprintf(&want, "line %d\n", i+1)
	}
	if seen.String() != want.String() {
		t.Errorf("the stream over the cut cable:\n%s", seen.String())
	}
	if r := call("version"); r.code != 0 {
		t.Errorf("afterwards: %+v", r)
	}
	p.stop(t)
	checkRecording(t, p.recording)
	recorded := file(t, p.recording)
	for _, want := range []string{`"alice"`, theirAddress} {
		if !strings.Contains(recorded, want) {
			t.Errorf("the recording does not know the client by %s", want)
		}
	}
}

// TestPlainTCPBeyondThisMachine is refused with the reason, and done when
// asked for twice.
func TestPlainTCPBeyondThisMachine(t *testing.T) {
	if !ownNetwork(t) {
		return
	}
	other := connectHost(t)
	listen := "tcp://" + ourAddress + ":2375"
	d := docker{t: t, cli: clients(t)[0], host: listen, dir: t.TempDir()}
	refused := d.finish(exec.Command(dockwire, "tap", "--listen", listen, "-H", "unix://"+daemonSocket, "--format", "none"))
	if refused.code == 0 || !strings.Contains(refused.stderr, "root on the daemon's host") || !strings.Contains(refused.stderr, "--insecure-listen") {
		t.Errorf("%+v", refused)
	}
	p := startTap(t, "--listen", listen, "--insecure-listen")
	if r := d.finish(other.there(d.command("version"))); r.code != 0 {
		t.Errorf("%+v", r)
	}
	if !strings.Contains(p.stderr.String(), "warning: --insecure-listen") {
		t.Errorf("no warning: %s", p.stderr)
	}
	p.stop(t)
}
