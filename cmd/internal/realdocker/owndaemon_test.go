//go:build linux

package realdocker

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// daemon is a dockerd of the test's own, beside the machine's.
type daemon struct {
	dir    string
	socket string
	args   []string
	log    *os.File
	cmd    *exec.Cmd
	gone   chan struct{}
}

// startDaemon starts a dockerd without a bridge, which also listens on a Unix
// socket, and gives it the image. It has to be in a network of its own.
func startDaemon(t *testing.T, flags ...string) *daemon {
	t.Helper()
	dir, err := os.MkdirTemp("", "dwd") // containerd's socket path may not be long
	if err != nil {
		t.Fatal(err)
	}
	d := &daemon{dir: dir, socket: filepath.Join(dir, "docker.sock")}
	d.args = append([]string{"--data-root", filepath.Join(dir, "data"), "--exec-root", filepath.Join(dir, "e"), "--pidfile", filepath.Join(dir, "pid"),
		"--bridge=none", "--iptables=false", "--storage-driver=vfs", "-H", "unix://" + d.socket}, flags...)
	if d.log, err = os.Create(filepath.Join(dir, "log")); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		d.stop()
		d.log.Close()
		unmountBelow(t, dir)
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	d.launch(t)
	d.loadImage(t)
	return d
}

// launch starts dockerd, for the first time or after stop.
func (d *daemon) launch(t *testing.T) {
	t.Helper()
	cmd, gone := exec.Command("dockerd", d.args...), make(chan struct{})
	cmd.Stdout, cmd.Stderr = d.log, d.log
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGTERM}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	d.cmd, d.gone = cmd, gone
	go func() { _ = cmd.Wait(); close(gone) }()
	d.waitUntilUp(t)
}

// stop ends dockerd, which ends its containerd, and waits for both.
func (d *daemon) stop() {
	if d.cmd == nil {
		return
	}
	_ = d.cmd.Process.Signal(syscall.SIGTERM)
	<-d.gone
}

func (d *daemon) waitUntilUp(t *testing.T) {
	t.Helper()
	for began := time.Now(); time.Since(began) < 60*time.Second; time.Sleep(50 * time.Millisecond) {
		if exec.Command("docker", "-H", "unix://"+d.socket, "version").Run() == nil {
			return
		}
		select {
		case <-d.gone:
			t.Fatalf("dockerd ended: %s", file(t, filepath.Join(d.dir, "log")))
		default:
		}
	}
	t.Fatalf("dockerd does not answer: %s", file(t, filepath.Join(d.dir, "log")))
}

// loadImage takes busybox from the machine's daemon.
func (d *daemon) loadImage(t *testing.T) {
	t.Helper()
	save := exec.Command("docker", "-H", "unix://"+daemonSocket, "save", "busybox:latest")
	load := exec.Command("docker", "-H", "unix://"+d.socket, "load")
	var out bytes.Buffer
	load.Stdout, load.Stderr = &out, &out
	var err error
	if load.Stdin, err = save.StdoutPipe(); err != nil {
		t.Fatal(err)
	}
	if err := save.Start(); err != nil {
		t.Fatal(err)
	}
	if err := load.Run(); err != nil {
		t.Fatalf("docker load: %v: %s", err, &out)
	}
	if err := save.Wait(); err != nil {
		t.Fatalf("docker save: %v", err)
	}
}

// unmountBelow takes away what a dockerd that was killed left mounted.
func unmountBelow(t *testing.T, dir string) {
	for _, line := range strings.Split(file(t, "/proc/self/mounts"), "\n") {
		if fields := strings.Fields(line); len(fields) > 1 && strings.HasPrefix(fields[1], dir+"/") {
			if err := syscall.Unmount(fields[1], syscall.MNT_DETACH); err != nil {
				t.Errorf("unmount %s: %v", fields[1], err)
			}
		}
	}
}
