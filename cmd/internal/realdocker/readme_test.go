//go:build linux

package realdocker

import (
	"bytes"
	"errors"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"
)

// The README's walk from nothing to docker over TLS, as it is written there.
func TestReadmeTLS(t *testing.T) {
	readme, err := os.ReadFile("../../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, walk, found := strings.Cut(string(readme), "<!-- readme_test.go runs these three -->")
	if !found {
		t.Fatal("the walk is not in the README")
	}
	blocks := strings.Split(walk, "```sh\n")[1:4]
	for i := range blocks {
		blocks[i], _, _ = strings.Cut(blocks[i], "```")
	}
	dir := t.TempDir()
	d := docker{t: t, cli: "bash", dir: dir}
	shell := func(script string) *exec.Cmd {
		cmd := d.command("-e", "-c", script)
		cmd.Env = append(os.Environ(), "PATH="+filepath.Dir(dockwire)+":"+os.Getenv("PATH"))
		return cmd
	}

	if r := d.finish(shell(blocks[0])); r.code != 0 {
		t.Fatalf("%s%s", blocks[0], r.transcript())
	}
	tap := shell("exec " + blocks[1])
	var said bytes.Buffer
	tap.Stderr = &said
	if err := tap.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		tap.Process.Signal(os.Interrupt)
		if err := tap.Wait(); err != nil {
			t.Errorf("dockwire tap: %v\n%s", err, &said)
		}
	}()
	waitFor(t, "the listener", func() bool {
		c, err := net.DialTimeout("tcp", "127.0.0.1:2376", time.Second)
		if err != nil {
			return false
		}
		c.Close()
		return true
	})
	r := d.finish(shell(blocks[2]))
	if r.code != 0 || !strings.HasSuffix(r.stdout, "over TLS\n") {
		t.Errorf("%s%s\n%s", blocks[2], r.transcript(), &said)
	}
}

// The README's commands, as they are written there: every block of shell but
// those of TestReadmeTLS, in order, in one folder.
func TestReadmeCommands(t *testing.T) {
	readme, err := os.ReadFile("../../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	before, _, _ := strings.Cut(string(readme), "<!-- readme_test.go runs these three -->")
	blocks := strings.Split(before, "```sh\n")[1:]
	if len(blocks) < 4 {
		t.Fatalf("%d blocks of shell in the README", len(blocks))
	}
	d := docker{t: t, cli: "bash", dir: t.TempDir()}
	for _, block := range blocks {
		script, _, _ := strings.Cut(block, "```")
		cmd := d.command("-e", "-o", "pipefail", "-c", script)
		cmd.Env = append(os.Environ(), "PATH="+filepath.Dir(dockwire)+":"+os.Getenv("PATH"))
		if r := d.finish(cmd); r.code != 0 {
			t.Errorf("%s%s", script, r.transcript())
		}
	}
}

// The README's indented commands, which wait for one another: a tap, a client in
// another shell and a third one that follows; a recording that is verified, here on
// the daemon that it is of.
func TestReadmeTapAndVerify(t *testing.T) {
	readme := file(t, "../../../README.md")
	d := docker{t: t, cli: "bash", host: "unix://" + daemonSocket, dir: t.TempDir()}
	place := strings.NewReplacer("/tmp/tapped.sock", d.dir+"/tapped.sock", "/run/podman/podman.sock", daemonSocket)
	lines := func(heading string) []string {
		_, section, found := strings.Cut(readme, heading)
		_, section, _ = strings.Cut(section, "\n\n    ")
		block, _, _ := strings.Cut(section, "\n\n")
		if !found || block == "" {
			t.Fatalf("no commands behind %q", heading)
		}
		return strings.Split(place.Replace(block), "\n    ")
	}
	shell := func(script string) *exec.Cmd {
		cmd := d.command("-e", "-c", script)
		cmd.Env = append(cmd.Env, "PATH="+filepath.Dir(dockwire)+":"+os.Getenv("PATH"))
		return cmd
	}

	three := lines("\n## Leave it running")
	tap, follow := shell("exec "+three[0]), shell("exec "+three[2])
	if err := tap.Start(); err != nil {
		t.Fatal(err)
	}
	waitForSocket(t, d.dir+"/tapped.sock")
	var followed bytes.Buffer
	follow.Stdout = &followed
	if err := follow.Start(); err != nil {
		t.Fatal(err)
	}
	if r := d.finish(shell(three[1] + "\ndocker version")); r.code != 0 {
		t.Error(r.transcript())
	}
	tap.Process.Signal(os.Interrupt)
	if err := errors.Join(tap.Wait(), follow.Wait()); err != nil || !strings.Contains(followed.String(), "SystemVersion") {
		t.Errorf("%v\n%s", err, &followed)
	}

	if err := os.WriteFile(d.dir+"/the-test.sh", []byte("#!/bin/sh\ndocker run --rm busybox echo hi\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	if r := d.finish(shell(strings.Join(lines("\nanswers?"), "\n"))); r.code != 0 {
		t.Error(r.transcript())
	}
}

// suites are test suites that ask the daemon for its version, by the name that the
// README's table has for their runner. Jest is run by the
// test of docs/replay-a-test.md, and the Go test of the table is in
// replayrecord_test.go.
var suites = map[string]struct{ file, text string }{
	"pytest": {"test_version.py", `
import http.client, os, socket
def test_version():
    c = http.client.HTTPConnection("docker")
    c.sock = socket.socket(socket.AF_UNIX)
    c.sock.connect(os.environ["DOCKER_HOST"].removeprefix("unix://"))
    c.request("GET", "/version")
    assert c.getresponse().status == 200
`},
	"node --test": {"version.test.js", `
const test = require("node:test"), http = require("node:http"), assert = require("node:assert");
test("version", (t, done) => http.get({ socketPath: process.env.DOCKER_HOST.replace("unix://", ""), path: "/version" }, (r) => {
  assert.equal(r.statusCode, 200);
  r.resume().on("end", done);
}));
`},
}

// The README's lines for test suites record once and replay without a daemon. So
// does the last line of its workflow.
func TestReadmeSuites(t *testing.T) {
	readme := file(t, "../../../README.md")
	dir := t.TempDir()
	d := docker{t: t, cli: "bash", host: "unix://" + daemonSocket, dir: dir}
	line := func(host, script string) {
		t.Helper()
		cmd := d.command("-e", "-c", script)
		cmd.Env = append(cmd.Env, "DOCKER_HOST="+host, "PATH="+filepath.Dir(dockwire)+":"+os.Getenv("PATH"))
		if r := d.finish(cmd); r.code != 0 {
			t.Errorf("%s\n%s", script, r.transcript())
		}
	}
	for name, suite := range suites {
		_, row, found := strings.Cut(readme, "\n| "+name+" | `")
		if !found {
			t.Fatalf("the README has no row for %s", name)
		}
		record, rest, _ := strings.Cut(row, "` | `")
		replay, _, _ := strings.Cut(rest, "` |")
		if err := os.WriteFile(filepath.Join(dir, suite.file), []byte(suite.text), 0o600); err != nil {
			t.Fatal(err)
		}
		line(d.host, record)
		line("unix:///nowhere.sock", replay)
		line(d.host, "mkdir -p testdata && mv docker.jsonl testdata/")
	}
	_, workflow, _ := strings.Cut(readme, "```yaml\n")
	workflow, _, _ = strings.Cut(workflow, "\n```")
	var steps []struct{ Uses, Run string }
	if err := yaml.Unmarshal([]byte(workflow), &steps); err != nil || len(steps) != 3 {
		t.Fatalf("%d steps, %v", len(steps), err)
	}
	line(d.host, `echo '{"scripts": {"test": "node --test"}}' > package.json`)
	line("unix:///nowhere.sock", steps[2].Run)
}
