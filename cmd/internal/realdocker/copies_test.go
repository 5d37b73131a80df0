//go:build linux

package realdocker

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/recordings"
	"github.com/dockwire/dockwire/ui/model"
	"github.com/dockwire/dockwire/ui/tui/copyas"
)

// TestCopiesWork runs what the screen copies, curl, docker and Go, against the
// daemon: each call is answered as it was.
func TestCopiesWork(t *testing.T) {
	d := docker{t: t, cli: clients(t)[0], host: "unix://" + daemonSocket, name: unique("dwcopies"), dir: t.TempDir()}
	d.removeAtEnd()
	d.must("run", "-d", "--name", d.name, "-l", "a={b} [c] it's", "busybox", "sleep", "300")
	p := startTap(t)
	through := d
	through.host = p.host
	through.must("ps", "-a", "--filter", "label=a={b} [c] it's")
	through.must("inspect", d.name)
	through.must("top", d.name)
	through.run("rename", d.name, d.name) // to its own name: refused, each time
	p.stop(t)

	copied := map[string]int{}
	for _, events := range exchanges(t, p.recording) {
		in := model.NewDetailReader(nil)
		for _, e := range events {
			in.Event(e)
		}
		x := in.Detail()
		for _, f := range copyas.Forms(x, d.host) {
			if f.Text == "" || f.Name == "JSON" || x.Call.Op.ID == "SystemPingHead" && f.Name == "docker" {
				continue
			}
			copied[f.Name]++
			t.Run(x.Call.Op.ID+" as "+f.Name, func(t *testing.T) { runCopy(t, d, f, x.Status) })
		}
	}
	for _, name := range []string{"curl", "docker", "Go", "Python", "JavaScript"} {
		if copied[name] < 3 {
			t.Errorf("%d calls were copied as %s", copied[name], name)
		}
	}
}

func runCopy(t *testing.T, d docker, f copyas.Form, status int) {
	d.t = t
	script := f.Text
	switch f.Name {
	case "curl":
		script = strings.Replace(script, "curl ", "curl -sS -o /dev/null -w '%{http_code}' ", 1)
	case "docker":
		script = d.cli + strings.TrimPrefix(script, "docker")
	case "Go":
		script = scriptOf(t, "go", "go", f.Text)
	case "Python":
		script = scriptOf(t, "python3", "py", f.Text)
	case "JavaScript":
		script = scriptOf(t, "node", "mjs", f.Text)
	}
	cmd := exec.Command("sh", "-c", script)
	cmd.Env = append(os.Environ(), "DOCKER_HOST="+d.host, "DOCKER_CONTEXT=")
	r := d.finish(cmd)
	switch {
	case f.Name == "docker" && (r.code != 0) != (status >= 400):
		t.Errorf("exit code %d, recorded was %d\n%s\n%s", r.code, status, f.Text, r.stderr)
	case f.Name != "docker" && firstWord(r.stdout) != fmt.Sprint(status):
		t.Errorf("answered with %q, recorded was %d\n%s\n%s", r.stdout, status, f.Text, r.stderr)
	}
}

func firstWord(s string) string { return strings.TrimSpace(s[:min(len(s), 3)]) }

// scriptOf is the command that runs a snippet, where there is a program for it.
func scriptOf(t *testing.T, program, ending, snippet string) string {
	t.Helper()
	if _, err := exec.LookPath(program); err != nil {
		t.Skip(err)
	}
	path := filepath.Join(t.TempDir(), "call."+ending)
	if err := os.WriteFile(path, []byte(snippet), 0o600); err != nil {
		t.Fatal(err)
	}
	if program == "go" {
		program = "go run"
	}
	return program + " " + path
}

// exchanges are the events of each exchange of a recording.
func exchanges(t *testing.T, path string) [][]decode.Event {
	t.Helper()
	in, err := recordings.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	var all [][]decode.Event
	place := map[decode.ExchangeID]int{}
	for {
		e, err := in.Next()
		if err == io.EOF {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
		x := e.From().Exchange
		if _, ok := e.(*decode.RequestHead); ok {
			place[x] = len(all)
			all = append(all, nil)
		}
		if i, ok := place[x]; ok {
			all[i] = append(all[i], decode.Clone(e))
		}
	}
}
