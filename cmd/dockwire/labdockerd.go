package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/dockwire/dockwire/cmd/internal/background"
	"github.com/dockwire/dockwire/intercept"
	"github.com/dockwire/dockwire/intercept/certs"
)

// labDockerd is a dockerd of the lab's own, which listens with TLS itself.
type labDockerd struct {
	cmd   *exec.Cmd
	at    intercept.Endpoint
	other bool            // its server's certificate is one that was broken
	ended *background.Job // its output has been read, and it has ended
	up    chan string     // that it listens
	said  chan string     // the first failed handshake, in its words
	last  string          // line of its output, valid once it has ended
}

// What dockerd logs when it listens, and when a handshake fails.
const (
	dockerdListens = "API listen on "
	dockerdRefuses = "TLS handshake error from "
)

// labDockerdUp is how long dockerd may take to listen, and to end.
const labDockerdUp = time.Minute

// canStartDockerd says why a dockerd cannot be started here.
func canStartDockerd() error {
	if _, err := apart(); err != nil {
		return err
	}
	if _, err := exec.LookPath("dockerd"); err != nil {
		return errors.New("--dockerd: dockerd is not in PATH here; without --dockerd dockwire takes its place")
	}
	if os.Geteuid() != 0 {
		return errors.New("--dockerd: only root can start dockerd: use sudo, or leave --dockerd out, and dockwire takes its place")
	}
	return nil
}

// startLabDockerd starts a dockerd with the server's files, and waits until it
// listens. It keeps all its files below dir, and has networks, mounts and names in
// containerd of its own. So the port is opened here, in the machine's network, and
// given to it as systemd does.
func startLabDockerd(ctx context.Context, dir string, server certs.Files) (*labDockerd, error) {
	config := filepath.Join(dir, "daemon.json") // the machine's is not read
	if err := os.WriteFile(config, []byte("{}\n"), 0o600); err != nil {
		return nil, err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	defer listener.Close() // dockerd has it then
	port, err := listener.(*net.TCPListener).File()
	if err != nil {
		return nil, err
	}
	defer port.Close()
	d := &labDockerd{up: make(chan string, 1), said: make(chan string, 1)}
	d.cmd = exec.Command("/bin/sh", "-c", `LISTEN_PID=$$ LISTEN_FDS=1 exec dockerd "$@"`, "dockerd", "-H", "fd://",
		"--tlsverify", "--tlscacert", server.CA, "--tlscert", server.Cert, "--tlskey", server.Key, "--config-file", config,
		"--data-root", filepath.Join(dir, "data"), "--exec-root", filepath.Join(dir, "exec"), "--pidfile", filepath.Join(dir, "dockerd.pid"),
		"--bridge=none", "--iptables=false", "--ip6tables=false", "--storage-driver=vfs",
		"--containerd-namespace=dockwire-lab", "--containerd-plugins-namespace=dockwire-lab-plugins")
	d.cmd.ExtraFiles = []*os.File{port}
	if d.cmd.SysProcAttr, err = apart(); err != nil {
		return nil, err
	}
	output, err := d.cmd.StderrPipe()
	if err != nil {
		return nil, err
	}
	if err := d.cmd.Start(); err != nil {
		return nil, err
	}
	d.ended = background.Start(func() error { d.read(output); return d.cmd.Wait() })
	wait, cancel := context.WithTimeout(ctx, labDockerdUp)
	defer cancel()
	select {
	case <-d.up:
		d.at = intercept.Endpoint{Scheme: "tls", Address: listener.Addr().String()}
		return d, nil
	case <-d.ended.Done():
		return nil, fmt.Errorf("dockerd ended at once: %s", d.last)
	case <-wait.Done():
		return nil, errors.Join(errors.New("dockerd does not listen"), wait.Err(), d.stop())
	}
}

// read reads what dockerd says.
func (d *labDockerd) read(output io.Reader) {
	lines := bufio.NewScanner(output)
	for lines.Scan() {
		line := lines.Text()
		d.last = line
		if strings.Contains(line, dockerdListens) {
			offer(d.up, line)
		} else if _, why, ok := strings.Cut(line, dockerdRefuses); ok {
			_, why, _ = strings.Cut(why, ": ") // behind the client's address
			offer(d.said, strings.Trim(why, `"`))
		}
	}
	_, _ = io.Copy(io.Discard, output) // a line that was too long
}

// offer keeps the first of several texts.
func offer(to chan string, s string) {
	select {
	case to <- s:
	default:
	}
}

func (d *labDockerd) stop() error {
	_ = d.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-d.ended.Done():
		return nil
	case <-time.After(labDockerdUp):
		_ = d.cmd.Process.Kill()
		return fmt.Errorf("dockerd did not end within %v, and was killed", labDockerdUp)
	}
}

// dockerd is the running dockerd for a round. It is started again where the
// server's files are other ones.
func (l *tlsLab) dockerd(ctx context.Context, r *labRound) (err error) {
	if l.running != nil && !l.running.other && !r.server {
		select { // what it said of the round before
		case <-l.running.said:
		default:
		}
		return nil
	}
	if err := l.stopDockerd(); err != nil {
		return err
	}
	dir := filepath.Join(l.dir, "dockerd")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	if l.running, err = startLabDockerd(ctx, dir, certs.ServerFiles(l.serverDir())); err != nil {
		return err
	}
	l.running.other = r.server
	return nil
}

func (l *tlsLab) stopDockerd() error {
	if l.running == nil {
		return nil
	}
	err := l.running.stop()
	l.running = nil
	return err
}
