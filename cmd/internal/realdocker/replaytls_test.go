//go:build linux

package realdocker

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestReplayOverTLS plays what was recorded over a socket to docker with mutual
// TLS: stdin that ends, streams that go on, exec and attach.
func TestReplayOverTLS(t *testing.T) {
	certs := makeCerts(t)
	own := unique("dwreplay-tls")
	for _, cli := range clients(t) {
		p := startTap(t)
		recorded := overTLS(docker{t: t, cli: cli, host: p.host, name: own, dir: t.TempDir()})
		p.stop(t)
		if t.Failed() {
			return
		}
		for _, name := range []string{own, own, "other-tls"} {
			r, host := startReplayTLS(t, certs, p.recording)
			d := certs.docker(t, host, certs.client("alice"))
			d.cli, d.name = cli, name
			if got := strings.ReplaceAll(overTLS(d), name, own); got != recorded {
				t.Errorf("%s: recorded:\n%s\nreplayed for %s:\n%s", cli, recorded, name, got)
			}
			stranger := docker{t: t, cli: cli, host: host, dir: t.TempDir()}
			if got := stranger.run("ps"); got.code == 0 || !strings.Contains(got.stderr, "plain HTTP to a TLS port") {
				t.Errorf("a client without TLS: %s", got.transcript())
			}
			waitFor(t, "the refusal to be told", func() bool { return strings.Contains(r.stderr.String(), "plain HTTP to a TLS port") })
			r.stop(t)
		}
	}
}

func overTLS(d docker) string {
	out := d.input("hello\nworld", "run", "--rm", "-i", "--name", d.name, "busybox", "sh", "-c", "cat; exit 7").transcript()
	d.must("create", "--name", d.name, "busybox", "sh", "-c", "for i in 1 2 3; do echo line $i; usleep 300000; done; sleep 2; echo bye >&2; exit 3")
	d.must("start", d.name)
	out += d.input("into exec", "exec", "-i", d.name, "sh", "-c", "cat; exit 5").transcript()
	out += d.run("logs", "-f", d.name).transcript()
	d.must("start", d.name)
	r := d.run("attach", "--no-stdin", d.name)
	out += result{code: r.code, stderr: r.stderr}.transcript()
	return out + d.run("rm", d.name).transcript()
}

var tlsHost = regexp.MustCompile(`export DOCKER_HOST=(tcp://\S+) DOCKER_TLS_VERIFY=1`)

// startReplayTLS is startReplay with a port of the kernel's choice.
func startReplayTLS(t *testing.T, certs pki, recording string) (*replayed, string) {
	t.Helper()
	p := &replayed{report: filepath.Join(t.TempDir(), "report.json"), stderr: new(lockedBuffer)}
	p.cmd = exec.Command(dockwire, "replay", "--listen", "tls://127.0.0.1:0", "--listen-cert-path", certs.server(), "--strict", "--report", p.report, recording)
	p.cmd.Env = append(os.Environ(), "DOCKER_HOST=unix:///nonexistent.sock")
	p.cmd.Stderr = p.stderr
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.cmd.Process.Kill(); p.cmd.Wait() })
	waitFor(t, "the replay to listen", func() bool { return tlsHost.MatchString(p.stderr.String()) })
	return p, tlsHost.FindStringSubmatch(p.stderr.String())[1]
}
