//go:build linux

package realdocker

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// A build by BuildKit is replayed without a daemon: the client shows the same
// steps and logs, files of -o are written, and a changed Dockerfile is a miss
// that says so.
func TestReplayOfABuild(t *testing.T) {
	t.Parallel()
	if err := exec.Command(clients(t)[0], "buildx", "version").Run(); err != nil {
		lacks(t, "docker buildx", err)
	}
	name := unique("dwreplay-build")
	dir := filepath.Join(t.TempDir(), name) // BuildKit keeps what it has of a folder by its name
	write := func(name, content string) { writeFiles(t, dir, map[string]string{name: content}) }
	dockerfile := "FROM busybox:latest AS work\nARG WHO\nCOPY data /data\nRUN echo hello $WHO > /greeting; cat /greeting; wc -c < /data\n" +
		"FROM scratch\nCOPY --from=work /greeting /greeting\n# " + name + "\n"
	write("Dockerfile", dockerfile)
	write("data", name)
	build := func(host, who string) (string, error) {
		out := filepath.Join(dir, "out")
		_ = os.RemoveAll(out)
		cmd := exec.Command(clients(t)[0], "buildx", "build", "--progress", "plain", "--build-arg", "WHO="+who, "-o", "type=local,dest="+out, dir)
		cmd.Env = append(os.Environ(), "DOCKER_HOST="+host)
		text, err := cmd.CombinedOutput()
		greeting, _ := os.ReadFile(filepath.Join(out, "greeting")) // its absence shows
		return string(text) + string(greeting), err
	}
	p := startTap(t)
	if out, err := build(p.host, "you"); err != nil || !strings.HasSuffix(out, "hello you\n") {
		t.Fatalf("%v:\n%s", err, out)
	}
	p.stop(t)
	cached := startTap(t) // the daemon has the files, and asks for none
	if out, err := build(cached.host, "you"); err != nil {
		t.Fatalf("%v:\n%s", err, out)
	}
	cached.stop(t)

	r := startReplay(t, p.recording)
	out, err := build(r.host, "you")
	if err != nil || !strings.HasSuffix(out, "hello you\n") || strings.Count(out, "hello you") < 2 {
		t.Errorf("replayed: %v:\n%s", err, out)
	}
	r.stop(t)
	strict := func(recording, who string) (string, error) {
		cmd := exec.Command(dockwire, "replay", "--strict", recording, "--", clients(t)[0], "buildx", "build", "--build-arg", "WHO="+who, "-o", "type=local,dest="+t.TempDir(), dir)
		out, err := cmd.CombinedOutput()
		return string(out), err
	}
	if out, err := strict(cached.recording, "you"); err != nil || strings.Contains(out, "warning") {
		t.Errorf("files that have not changed: %v:\n%s", err, out)
	}
	write("data", name)
	if out, err := strict(cached.recording, "you"); err == nil || !strings.Contains(out, "1 file of context could be compared by name, mode and size only") {
		t.Errorf("a file that may have changed: %v:\n%s", err, out)
	}
	for _, tt := range []struct{ dockerfile, data, who, says string }{
		{strings.Replace(dockerfile, "hello", "hullo", 1), name, "you", "file Dockerfile of dockerfile"},
		{dockerfile, strings.ToUpper(name), "you", "file data of context"},
		{dockerfile, name, "me!", "body /FrontendAttrs/build-arg:WHO"},
	} {
		write("Dockerfile", tt.dockerfile)
		write("data", tt.data)
		if out, err := strict(p.recording, tt.who); err == nil || !strings.Contains(out, tt.says) {
			t.Errorf("%s: %v:\n%s", tt.says, err, out)
		}
	}
}

// Builds of a bake that share a folder get it by a session of their own, which a client
// opens by a call. It is replayed like others.
func TestReplayOfASharedFolder(t *testing.T) {
	t.Parallel()
	if err := exec.Command(clients(t)[0], "buildx", "version").Run(); err != nil {
		lacks(t, "docker buildx", err)
	}
	name := unique("dwreplay-shared")
	dir := filepath.Join(t.TempDir(), name)
	writeFiles(t, dir, map[string]string{
		"Dockerfile": "FROM busybox:latest AS one\nCOPY data /one\nFROM busybox:latest AS two\nCOPY data /two\n", "data": name,
		"docker-bake.json": `{"group": {"default": {"targets": ["one", "two"]}}, "target": {"one": {"target": "one"}, "two": {"target": "two"}}}`,
	})
	bake := func(over ...string) (string, error) {
		args := append(over, clients(t)[0], "buildx", "bake", "--progress", "plain")
		cmd := exec.Command(args[0], args[1:]...)
		cmd.Dir, cmd.Env = dir, append(os.Environ(), "DOCKER_HOST=unix://"+daemonSocket, "BUILDX_BAKE_ENTITLEMENTS_FS=0")
		out, err := cmd.CombinedOutput()
		return string(out), err
	}
	recording := filepath.Join(t.TempDir(), "bake.jsonl")
	if out, err := bake(dockwire, "run", "-o", recording, "--"); err != nil {
		t.Fatalf("%v:\n%s", err, out)
	}
	if out, err := bake(dockwire, "replay", "--strict", recording, "--"); err != nil || !strings.Contains(out, "2/2] COPY data /one") {
		t.Errorf("replayed: %v:\n%s", err, out)
	}
	writeFiles(t, dir, map[string]string{"data": strings.ToUpper(name)})
	if out, err := bake(dockwire, "replay", recording, "--"); err == nil || !strings.Contains(out, "file data of context") {
		t.Errorf("with a changed file: %v:\n%s", err, out)
	}
}
