//go:build linux

package realdocker

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// Values that are planted where builds carry secrets, and that no recording
// and no output may have. The commands of the builds do not print them.
const (
	plantedFile     = "planted-secret-file-4711"
	plantedArg      = "planted-build-arg-4711"
	plantedURL      = "planted-url-password-4711"
	plantedRegistry = "planted-registry-4711"
	plantedCache    = "planted-cache-key-4711"
	registryUser    = "builder"
	// bcrypt of plantedRegistry, as docker-registry wants it.
	registryHash = "$2b$04$SDLTxM.fhlT9aCQMgFlbxO8HE56IhRyA7UcjMfIyk7ARgHaRAhJu."
)

const stages = `FROM busybox:latest AS base
ARG DB_PASSWORD
ARG COLOR=blue
COPY data /data
RUN --mount=type=secret,id=mysecret test -s /run/secrets/mysecret && echo color $COLOR
FROM base AS middle
RUN --mount=type=ssh echo out && echo err >&2
FROM base AS other
RUN echo not built
FROM middle AS last
COPY --from=base /data /copied
`

// buildWork is a folder with what builds are made of.
func buildWork(t *testing.T, bytes int) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range map[string]string{
		"Dockerfile": stages, "fails.Dockerfile": "FROM busybox:latest\nRUN echo before; echo oops >&2; exit 42\n",
		"secret": plantedFile, "data/noise": string(noise(bytes)), "data/small": "small\n", ".dockerignore": "secret\n",
		"docker-bake.hcl": `group "default" { targets = ["a", "b", "c"] }
target "a" { target = "base" }
target "b" { target = "middle" }
target "c" { target = "last" }
group "broken" { targets = ["a", "fails"] }
target "fails" { dockerfile = "fails.Dockerfile" }
`,
		"compose.yaml": "services:\n  app:\n    build:\n      context: .\n      target: base\n      args: {COLOR: red}\n    command: echo up\n",
	} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// TestBuildSteps builds with buildx through a tap; the steps that dockwire
// shows are those of the same build's --progress=rawjson.
func TestBuildSteps(t *testing.T) {
	cli := clients(t)[0]
	if out, err := exec.Command(cli, "buildx", "version").CombinedOutput(); err != nil {
		lacks(t, "docker buildx", fmt.Errorf("%w: %s", err, out))
	}
	agent := sshAgent(t)
	registry := startRegistryFor(t, registryUser, registryHash)
	config := loggedIn(t, registry)
	image := strings.ToLower(unique("dwbuildsteps"))
	t.Cleanup(func() {
		for _, name := range []string{image, registry + "/" + image} {
			_ = exec.Command(cli, "-H", "unix://"+daemonSocket, "rmi", "-f", name).Run()
		}
	})
	secret := []string{
		"--secret", "id=mysecret,src=secret", "--ssh", "default", "--build-arg", "DB_PASSWORD=" + plantedArg,
		"--build-arg", "HTTP_PROXY=http://me:" + plantedURL + "@localhost:1", "--target", "last",
	}
	all := func(more ...string) []string { return append(append([]string{"buildx", "build"}, secret...), more...) }
	work, big := buildWork(t, 200_000), buildWork(t, 50<<20)
	for _, c := range []struct {
		name, dir string
		args      []string
		builds    int
		code      int
	}{
		{"no cache", work, all("--no-cache", "-t", image, "."), 1, 0},
		{"cached", work, all("-t", image, "."), 1, 0},
		{"a context of 50 MB", big, all("--no-cache", "-o", "type=cacheonly", "."), 1, 0},
		{"a step that fails", work, []string{"buildx", "build", "--no-cache", "-f", "fails.Dockerfile", "."}, 1, 1},
		{"to a folder", work, all("-o", "type=local,dest=out", "."), 1, 0},
		{"push", work, all("--push", "-t", registry+"/"+image, "."), 1, 0},
		{"bake", work, []string{"buildx", "bake", "--no-cache", "--set", "*.secrets=id=mysecret,src=secret", "--set", "*.ssh=default"}, 3, 0},
		{"bake with a target that fails", work, []string{"buildx", "bake", "--no-cache", "--set", "*.secrets=id=mysecret,src=secret", "broken"}, 2, 1},
		{"a cache that wants keys", work, []string{"buildx", "build", "--cache-to", "type=s3,region=here,bucket=none,endpoint_url=http://127.0.0.1:1,access_key_id=" + plantedCache +
			",secret_access_key=" + plantedCache + "s,session_token=" + plantedCache + "t", "-f", "fails.Dockerfile", "."}, -1, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := startTap(t, "--format", "json", "--headers", "--body")
			d := docker{t: t, cli: cli, host: p.host, dir: c.dir, env: []string{"SSH_AUTH_SOCK=" + agent, "DOCKER_CONFIG=" + config, "BUILDX_BAKE_ENTITLEMENTS_FS=0"}}
			args := append(c.args[:2:2], append([]string{"--progress", "rawjson"}, c.args[2:]...)...)
			r := d.run(args...)
			if r.code != c.code {
				t.Fatalf("exit %d, want %d:\n%s", r.code, c.code, r.stderr)
			}
			if c.name == "to a folder" {
				if content, err := os.ReadFile(filepath.Join(c.dir, "out", "copied", "small")); err != nil || string(content) != "small\n" {
					t.Errorf("the exported folder: %q, %v", content, err)
				}
			}
			p.stop(t)
			builds := foldedBuilds(t, p)
			if c.builds >= 0 {
				sameSteps(t, builds, rawSteps(t, r.stderr), c.builds)
			}
			sameImages(t, builds, r.stderr, c.code != 0)
			if sent := sameFiles(t, c.dir, builds); sent == 0 && (c.dir == big || c.name == "to a folder") {
				t.Error("no file was sent")
			}
			nothingPlanted(t, p)
			checkRecording(t, p.recording)
			if c.builds > 0 {
				sameToldDirectly(t, d, r, args, c.builds > 1)
			}
		})
	}
}

// TestBuildByCompose has no rawjson to compare with: what it builds is known.
func TestBuildByCompose(t *testing.T) {
	cli := clients(t)[0]
	config := withPlugins(t, "docker-compose", "docker-buildx")
	work := buildWork(t, 100_000)
	name := "dwbuildcompose" + fmt.Sprint(os.Getpid())
	t.Cleanup(func() {
		removeAllOf(t, name)
		_ = exec.Command(cli, "-H", "unix://"+daemonSocket, "rmi", "-f", name+"-app").Run()
	})
	if err := os.WriteFile(filepath.Join(work, "Dockerfile"), []byte("FROM busybox:latest AS base\nCOPY data /data\nRUN echo made\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	p := startTap(t, "--format", "json", "--headers", "--body")
	d := docker{t: t, cli: cli, host: p.host, dir: work, env: []string{"DOCKER_CONFIG=" + config}}
	up := []string{"compose", "--ansi", "never", "-p", name, "up", "--build"}
	r := d.run(up...)
	if r.code != 0 || !strings.Contains(r.stdout, "up") {
		t.Fatalf("exit %d:\n%s%s", r.code, r.stdout, r.stderr)
	}
	d.must("compose", "-p", name, "down")
	p.stop(t)
	d.host = "unix://" + daemonSocket
	if diff := cmp.Diff(plainSteps(d.run(up...)), plainSteps(r)); diff != "" {
		t.Errorf("-direct +through dockwire:\n%s", diff)
	}
	builds := foldedBuilds(t, p)
	if len(builds) != 1 {
		t.Fatalf("%d builds", len(builds))
	}
	states := map[string]string{}
	for _, s := range builds[0].Steps {
		states[s.Name] = s.State
	}
	found := false
	for name, state := range states {
		found = found || strings.Contains(name, "RUN echo made") && (state == "done" || state == "cached")
	}
	if !found || builds[0].Error != "" {
		t.Errorf("steps %v, error %q", states, builds[0].Error)
	}
	checkRecording(t, p.recording)
}

// sshAgent starts one until the test ends.
func sshAgent(t *testing.T) (socket string) {
	t.Helper()
	dir, err := os.MkdirTemp("", "dwagent")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	socket = filepath.Join(dir, "s")
	cmd := exec.Command("ssh-agent", "-D", "-a", socket)
	if err := cmd.Start(); err != nil {
		lacks(t, "ssh-agent", err)
	}
	t.Cleanup(func() { cmd.Process.Kill(); cmd.Wait() })
	for began := time.Now(); time.Since(began) < 20*time.Second; time.Sleep(10 * time.Millisecond) {
		if c, err := net.Dial("unix", socket); err == nil {
			c.Close()
			return socket
		}
	}
	t.Fatal("ssh-agent does not listen")
	return ""
}

// loggedIn is a client configuration that knows the registry's password, and
// the plugins.
func loggedIn(t *testing.T, registry string) (dir string) {
	t.Helper()
	dir = withPlugins(t, "docker-buildx")
	auth := fmt.Sprintf(`{"auths":{"%s":{"auth":"%s"}}}`, registry, base64Of(registryUser+":"+plantedRegistry))
	if err := os.WriteFile(filepath.Join(dir, "config.json"), []byte(auth), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}
