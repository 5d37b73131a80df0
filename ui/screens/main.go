// Command screens takes the pictures of the screen that the README shows: the
// real binary on the demo's recording, in a terminal, as SVG. make screens runs
// it; its test fails when the pictures are not those of the code.
package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/dockwire/dockwire/ui/picture"
	"github.com/dockwire/dockwire/ui/screens/terminal"
)

// recordings is what the pictures show, from the root of the project, by the
// name under which it is opened.
var recordings = map[string]string{
	"demo.jsonl.zst": "cmd/dockwire/demo/recording.jsonl.zst",
	"up.jsonl":       "recordings/testdata/sessions/compose-unhealthy.jsonl",
	"run.jsonl":      "recordings/testdata/sessions/run-not-found-in-shell.jsonl",
	"build.jsonl":    "recordings/testdata/sessions/build-step-fails.jsonl",
}

// columns is how wide the pictures are.
const columns = 104

// shot is a picture: keys, each with what the screen shows when it has done
// its work.
type shot struct {
	name  string
	of    string // one of recordings
	rows  int
	steps []step
}

type step struct{ keys, shows string }

const demo = "demo.jsonl.zst"

// shots are the pictures, all of which begin with the closed tree.
var shots = []shot{
	{"calls", demo, 34, []step{{"gjj\r", "204 ContainerStart"}, {"jj\r", "ContainerCreate  POST /containers/create"}}},
	{"stream", demo, 12, []step{{"gjjj\r", "ContainerLogs"}, {"jjj\r", "ContainerLogs  GET"}, {"]]]z", "stderr │ GET /pay 500"}}},
	{"sequence", demo, 17, []step{{"gjjjjj", "shop-web"}, {"s", "exit 3"}}},
	{"failure", "up.jsonl", 26, []step{{"e", "✗ compose up: dwv-c1-db-1 is unhealthy"}}},
	{"statistics", demo, 34, []step{{"S", "The slowest"}}},
}

func main() {
	if err := takeAll(); err != nil {
		fmt.Fprintln(os.Stderr, "screens:", err)
		os.Exit(1)
	}
}

func takeAll() error {
	work, err := os.MkdirTemp("", "dockwire-screens-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	if err := prepare(".", work); err != nil {
		return err
	}
	for _, s := range shots {
		picture, err := s.take(work, still())
		if err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
		if err := os.WriteFile(filepath.Join("ui", "screens", s.name+".svg"), []byte(picture), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// prepare builds dockwire and lays the recordings beside it.
func prepare(root, work string) error {
	build := exec.Command("go", "build", "-o", filepath.Join(work, "dockwire"), "./cmd/dockwire")
	build.Dir = root
	if out, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("%w\n%s", err, out)
	}
	for name, path := range recordings {
		b, err := os.ReadFile(filepath.Join(root, path))
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(work, name), b, 0o600); err != nil {
			return err
		}
	}
	return nil
}

// pictureOf is what a terminal shows, as SVG.
func pictureOf(t *terminal.Terminal) string {
	var b bytes.Buffer
	picture.Draw(&b, t.Cells())
	return b.String()
}

// first is the first of what is seen that holds, the last one there was when none
// does.
func first(seen func() string, holds func(string) bool) string {
	for began := time.Now(); ; time.Sleep(20 * time.Millisecond) {
		if s := seen(); holds(s) || time.Since(began) > patience {
			return s
		}
	}
}

// still holds once what is seen has been the same for a while.
func still() func(string) bool {
	var last string
	var since time.Time
	return func(seen string) bool {
		if seen != last {
			last, since = seen, time.Now()
		}
		return time.Since(since) > time.Second
	}
}

// patience is how long a slow machine may take for a step.
const patience = 30 * time.Second

// open shows the recording in a terminal, as it is before any key.
func open(work, recording string, columns, rows int) (*terminal.Terminal, error) {
	cmd := exec.Command(filepath.Join(work, "dockwire"), "view", recording)
	cmd.Dir = work
	// A terminal of all colours, and nothing that a person has set.
	cmd.Env = []string{"TERM=xterm-256color", "COLORTERM=truecolor", "LANG=C.UTF-8", "TZ=UTC", "HOME=" + work, "XDG_CONFIG_HOME=" + filepath.Join(work, "config"), "PATH=" + os.Getenv("PATH")}
	t, err := terminal.Start(cmd, columns, rows)
	if err != nil {
		return nil, err
	}
	err = t.Await(patience, "the recording", func(text string) bool {
		return strings.Contains(text, "recording\n") && strings.Contains(text, "▸")
	})
	if err != nil {
		t.Kill()
	}
	return t, err
}

// take takes the picture once it holds.
func (s *shot) take(work string, holds func(picture string) bool) (string, error) {
	t, err := open(work, s.of, columns, s.rows)
	if err != nil {
		return "", err
	}
	defer t.Kill()
	for _, st := range s.steps {
		if err := t.Type(st.keys); err != nil {
			return "", err
		}
		if err := t.Shows(patience, st.shows); err != nil {
			return "", err
		}
	}
	picture := first(func() string { return pictureOf(t) }, holds)
	_ = t.Type("qq")
	return picture, t.Wait()
}
