//go:build linux

package realdocker

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// Clients nobody here wrote: each has a script in testdata/clients that makes
// calls of every kind and prints what comes back, ids and times included.

func TestDockerPyOverReplay(t *testing.T) {
	const python = "/usr/bin/python3" // the distribution's has python3-docker
	if out, err := exec.Command(python, "-c", "import docker").CombinedOutput(); err != nil {
		lacks(t, "python3-docker", fmt.Errorf("%w: %s", err, out))
	}
	scriptOverReplay(t, unique("dwpy"), nil, python, script(t, "dockerpy.py"))
}

// dockerode is the Node client, where make lab puts it below the user's cache
// folder.
const dockerode = "dockwire-lab/dockerode@5.0.1/node_modules"

func TestDockerodeOverReplay(t *testing.T) {
	if _, err := exec.LookPath("node"); err != nil {
		lacks(t, "node", err)
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		t.Fatal(err)
	}
	modules := filepath.Join(cache, dockerode)
	if _, err := os.Stat(modules); err != nil {
		lacks(t, "the Node client", err)
	}
	scriptOverReplay(t, unique("dwnode"), []string{"NODE_PATH=" + modules}, "node", script(t, "dockerode.js"))
}

func script(t *testing.T, name string) string {
	t.Helper()
	path, err := filepath.Abs(filepath.Join("testdata", "clients", name))
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// scriptOverReplay records a script once and plays it twice as it was, and
// once with other names. It must print the same each time.
func scriptOverReplay(t *testing.T, name string, env []string, command, script string) {
	t.Helper()
	t.Cleanup(func() { removeAllOf(t, name) })
	removeAllOf(t, name)
	way := func(host, name string) string {
		d := docker{t: t, cli: command, host: host, dir: t.TempDir()}
		cmd := d.command(script, name)
		cmd.Env = append(cmd.Env, env...)
		r := d.finish(cmd)
		if r.code != 0 {
			t.Errorf("exit %d: %s", r.code, r.stderr)
		}
		return strings.ReplaceAll(r.stdout, name, "NAME")
	}
	overReplay(t, way, name, "another-"+name+"-81", false)
}

// removeAllOf removes what a script that failed left, past dockwire.
func removeAllOf(t *testing.T, name string) {
	t.Helper()
	cmd := exec.Command("sh", "-c", `
		docker ps -aq --filter name=$0 | xargs -r docker rm -f
		docker network ls -q --filter name=$0 | xargs -r docker network rm
		docker volume ls -q --filter name=$0 | xargs -r docker volume rm
		docker image ls --format '{{.Repository}}:{{.Tag}}' "$0-*" | xargs -r docker rmi`, name)
	cmd.Env = append(os.Environ(), "DOCKER_HOST=unix://"+daemonSocket)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}
