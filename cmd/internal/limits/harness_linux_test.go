package limits

import (
	"bytes"
	"flag"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/dockwire/dockwire/intercept/loadtest"
)

var dockwire string // the built binary

func TestMain(m *testing.M) { os.Exit(testMain(m)) }

func testMain(m *testing.M) int {
	flag.Parse()
	dir, err := os.MkdirTemp("", "dwlimits")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	dockwire = filepath.Join(dir, "dockwire")
	build := exec.Command("go", "build", "-o", dockwire, "github.com/dockwire/dockwire/cmd/dockwire")
	if out, err := build.CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "building dockwire: %v\n%s", err, out)
		return 1
	}
	return m.Run()
}

// tap is a running `dockwire tap` in front of a daemon of its own.
type tap struct {
	t      testing.TB
	cmd    *exec.Cmd
	addr   loadtest.Addr
	stderr bytes.Buffer
}

func startTap(t testing.TB, flags ...string) *tap {
	t.Helper()
	dir, err := os.MkdirTemp("", "dwl")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	daemon, err := loadtest.NewDaemon(loadtest.Unix(filepath.Join(dir, "daemon")))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { daemon.Close() })
	p := &tap{t: t, addr: loadtest.Unix(filepath.Join(dir, "tap"))}
	args := append([]string{"tap", "-H", "unix://" + daemon.Addr.Address, "--listen", "unix://" + p.addr.Address, "--format", "none"}, flags...)
	p.cmd = exec.Command(dockwire, args...)
	p.cmd.Stderr = &p.stderr
	p.start(p.cmd.Start)
	return p
}

// start starts the tap and waits until it listens.
func (p *tap) start(start func() error) {
	p.t.Helper()
	if err := start(); err != nil {
		p.t.Fatal(err)
	}
	p.t.Cleanup(func() { p.cmd.Process.Kill(); p.cmd.Wait() })
	for began := time.Now(); time.Since(began) < 20*time.Second; time.Sleep(10 * time.Millisecond) {
		if c, err := net.Dial("unix", p.addr.Address); err == nil {
			c.Close()
			return
		}
	}
	p.t.Fatalf("dockwire tap does not listen: %s", &p.stderr)
}

// memory reads a line of /proc/PID/status in KiB: VmRSS is what the process
// has in memory now, VmHWM the most it ever had.
func (p *tap) memory(name string) int {
	p.t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	if err != nil {
		p.t.Fatal(err)
	}
	for _, line := range strings.Split(string(status), "\n") {
		if rest, ok := strings.CutPrefix(line, name+":"); ok {
			kib, err := strconv.Atoi(strings.TrimSuffix(strings.TrimSpace(rest), " kB"))
			if err != nil {
				p.t.Fatal(err)
			}
			return kib
		}
	}
	p.t.Fatalf("no %s in\n%s", name, status)
	return 0
}

// interrupt ends the tap as Ctrl-C does and returns its exit code.
func (p *tap) interrupt() int {
	p.t.Helper()
	if err := p.cmd.Process.Signal(os.Interrupt); err != nil {
		p.t.Fatal(err)
	}
	p.cmd.Wait()
	return p.cmd.ProcessState.ExitCode()
}
