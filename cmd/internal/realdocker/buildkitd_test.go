//go:build linux

package realdocker

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
)

const inAContainer = `FROM scratch AS base
COPY busybox /bin/sh
COPY data /data
ARG DB_PASSWORD
RUN --mount=type=secret,id=mysecret test -s /run/secrets/mysecret && echo ran
FROM base AS fails
RUN echo before; echo oops >&2; exit 42
FROM scratch AS last
COPY --from=base /data /copied
`

// startBuildkitd runs BuildKit beside dockerd. The driver would run it in a
// privileged container, which not every machine allows.
func startBuildkitd(t *testing.T) (dir string) {
	t.Helper()
	dir, err := os.MkdirTemp("", "dwbk")
	if err != nil {
		t.Fatal(err)
	}
	log := new(lockedBuffer)
	cmd := exec.Command(fromLab(t, "buildkitd"), "--root", filepath.Join(dir, "root"), "--addr", "unix://"+filepath.Join(dir, "buildkitd.sock"),
		"--containerd-worker=false", "--oci-worker-binary", fromLab(t, "runc"), "--oci-worker-net=host", "--oci-worker-snapshotter=native", "--otel-socket-path", filepath.Join(dir, "otel.sock"))
	cmd.Stdout, cmd.Stderr = log, log
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGTERM}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	gone := make(chan struct{})
	go func() { _ = cmd.Wait(); close(gone) }()
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		<-gone
		if t.Failed() {
			t.Logf("buildkitd said:\n%s", log)
		}
		unmountBelow(t, dir)
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	waitForSocket(t, filepath.Join(dir, "buildkitd.sock"))
	return dir
}

// TestBuildInAContainer builds by buildx's docker-container driver: the client
// speaks HTTP/2 with BuildKit by the stdin and stdout of an exec of `buildctl
// dial-stdio`. The session is a second HTTP/2 in messages of the first.
func TestBuildInAContainer(t *testing.T) {
	t.Parallel()
	cli, name := clients(t)[0], strings.ToLower(unique("dwbuilder"))
	work := buildWork(t, 3<<20)
	busybox, err := os.ReadFile("/bin/busybox")
	if err != nil {
		lacks(t, "busybox-static", err)
	}
	for name, content := range map[string][]byte{"busybox": busybox, "Dockerfile": []byte(inAContainer)} {
		if err := os.WriteFile(filepath.Join(work, name), content, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	// The driver takes a container of this name for its own.
	direct := docker{t: t, cli: cli, host: "unix://" + daemonSocket, name: "buildx_buildkit_" + name + "0", dir: work}
	direct.removeAtEnd()
	direct.must("run", "-d", "--name", direct.name, "-v", startBuildkitd(t)+":/run/buildkit", "-v", "/lib:/lib:ro", "-v", "/lib64:/lib64:ro",
		"-v", fromLab(t, "buildctl")+":/bin/buildctl:ro", "-v", fromLab(t, "buildkitd")+":/bin/buildkitd:ro", "busybox", "sleep", "600")
	p := startTap(t, "--format", "json", "--headers", "--body")
	d := docker{t: t, cli: cli, host: p.host, dir: work, env: []string{"DOCKER_CONFIG=" + withPlugins(t, "docker-buildx")}}
	d.must("buildx", "create", "--name", name, "--driver", "docker-container", p.host)
	build := func(code int, args ...string) (progress string) {
		t.Helper()
		r := d.run(append([]string{"buildx", "build", "--builder", name, "--progress", "rawjson"}, args...)...)
		if r.code != code {
			t.Fatalf("exit %d, want %d:\n%s", r.code, code, r.stderr)
		}
		return r.stderr
	}
	last := build(0, "--secret", "id=mysecret,src=secret", "--build-arg", "DB_PASSWORD="+plantedArg, "-o", "type=local,dest=out", ".")
	fails := build(1, "--secret", "id=mysecret,src=secret", "--build-arg", "DB_PASSWORD="+plantedArg, "--target", "fails", ".")
	if content, err := os.ReadFile(filepath.Join(work, "out", "copied", "small")); err != nil || string(content) != "small\n" {
		t.Errorf("the exported folder: %q, %v", content, err)
	}
	p.stop(t)
	builds := foldedBuilds(t, p)
	if len(builds) != 2 {
		t.Fatalf("%d builds, want 2", len(builds))
	}
	sameSteps(t, builds[:1], rawSteps(t, last), 1)
	sameSteps(t, builds[1:], rawSteps(t, fails), 1)
	if sameFiles(t, work, builds) == 0 {
		t.Error("no file was sent")
	}
	if asked := builds[0].Asked; !slices.ContainsFunc(asked, func(a foldedAsk) bool { return a.Kind == "secret" && a.Name == "mysecret" }) {
		t.Errorf("the daemon asked for %+v", asked)
	}
	nothingPlanted(t, p)
	checkRecording(t, p.recording)
}
