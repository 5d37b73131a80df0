//go:build linux

package realdocker

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strings"
	"testing"
)

// sshd is a server of the test's own on loopback.
type sshd struct {
	dir  string
	port int
	user string
}

func startSSHD(t *testing.T) *sshd {
	t.Helper()
	for _, need := range []string{"/usr/sbin/sshd", "/usr/bin/ssh-keygen"} {
		if _, err := os.Stat(need); err != nil {
			lacks(t, need, err)
		}
	}
	me, err := user.Current()
	if err != nil {
		t.Fatal(err)
	}
	s := &sshd{dir: t.TempDir(), user: me.Username, port: freePort(t)}
	for _, key := range []string{"host", "alice", "stranger"} {
		command(t, "ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", filepath.Join(s.dir, key))
	}
	s.write(t, "sshd_config", fmt.Sprintf(`ListenAddress 127.0.0.1:%d
HostKey %[2]s/host
AuthorizedKeysFile %[2]s/alice.pub
PidFile none
StrictModes no
UsePAM no
PasswordAuthentication no
KbdInteractiveAuthentication no
`, s.port, s.dir))
	s.write(t, "known_hosts", fmt.Sprintf("[127.0.0.1]:%d %s", s.port, file(t, filepath.Join(s.dir, "host.pub"))))
	_ = os.MkdirAll("/run/sshd", 0o755) // sshd's empty folder
	cmd := exec.Command("/usr/sbin/sshd", "-D", "-e", "-f", filepath.Join(s.dir, "sshd_config"))
	log := new(lockedBuffer)
	cmd.Stderr = log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		if t.Failed() {
			t.Logf("sshd: %s", log)
		}
	})
	// docker gives its first ping two seconds, and goes on with its own version when
	// they pass, which the daemon may refuse. A loaded machine logs in more slowly.
	direct := docker{t: t, cli: clients(t)[0], host: "unix://" + daemonSocket, dir: s.dir}
	t.Setenv("DOCKER_API_VERSION", strings.TrimSpace(direct.must("version", "--format", "{{.Server.APIVersion}}")))
	waitFor(t, "sshd", func() bool {
		c, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", s.port))
		if err == nil {
			c.Close()
		}
		return err == nil
	})
	return s
}

func (s *sshd) write(t *testing.T, name, content string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(s.dir, name), []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

// as puts an ssh in front of PATH that has that key and knows this server, as
// a person's ~/.ssh would.
func (s *sshd) as(t *testing.T, key string) {
	t.Helper()
	bin := t.TempDir()
	script := fmt.Sprintf("#!/bin/sh\nexec /usr/bin/ssh -F none -o IdentitiesOnly=yes -o IdentityAgent=none -o BatchMode=yes -o UserKnownHostsFile=%[1]s/known_hosts -i %[1]s/%[2]s \"$@\"\n", s.dir, key)
	if err := os.WriteFile(filepath.Join(bin, "ssh"), []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", bin+":"+os.Getenv("PATH"))
}

func (s *sshd) host(path string) string {
	return fmt.Sprintf("ssh://%s@127.0.0.1:%d%s", s.user, s.port, path)
}

func freePort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

// TestSSH reaches the machine's daemon by a real sshd and the docker package
// on the far side, and wants what a direct client gets.
func TestSSH(t *testing.T) {
	s := startSSHD(t)
	s.as(t, "alice")
	cli := clients(t)[0]
	p := startTapOn(t, "-H", s.host(daemonSocket))
	for _, want := range []scenario{
		{"version", func(d docker) string { return d.run("version").transcript() }},
		{"run -i half-close", func(d docker) string {
			return d.input("some\ninput", "run", "--rm", "-i", "busybox", "sh", "-c", "cat; exit 5").transcript()
		}},
		{"exec", exec3},
		{"logs -f", func(d docker) string {
			d.must("run", "-d", "--name", d.name, "busybox", "sh", "-c", "for i in 1 2 3; do echo line $i; usleep 100000; done")
			defer d.run("rm", "-f", d.name)
			return d.run("logs", "-f", d.name).transcript()
		}},
		{"cp 20 MB", func(d docker) string { return copyThereAndBack(d, 20<<20) }},
	} {
		t.Run(want.name, func(t *testing.T) { compare(t, cli, p.host, want) })
	}
	waitFor(t, "every ssh to end", func() bool { return len(children(t, p.cmd.Process.Pid)) == 0 })
	p.stop(t)
	checkRecording(t, p.recording)
}

// TestSSHContext finds the far daemon by a docker context, as docker does.
func TestSSHContext(t *testing.T) {
	s := startSSHD(t)
	s.as(t, "alice")
	config := t.TempDir()
	t.Setenv("DOCKER_CONFIG", config)
	t.Setenv("DOCKER_HOST", "")
	d := docker{t: t, cli: clients(t)[0], dir: t.TempDir(), env: []string{"DOCKER_HOST="}}
	d.must("context", "create", "far", "--docker", "host="+s.host(""))
	r := result{}
	cmd := exec.Command(dockwire, "run", "-c", "far", "--", d.cli, "version", "--format", "{{.Server.Version}}")
	r = d.finish(cmd)
	want := strings.TrimSpace(docker{t: t, cli: d.cli, host: "unix://" + daemonSocket, dir: d.dir}.must("version", "--format", "{{.Server.Version}}"))
	if r.code != 0 || strings.TrimSpace(r.stdout) != want || !strings.Contains(r.stderr, "SystemVersion") {
		t.Errorf("%+v, want version %s", r, want)
	}
}

// TestSSHThatFails tells the client in ssh's own words.
func TestSSHThatFails(t *testing.T) {
	s := startSSHD(t)
	for _, c := range []struct{ name, key, host, told string }{
		{"a stranger's key", "stranger", s.host(""), "Permission denied (publickey)"},
		{"nobody listens", "alice", fmt.Sprintf("ssh://127.0.0.1:%d", freePort(t)), "Connection refused"},
		{"no daemon there", "alice", s.host("/nonexistent.sock"), "/nonexistent.sock"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s.as(t, c.key)
			p := startTapOn(t, "-H", c.host)
			r := docker{t: t, cli: clients(t)[0], host: p.host, dir: t.TempDir()}.run("ps")
			if r.code == 0 || !strings.Contains(r.stderr, c.told) {
				t.Errorf("docker was told %q, want %q", r.stderr, c.told)
			}
			p.stop(t)
		})
	}
}

// children are the processes that a process has started and not reaped.
func children(t *testing.T, pid int) []string {
	t.Helper()
	var all []string
	tasks, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid))
	if err != nil {
		t.Fatal(err)
	}
	for _, task := range tasks {
		b, err := os.ReadFile(task)
		if err == nil {
			all = append(all, strings.Fields(string(b))...)
		}
	}
	return all
}
