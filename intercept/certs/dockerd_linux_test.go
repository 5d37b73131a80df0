package certs

import (
	"context"
	"encoding/json"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// inNamespace marks the second run of this test, in a network of its own: a
// second dockerd would else take the first one's bridge down.
const inNamespace = "DOCKWIRE_TEST_NETNS"

// TestDockerd starts a real dockerd with the files of Make and the settings of
// DaemonJSON, and lets real clients and Check at it.
func TestDockerd(t *testing.T) {
	if os.Getenv(inNamespace) == "1" {
		dockerdInNamespace(t)
		return
	}
	for _, need := range []string{"dockerd", "docker", "ip"} {
		if _, err := exec.LookPath(need); err != nil || os.Geteuid() != 0 {
			if os.Getenv("DOCKWIRE_DOCKER") != "" {
				t.Fatalf("needs root and %s: %v", need, err)
			}
			t.Skipf("needs root and %s", need)
		}
	}
	cmd := exec.Command(os.Args[0], "-test.run=^TestDockerd$", "-test.v")
	cmd.Env = append(os.Environ(), inNamespace+"=1")
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNET}
	out, err := cmd.CombinedOutput()
	if err != nil && os.Getenv("DOCKWIRE_DOCKER") == "" && len(out) == 0 {
		t.Skipf("no network namespace here: %v", err)
	}
	if err != nil || !strings.Contains(string(out), "--- PASS: TestDockerd") {
		t.Fatalf("%v\n%s", err, out)
	}
}

func dockerdInNamespace(t *testing.T) {
	if out, err := exec.Command("ip", "link", "set", "lo", "up").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	dir, err := os.MkdirTemp("", "dw") // containerd's socket path may not be long
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	if _, err := Make(Plan{Dir: dir, Hosts: []string{"daemon.test"}, Clients: []string{"alice"}}); err != nil {
		t.Fatal(err)
	}
	startDockerd(t, dir)

	const host = "tcp://127.0.0.1:2376"
	client := ClientFiles(filepath.Join(dir, "clients", "alice"))
	r := Check(within(t, 30*time.Second), host, client)
	if !r.OK() {
		t.Errorf("\n%s", story(r))
	}
	t.Logf("\n%s", story(r))
	expect(t, r, "client certificate", OK, `"alice" was shown and accepted`)
	expect(t, r, "ping", OK, "200 OK")
	r = Check(within(t, 30*time.Second), host, Files{CA: client.CA})
	expect(t, r, "client certificate", Failed, "wants a certificate and none was shown")
	_, stranger := made(t)
	stranger.CA = client.CA
	r = Check(within(t, 30*time.Second), host, stranger)
	expect(t, r, "client certificate", Failed, "the server accepts certificates signed by")

	for _, cli := range clis() {
		cmd := exec.Command(cli, "version", "--format", "{{.Server.APIVersion}}")
		cmd.Env = []string{"DOCKER_HOST=" + host, "DOCKER_TLS_VERIFY=1", "DOCKER_CERT_PATH=" + filepath.Dir(client.Cert), "DOCKER_CONFIG=" + dir, "HOME=" + dir}
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("%s: %v: %s", cli, err, out)
		}
	}
}

// startDockerd runs until the test ends.
func startDockerd(t *testing.T, dir string) {
	t.Helper()
	d, err := DaemonJSON(filepath.Join(dir, "server"), []string{"tcp://127.0.0.1:2376"})
	if err != nil {
		t.Fatal(err)
	}
	var settings map[string]any
	if err := json.Unmarshal(d.JSON, &settings); err != nil {
		t.Fatal(err)
	}
	settings["hosts"].([]any)[0] = "unix://" + filepath.Join(dir, "s") // the first dockerd has the usual one
	b, err := json.Marshal(settings)
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "daemon.json"), b)

	ctx, cancel := context.WithCancel(context.Background())
	log, err := os.Create(filepath.Join(dir, "log"))
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(ctx, "dockerd", "--config-file", filepath.Join(dir, "daemon.json"), "--data-root", filepath.Join(dir, "data"),
		"--exec-root", filepath.Join(dir, "e"), "--pidfile", filepath.Join(dir, "pid"), "--bridge=none", "--iptables=false", "--storage-driver=vfs")
	cmd.Stdout, cmd.Stderr = log, log
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) } // it stops its containerd
	cmd.WaitDelay = 30 * time.Second
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	gone := make(chan struct{})
	go func() { _ = cmd.Wait(); close(gone) }()
	t.Cleanup(func() {
		cancel()
		<-gone
		_ = log.Close()
	})
	for end := time.Now().Add(60 * time.Second); ; {
		conn, err := net.Dial("tcp", "127.0.0.1:2376")
		if err == nil {
			_ = conn.Close()
			return
		}
		select {
		case <-gone:
		case <-time.After(100 * time.Millisecond):
			if time.Now().Before(end) {
				continue
			}
		}
		t.Fatalf("dockerd does not listen: %v\n%s", err, read(t, log.Name()))
	}
}

// clis finds every docker command line in PATH.
func clis() []string {
	var all []string
	for _, dir := range filepath.SplitList(os.Getenv("PATH")) {
		if path := filepath.Join(dir, "docker"); exec.Command(path, "--version").Run() == nil {
			all = append(all, path)
		}
	}
	return all
}
