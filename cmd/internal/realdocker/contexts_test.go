//go:build linux

package realdocker

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestContexts goes through contexts that the docker command line made, with
// TLS material and without, named in each way that docker knows.
func TestContexts(t *testing.T) {
	if !ownNetwork(t) {
		return
	}
	certs := makeCerts(t)
	own := startDaemon(t, append(certs.daemonFlags(), "-H", "tcp://0.0.0.0:2376")...)
	alice := certs.client("alice")
	t.Setenv("DOCKER_CONFIG", t.TempDir())
	t.Setenv("DOCKER_HOST", "")
	for _, cli := range clients(t) {
		t.Run(cli, func(t *testing.T) {
			t.Setenv("DOCKER_CONFIG", t.TempDir())
			d := docker{t: t, cli: cli, dir: t.TempDir(), env: []string{"DOCKER_HOST="}}
			d.must("context", "create", "plain", "--docker", "host=unix://"+own.socket)
			d.must("context", "create", "secure", "--docker", "host=tcp://127.0.0.1:2376,ca="+filepath.Join(alice, "ca.pem")+
				",cert="+filepath.Join(alice, "cert.pem")+",key="+filepath.Join(alice, "key.pem"))
			d.must("context", "create", "unsure", "--docker", "host=tcp://127.0.0.2:2376,skip-tls-verify=true,cert="+
				filepath.Join(alice, "cert.pem")+",key="+filepath.Join(alice, "key.pem"))
			ask := func(env string, flags ...string) result {
				cmd := exec.Command(dockwire, append(append([]string{"run"}, flags...), "--", cli, "info", "--format", "{{.DockerRootDir}}")...)
				cmd.Env = append(cmd.Environ(), "DOCKER_CONTEXT="+env)
				return d.finish(cmd)
			}
			want := func(what string, r result) {
				t.Helper()
				if r.code != 0 || strings.TrimSpace(r.stdout) != filepath.Join(own.dir, "data") || !strings.Contains(r.stderr, "SystemInfo") {
					t.Errorf("%s: %+v", what, r)
				}
			}
			want("-c plain", ask("", "-c", "plain"))
			want("-c secure", ask("", "-c", "secure"))
			want("DOCKER_CONTEXT", ask("secure"))
			unsure := ask("", "-c", "unsure")
			want("-c unsure", unsure)
			if !strings.Contains(unsure.stderr, "the daemon's certificate is not verified") {
				t.Errorf("no warning: %s", unsure.stderr)
			}
			d.must("context", "use", "secure")
			want("currentContext", ask(""))
			if r := ask("", "-c", "nosuch"); r.code != 125 || !strings.Contains(r.stderr, "nosuch") {
				t.Errorf("-c nosuch: %+v", r)
			}
		})
	}
}
