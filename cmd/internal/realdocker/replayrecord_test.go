//go:build linux

package realdocker

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dockwire/dockwire/recordings/replay"
)

// A Go test records itself through the real daemon, then runs without one.
func TestGoTestRecordsThenReplays(t *testing.T) {
	file := filepath.Join(t.TempDir(), "run.jsonl")
	direct := docker{t: t, cli: clients(t)[0], name: unique("dwreplayrecord"), dir: t.TempDir()}
	direct.removeAtEnd()
	body := func(t *testing.T) string {
		d := direct
		d.t, d.host = t, replay.New(t, file, replay.AllUsed()).Host()
		out := d.input("hello", "run", "-i", "--name", d.name, "busybox", "sh", "-c", "cat; exit 7").transcript()
		out += d.must("inspect", "--format", "{{.Id}} {{.State.ExitCode}} {{.State.FinishedAt}}", d.name)
		d.must("rm", d.name)
		return out + d.run("inspect", d.name).transcript()
	}

	var recorded, replayed string
	t.Setenv("DOCKWIRE_BIN", dockwire)
	t.Setenv("DOCKER_HOST", "unix://"+daemonSocket)
	t.Setenv("DOCKWIRE_RECORD", "1")
	t.Run("record", func(t *testing.T) { recorded = body(t) })
	if !strings.Contains(recorded, "hello") || !strings.Contains(recorded, "exit 7") {
		t.Fatalf("recorded:\n%s", recorded)
	}
	checkRecording(t, file)

	// Neither a daemon nor dockwire is in reach any more.
	os.Unsetenv("DOCKWIRE_RECORD") // Setenv above puts it back
	t.Setenv("DOCKER_HOST", "unix:///nonexistent.sock")
	t.Setenv("DOCKWIRE_BIN", "/nonexistent")
	before, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	t.Run("replay", func(t *testing.T) { replayed = body(t) })
	if replayed != recorded {
		t.Errorf("recorded:\n%s\nreplayed:\n%s", recorded, replayed)
	}
	if after, err := os.ReadFile(file); string(after) != string(before) || err != nil {
		t.Errorf("the replay changed the recording: %v", err)
	}
}
