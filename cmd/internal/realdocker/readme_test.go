//go:build linux

package realdocker

import (
	"bytes"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
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
