//go:build linux

package realdocker

import (
	"encoding/base64"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// builds are the two ways to build an image, with Debian's old client, which
// needs no plugin for either: the legacy one with a tar of the context, and
// BuildKit's over h2c in /session.
var builds = []struct{ name, buildkit string }{{"legacy build", "0"}, {"BuildKit build", "1"}}

func TestBuildsAreTheSameAsDirect(t *testing.T) {
	if _, err := os.Stat(oldClient); err != nil {
		lacks(t, "docker client 20.10 in "+oldClient, err)
	}
	p := startTap(t)
	for _, b := range builds {
		t.Run(b.name, func(t *testing.T) {
			compare(t, oldClient, p.host, scenario{b.name, func(d docker) string { return build(d, b.buildkit) }})
		})
	}
	p.stop(t)
	checkRecording(t, p.recording)
}

func build(d docker, buildkit string) string {
	write := func(name, content string) {
		if err := os.WriteFile(filepath.Join(d.dir, name), []byte(content), 0o600); err != nil {
			d.t.Fatal(err)
		}
	}
	write("Dockerfile", "FROM busybox:latest\nARG GREETING=none\nCOPY data /data\nRUN echo $GREETING > /greeting && wc -c /data\n")
	write("data", string(noise(2<<20)))
	image := strings.ToLower(d.name)
	defer d.run("rmi", "-f", image)
	cmd := d.command("build", "--no-cache", "--force-rm", "--build-arg", "GREETING=hi", "-t", image, ".")
	cmd.Env = append(cmd.Env, "DOCKER_BUILDKIT="+buildkit, "BUILDKIT_PROGRESS=plain")
	r := d.finish(cmd)
	if r.code != 0 {
		d.t.Errorf("build failed: exit %d\n%s%s", r.code, r.stdout, r.stderr)
	}
	out := d.run("run", "--rm", image, "sh", "-c", "cat /greeting; sha256sum /data").transcript()

	write("Dockerfile", "FROM busybox:latest\nRUN echo about to fail; exit 42\n")
	failing := exec.Command(d.cli, "build", "--no-cache", "--force-rm", ".")
	failing.Dir, failing.Env = d.dir, cmd.Env
	failed := d.finish(failing)
	return out + result{code: failed.code}.transcript()
}

// TestTarUploads has the content of a context in the recording when it was
// asked for, and only then, whichever way the context goes.
func TestTarUploads(t *testing.T) {
	t.Parallel()
	encoded := regexp.MustCompile(`"b64":"([^"]*)"`)
	for _, flags := range [][]string{nil, {"--tar-uploads"}} {
		p := startTap(t, flags...)
		var contents []string
		for _, b := range builds {
			d := docker{t: t, cli: oldClient, host: p.host, dir: t.TempDir(), env: []string{"DOCKER_BUILDKIT=" + b.buildkit}}
			content := unique("content of the context") + b.name
			contents = append(contents, content)
			for name, text := range map[string]string{"Dockerfile": "FROM scratch\nCOPY data /\n", "data": content} {
				if err := os.WriteFile(filepath.Join(d.dir, name), []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			d.must("build", "-q", "--no-cache", "--force-rm", ".")
		}
		p.stop(t)
		checkRecording(t, p.recording)
		file, err := os.ReadFile(p.recording)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range encoded.FindAllSubmatch(file, -1) {
			b, err := base64.StdEncoding.DecodeString(string(m[1]))
			if err != nil {
				t.Error(err)
			}
			file = append(file, b...)
		}
		for _, content := range contents {
			if kept := strings.Contains(string(file), content); kept != (flags != nil) {
				t.Errorf("with %q: %q is in the recording: %v", flags, content, kept)
			}
		}
	}
}
