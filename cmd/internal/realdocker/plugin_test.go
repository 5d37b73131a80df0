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
)

// pluginUser is a docker client with dockwire as its plugin.
type pluginUser struct {
	docker
	config string // DOCKER_CONFIG
}

// eachPluginUser runs a test with every docker client of this machine.
func eachPluginUser(t *testing.T, test func(t *testing.T, u pluginUser)) {
	for _, cli := range clients(t) {
		t.Run(strings.ReplaceAll(strings.Trim(cli, "/"), "/", "-"), func(t *testing.T) {
			dir, err := os.MkdirTemp("", "dwplug") // t.TempDir may be too long for a socket
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { os.RemoveAll(dir) })
			u := pluginUser{docker{t: t, cli: cli, name: unique("dwreal-plugin"), dir: dir}, filepath.Join(dir, "config")}
			t.Setenv("DOCKER_CONFIG", u.config)
			if out, err := exec.Command(dockwire, "plugin", "install").CombinedOutput(); err != nil {
				t.Fatalf("plugin install: %v: %s", err, out)
			}
			test(t, u)
		})
	}
}

// expect makes a call with no DOCKER_HOST set.
func (u pluginUser) expect(code int, args ...string) result {
	u.t.Helper()
	r := u.run(args...)
	if r.code != code {
		u.t.Errorf("docker %v: exit %d, want %d\n%s%s", args, r.code, code, r.stdout, r.stderr)
	}
	return r
}

func (u pluginUser) wants(out string, parts ...string) {
	u.t.Helper()
	for _, p := range parts {
		if !strings.Contains(out, p) {
			u.t.Errorf("no %q in:\n%s", p, out)
		}
	}
}

func TestPluginIsADockerCommand(t *testing.T) {
	eachPluginUser(t, func(t *testing.T, u pluginUser) {
		u.wants(u.expect(0, "--help").stdout, "\n  wire*")
		u.wants(u.expect(0, "wire", "--help").stdout, "docker wire [command]", "  docker wire run -- docker run")
		u.wants(u.expect(0, "wire").stdout, "docker wire [command]")
		u.wants(u.expect(0, "help", "wire", "tap").stdout, "docker wire tap [flags]")
		u.wants(u.expect(1, "wire", "nosuch").stderr, `there is no command "nosuch"`)
		u.wants(u.expect(0, "wire", "version").stdout, "dockwire")
		if u.cli == oldClient {
			return // 20.10 asks no plugin for completions
		}
		u.wants(u.expect(0, "__complete", "wire", "ta").stdout, "tap\t")
		u.wants(u.expect(0, "__complete", "wire", "tap", "--format", "").stdout, "json\n")
	})
}

func TestPluginRunsACommand(t *testing.T) {
	eachPluginUser(t, func(t *testing.T, u pluginUser) {
		u.removeAtEnd()
		r := u.expect(0, "wire", "run", "--", u.cli, "run", "--rm", "--name", u.name, "busybox", "echo", "hi")
		if r.stdout != "hi\n" {
			t.Errorf("stdout %q", r.stdout)
		}
		u.wants(r.stderr, "201 ContainerCreate", "ContainerStart")
		u.expect(7, "wire", "run", "--", u.cli, "run", "--rm", "--name", u.name, "busybox", "sh", "-c", "exit 7")
		in := u.input("to and fro\n", "wire", "run", "--", u.cli, "run", "--rm", "-i", "--name", u.name, "busybox", "cat")
		if in.stdout != "to and fro\n" || in.code != 0 {
			t.Errorf("exit %d, stdout %q", in.code, in.stdout)
		}
	})
}

// The flags that docker had lead the plugin to the same daemon as docker.
func TestPluginObeysDockersFlags(t *testing.T) {
	eachPluginUser(t, func(t *testing.T, u pluginUser) {
		p := startTap(t)
		u.wants(u.expect(0, "-H", p.host, "wire", "doctor").stdout, p.host+", from --host")
		u.expect(0, "-H", p.host, "wire", "run", "--", u.cli, "ps")
		u.expect(0, "-D", "-l", "debug", "--host="+p.host, "wire", "run", "--quiet", "--", u.cli, "ps")

		u.must("context", "create", "dwplug", "--docker", "host="+p.host)
		u.wants(u.expect(0, "-c", "dwplug", "wire", "doctor").stdout, `context "dwplug" from --context`)
		u.expect(0, "--context", "dwplug", "wire", "run", "--", u.cli, "ps")
		lost := u.expect(1, "--config", u.config, "-c", "nosuch", "wire", "doctor")
		u.wants(lost.stdout+lost.stderr, `context "nosuch"`) // 20.10 says it itself
		u.wants(u.expect(0, "-H", p.host, "wire", "context", "create", "second", "--host", p.host).stdout, "docker -c second")
		u.expect(0, "-c", "second", "version")
		u.wants(u.expect(1, "-H", "unix:///nonexistent/d.sock", "wire", "run", "--", u.cli, "ps").stderr, "/nonexistent/d.sock")

		p.stop(t)
		lists := 0
		for _, o := range printed(t, p.recording) {
			if o.Operation == "ContainerList" {
				lists++
			}
		}
		if lists != 3 {
			t.Errorf("%d calls came by the way that docker's flags name, want 3", lists)
		}
	})
}

// Docker without a terminal does not pass signals on: it closes a socket
// (since version 25), and also when it is killed.
func TestPluginEndsWithDocker(t *testing.T) {
	eachPluginUser(t, func(t *testing.T, u pluginUser) {
		for _, signal := range []syscall.Signal{syscall.SIGTERM, syscall.SIGKILL} {
			if u.cli == oldClient && signal == syscall.SIGKILL {
				continue // 20.10 has no socket; nobody learns of its death
			}
			t.Run(signal.String(), func(t *testing.T) {
				socket, recording := filepath.Join(u.dir, "t.sock"), filepath.Join(u.dir, signal.String()+".jsonl")
				cmd := u.command("wire", "tap", "--listen", "unix://"+socket, "-o", recording, "--format", "none")
				var stderr bytes.Buffer
				cmd.Stderr = &stderr // Wait returns when the plugin, too, has closed it
				cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
				if err := cmd.Start(); err != nil {
					t.Fatal(err)
				}
				waitForSocket(t, socket)
				through := u.docker
				through.host = "unix://" + socket
				through.must("ps")
				target := cmd.Process.Pid
				if u.cli == oldClient {
					target = -target // as a terminal or a supervisor does
				}
				if err := syscall.Kill(target, signal); err != nil {
					t.Fatal(err)
				}
				err := cmd.Wait()
				if signal == syscall.SIGTERM && err != nil {
					t.Errorf("%v\n%s", err, &stderr)
				}
				if _, err := os.Lstat(socket); !os.IsNotExist(err) {
					t.Errorf("the socket is still there: %v\n%s", err, &stderr)
				}
				checkRecording(t, recording)
			})
		}
	})
}

func TestPluginUninstall(t *testing.T) {
	eachPluginUser(t, func(t *testing.T, u pluginUser) {
		if out, err := exec.Command(dockwire, "plugin", "uninstall").CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		if help := u.expect(0, "--help").stdout; strings.Contains(help, "wire*") {
			t.Errorf("still there:\n%s", help)
		}
	})
}
