//go:build linux

package realdocker

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// matrix is what is done by every way in and every way on.
var matrix = []scenario{
	{"ping", func(d docker) string { return d.run("version").transcript() }},
	{"run -i half-close", func(d docker) string {
		return d.input("some\ninput without newline at the end", "run", "--rm", "-i", "busybox", "cat").transcript()
	}},
	{"exec -t", func(d docker) string {
		d.must("run", "-d", "--name", d.name, "busybox", "sleep", "60")
		defer d.run("rm", "-f", d.name)
		return d.run("exec", "-t", d.name, "sh", "-c", "tty; echo out; echo err >&2; exit 3").transcript()
	}},
	{"logs -f", func(d docker) string {
		d.must("run", "-d", "--name", d.name, "busybox", "sh", "-c", "for i in 1 2 3 4 5; do echo line $i; usleep 100000; done; echo bye >&2; exit 3")
		defer d.run("rm", "-f", d.name)
		return d.run("logs", "-f", d.name).transcript()
	}},
	{"cp 20 MB", func(d docker) string { return copyThereAndBack(d, 20<<20) }},
	{"BuildKit build", buildWithoutNetwork},
}

// TestMatrix goes through dockwire by each kind of listener to each kind of
// upstream, and wants what a client gets that asks the daemon itself.
func TestMatrix(t *testing.T) {
	if !ownNetwork(t) {
		return
	}
	certs := makeCerts(t)
	// Two daemons: one dockerd has TLS on all its TCP sockets or on none.
	plain := startDaemon(t, "-H", "tcp://127.0.0.1:2375")
	secure := startDaemon(t, append(certs.daemonFlags(), "-H", "tcp://127.0.0.1:2376")...)
	direct := make(map[string]string)
	for _, s := range matrix {
		direct[s.name] = s.run(matrixClient(t, "unix://"+plain.socket, s, nil))
	}
	for _, upstream := range []struct {
		kind  string
		flags []string
	}{
		{"unix", []string{"-H", "unix://" + secure.socket}},
		{"tcp", []string{"-H", "tcp://127.0.0.1:2375"}},
		{"tls", append(certs.clientFlags("tapper"), "-H", "tcp://localhost:2376")},
	} {
		p := startTapOn(t, append(upstream.flags, "--listen", "tcp://127.0.0.1:3375",
			"--listen", "tls://127.0.0.1:3376", "--listen-cert-path", certs.server())...)
		t.Run("to "+upstream.kind, func(t *testing.T) {
			for _, listener := range []struct {
				kind, host string
				env        []string
			}{
				{"unix", p.host, nil},
				{"tcp", "tcp://127.0.0.1:3375", nil},
				{"tls", "tcp://127.0.0.1:3376", certs.environment("alice")},
			} {
				for _, s := range matrix {
					t.Run(listener.kind+" "+s.name, func(t *testing.T) {
						t.Parallel()
						if got := s.run(matrixClient(t, listener.host, s, listener.env)); got != direct[s.name] {
							t.Errorf("directly:\n%s\nthrough dockwire:\n%s", direct[s.name], got)
						}
					})
				}
			}
		})
		p.stop(t)
		checkRecording(t, p.recording)
	}
}

func matrixClient(t *testing.T, host string, s scenario, env []string) docker {
	d := docker{t: t, cli: clients(t)[0], host: host, dir: t.TempDir(), env: env}
	if s.name == "BuildKit build" {
		d.cli = oldClient // needs no plugin
	}
	d.name = "dwmatrix-" + strings.ToLower(strings.NewReplacer("/", "-", " ", "-", "_", "-").Replace(t.Name()+s.name))
	return d
}

func copyThereAndBack(d docker, size int) string {
	there, back := filepath.Join(d.dir, "there"), filepath.Join(d.dir, "back")
	content := noise(size)
	if err := os.WriteFile(there, content, 0o600); err != nil {
		d.t.Fatal(err)
	}
	d.must("create", "--name", d.name, "busybox", "true")
	defer d.run("rm", "-f", d.name)
	d.must("cp", there, d.name+":/file")
	d.must("cp", d.name+":/file", back)
	if got := digest(file(d.t, back)); got != digest(string(content)) {
		d.t.Errorf("%d bytes went in and came out as %s", size, got)
	}
	return fmt.Sprint("no such file: exit ", d.run("cp", d.name+":/nope", d.dir).code)
}

// buildWithoutNetwork builds where there is no bridge.
func buildWithoutNetwork(d docker) string {
	for name, content := range map[string]string{
		"Dockerfile": "FROM busybox:latest\nCOPY data /data\nRUN sha256sum /data | tee /sum\n",
		"data":       string(noise(1 << 20)),
	} {
		if err := os.WriteFile(filepath.Join(d.dir, name), []byte(content), 0o600); err != nil {
			d.t.Fatal(err)
		}
	}
	defer d.run("rmi", "-f", d.name)
	cmd := d.command("build", "--no-cache", "--network=none", "-t", d.name, ".")
	cmd.Env = append(cmd.Env, "DOCKER_BUILDKIT=1", "BUILDKIT_PROGRESS=plain")
	if r := d.finish(cmd); r.code != 0 {
		d.t.Errorf("build failed: exit %d\n%s%s", r.code, r.stdout, r.stderr)
	}
	return d.run("run", "--rm", d.name, "cat", "/sum").transcript()
}
