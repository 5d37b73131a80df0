//go:build linux

package realdocker

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// own runs dockwire itself, with docker's configuration in a folder.
func own(t *testing.T, config string, args ...string) result {
	t.Helper()
	d := docker{t: t, cli: dockwire, dir: t.TempDir()}
	cmd := d.command(args...)
	cmd.Env = append(cmd.Env, "DOCKER_CONFIG="+config)
	return d.finish(cmd)
}

func TestDoctorKnowsTheDaemon(t *testing.T) {
	config := t.TempDir()
	r := own(t, config, "doctor")
	if r.code != 0 {
		t.Errorf("exit %d: %s%s", r.code, r.stdout, r.stderr)
	}
	server, err := exec.Command(clients(t)[0], "version", "--format", "{{.Server.Version}} {{.Server.APIVersion}}").Output()
	if err != nil {
		t.Fatal(err)
	}
	version, api, _ := strings.Cut(strings.TrimSpace(string(server)), " ")
	for _, part := range []string{"unix://" + daemonSocket, "API version " + api, " " + version + " on linux/", "mode 0"} {
		if !strings.Contains(r.stdout, part) {
			t.Errorf("no %q in:\n%s", part, r.stdout)
		}
	}

	if out, err := exec.Command(clients(t)[0], "--config", config, "context", "create", "real", "--docker", "host=unix://"+daemonSocket).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if r := own(t, config, "doctor", "-c", "real"); r.code != 0 || !strings.Contains(r.stdout, `context "real"`) {
		t.Errorf("exit %d: %s%s", r.code, r.stdout, r.stderr)
	}
}

// What env prints sends real clients through the tap.
func TestEnvSendsClientsThroughTheTap(t *testing.T) {
	p := startTap(t)
	for _, cli := range clients(t) {
		d := docker{t: t, cli: "sh", host: "unix:///elsewhere", dir: t.TempDir()}
		d.must("-c", `eval "$("$0" env --listen "$1" --shell sh)" && "$2" ps`, dockwire, p.host, cli)
	}
	p.stop(t)
	checkRecording(t, p.recording)
}

// A context for as long as the tap runs, as docker itself sees it.
func TestContextForAsLongAsTheTapRuns(t *testing.T) {
	config := t.TempDir()
	t.Setenv("DOCKER_CONFIG", config)
	p := startTap(t, "--context-create", "dwreal-lent")
	waitFor(t, "the context", func() bool {
		found, _ := filepath.Glob(filepath.Join(config, "contexts", "meta", "*", "meta.json"))
		return len(found) == 1
	})
	for _, cli := range clients(t) {
		d := docker{t: t, cli: cli, dir: t.TempDir()}
		if host := strings.TrimSpace(d.must("context", "inspect", "dwreal-lent", "--format", "{{.Endpoints.docker.Host}}")); host != p.host {
			t.Errorf("%s: the context points at %s, want %s", cli, host, p.host)
		}
		d.must("-c", "dwreal-lent", "ps")
	}
	p.stop(t)
	checkRecording(t, p.recording)
	left, err := filepath.Glob(filepath.Join(config, "contexts", "*", "*"))
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
	if _, err := os.Stat(filepath.Join(config, "config.json")); err == nil {
		t.Error("docker's config.json was made")
	}
}
