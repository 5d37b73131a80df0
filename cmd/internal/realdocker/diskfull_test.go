//go:build linux

package realdocker

import (
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// A disk that fills up ends the recording, says so, and does not touch the
// traffic. The exit code tells.
func TestFullDiskStopsTheRecordingNotTheTraffic(t *testing.T) {
	disk := t.TempDir()
	if err := syscall.Mount("tmpfs", disk, "tmpfs", 0, "size=64k"); err != nil {
		lacks(t, "small tmpfs", err)
	}
	defer syscall.Unmount(disk, 0)
	d := docker{t: t, cli: clients(t)[0], host: "unix://" + daemonSocket, dir: t.TempDir()}
	direct := d.run("run", "--rm", "busybox", "seq", "1", "100000")

	path := filepath.Join(disk, "rec.jsonl")
	cmd := exec.Command(dockwire, "run", "--quiet", "-o", path, "--", d.cli, "run", "--rm", "busybox", "seq", "1", "100000")
	r := d.finish(cmd)
	if r.stdout != direct.stdout {
		t.Errorf("the client got %s, want %s", digest(r.stdout), digest(direct.stdout))
	}
	if r.code != 125 {
		t.Errorf("exit code %d, want 125", r.code)
	}
	if !strings.Contains(r.stderr, "recording stopped, traffic goes on unrecorded") || !strings.Contains(r.stderr, "no space left on device") {
		t.Errorf("stderr: %s", r.stderr)
	}
	out, err := exec.Command(dockwire, "print", path).CombinedOutput()
	if err != nil || !strings.Contains(string(out), "ContainerCreate") {
		t.Errorf("what was recorded cannot be read: %v\n%s", err, out)
	}
}
