//go:build unix

package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dockwire/dockwire/cmd/internal/lesson"
	"github.com/dockwire/dockwire/ui/screens/terminal"
)

// The course is played from its beginning to its end, as a learner does: each
// page, each picture, and each command in the shell. Once with docker, where
// there is one, and once with curl alone.
func TestLearnIsPlayed(t *testing.T) {
	dockwire, err := exec.LookPath("dockwire")
	if err != nil {
		t.Fatal(err)
	}
	curl, err := exec.LookPath("curl")
	if err != nil {
		t.Skip("needs curl")
	}
	docker, err := exec.LookPath("docker")
	t.Run("docker", func(t *testing.T) {
		if err != nil {
			t.Skip("docker is not installed here")
		}
		t.Parallel()
		playCourse(t, true, dockwire, docker, curl)
	})
	t.Run("curl", func(t *testing.T) {
		t.Parallel()
		playCourse(t, false, dockwire, curl)
	})
}

// playCourse plays all lessons with nothing but some programs in PATH.
func playCourse(t *testing.T, docker bool, programs ...string) {
	dir, err := os.MkdirTemp("", "dwl") // a socket's path may not be long
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	bin := filepath.Join(dir, "bin")
	if err := os.Mkdir(bin, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"cut", "sed", "cat", "sh"} {
		path, err := exec.LookPath(name)
		if err != nil {
			t.Fatal(err)
		}
		programs = append(programs, path)
	}
	for _, p := range programs {
		if err := os.Symlink(p, filepath.Join(bin, filepath.Base(p))); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command(filepath.Join(bin, "dockwire"), "learn", "--speed", "instant")
	cmd.Env = []string{"PATH=" + bin, "HOME=" + os.Getenv("HOME"), "TMPDIR=" + dir, "XDG_CONFIG_HOME=" + dir, "XDG_RUNTIME_DIR=" + dir,
		"DOCKER_HOST=unix:///nowhere/docker.sock", "TERM=xterm-256color", "LANG=C.UTF-8"}
	term, err := terminal.Start(cmd, 80, 24)
	if err != nil {
		t.Fatal(err)
	}
	defer term.Kill()
	p := learner{t, term, docker && exec.Command("docker", "buildx", "version").Run() == nil}
	c, err := lesson.BuiltIn()
	if err != nil {
		t.Fatal(err)
	}
	for i, l := range c.Lessons {
		p.lesson(i, l, docker)
	}
	p.shows("dockwire learn\n")
	for i := range c.Lessons {
		done := docker || len(c.Lessons[i].Curl) > 0
		if sign := fmt.Sprintf("✓ %2d  ", i+1); strings.Contains(term.Text(), sign) != done {
			t.Errorf("lesson %d, done %v:\n%s", i+1, done, term.Text())
		}
	}
	p.keys("q")
	if err := term.Wait(); err != nil {
		t.Fatal(err)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "dockwire-*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
	out, err := exec.Command("env", append(cmd.Env, filepath.Join(bin, "dockwire"), "learn", "--list")...).Output()
	if err != nil || !strings.Contains(string(out), "✓  1  What a socket is") {
		t.Errorf("--list: %v\n%s", err, out)
	}
}

// learner is at the terminal.
type learner struct {
	t      *testing.T
	term   *terminal.Terminal
	buildx bool // docker has its plugin for builds
}

func (p *learner) keys(keys string) {
	p.t.Helper()
	if err := p.term.Type(keys); err != nil {
		p.t.Fatal(err)
	}
}

func (p *learner) shows(part string) {
	p.t.Helper()
	if err := p.term.Shows(60*time.Second, part); err != nil {
		p.t.Fatal(err)
	}
}

// lesson plays one, and goes on to what comes after it.
func (p *learner) lesson(i int, l *lesson.Lesson, docker bool) {
	p.t.Helper()
	pages, err := l.Pages()
	if err != nil {
		p.t.Fatal(err)
	}
	all := len(pages) + 2
	for page := 1; page <= len(pages); page++ {
		p.shows(fmt.Sprintf("%d/%d", page, all))
		p.shows(fmt.Sprintf("Lesson %d of", i+1))
		p.keys("n")
	}
	p.shows("That was all of it")
	p.keys("n")
	p.shows("t opens a shell")
	commands, then := l.Try, "; "
	if !docker || l.Files != "" && !p.buildx {
		commands = l.Curl
	} else if l.Files != "" { // builds go well, and go well again
		commands, then = slices.Repeat(commands, 2), " && "
	}
	if i == 0 { // nothing was done: the hint comes
		p.keys("t")
		p.shows("exit brings you back to the lesson.")
		p.keys("exit\n")
		p.shows("· not yet: no call of SystemVersion")
	}
	if len(commands) > 0 {
		p.keys("t")
		p.shows("exit brings you back to the lesson.")
		for n, c := range commands {
			mark := fmt.Sprintf("done-%d-%d", i, n)
			p.keys(c + then + "echo " + mark[:5] + "''" + mark[5:] + "\n")
			p.shows(mark)
		}
		p.keys("exit\n")
		p.shows("✓ Done")
	}
	p.keys("n")
}
