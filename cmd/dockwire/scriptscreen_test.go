package main

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/dockwire/dockwire/ui/screens/terminal"
)

// Scripts look at the screen with:
//
//	screen 80x24 COMMAND...  starts a command in a terminal of that size
//	shows TEXT...            until the terminal shows all of it
//	press KEY...             presses keys: single characters, enter, esc, ctrl-c
//	ends [TEXT...]           until the command has ended well; the terminal shows TEXT
//
// There is one terminal a script at a time.
var terminals sync.Map // by script

// screenPatienceTest is how long a slow machine may take.
const screenPatienceTest = 60 * time.Second

func openScreen(ts *testscript.TestScript, neg bool, args []string) {
	var columns, rows int
	if len(args) < 2 || neg {
		ts.Fatalf("usage: screen 80x24 COMMAND...")
	}
	if _, err := fmt.Sscanf(args[0], "%dx%d", &columns, &rows); err != nil {
		ts.Fatalf("size %q: %v", args[0], err)
	}
	program, found := args[1], false
	for _, dir := range filepath.SplitList(ts.Getenv("PATH")) {
		if path, err := exec.LookPath(filepath.Join(dir, program)); err == nil && !found {
			program, found = path, true
		}
	}
	cmd := exec.Command(program, args[2:]...)
	cmd.Dir = ts.MkAbs(".")
	for _, name := range []string{"PATH", "HOME", "TMPDIR", "TZ", "DOCKER_HOST", "XDG_CONFIG_HOME", "NO_COLOR"} {
		if v := ts.Getenv(name); v != "" {
			cmd.Env = append(cmd.Env, name+"="+v)
		}
	}
	cmd.Env = append(cmd.Env, "TERM=xterm-256color", "COLORTERM=truecolor", "LANG=C.UTF-8")
	t, err := terminal.Start(cmd, columns, rows)
	ts.Check(err)
	terminals.Store(ts, t)
	ts.Defer(t.Kill)
}

func terminalOf(ts *testscript.TestScript) *terminal.Terminal {
	t, ok := terminals.Load(ts)
	if !ok {
		ts.Fatalf("there is no screen")
	}
	return t.(*terminal.Terminal)
}

func shows(ts *testscript.TestScript, neg bool, args []string) {
	for _, part := range args {
		if neg {
			if text := terminalOf(ts).Text(); strings.Contains(text, part) {
				ts.Fatalf("the terminal shows %q:\n%s", part, text)
			}
			continue
		}
		ts.Check(terminalOf(ts).Shows(screenPatienceTest, part))
	}
}

func press(ts *testscript.TestScript, neg bool, args []string) {
	named := map[string]string{"enter": "\r", "esc": "\x1b", "ctrl-c": "\x03", "ctrl-z": "\x1a", "tab": "\t"}
	for _, key := range args {
		if name, ok := named[key]; ok {
			key = name
		}
		ts.Check(terminalOf(ts).Type(key))
	}
}

func ends(ts *testscript.TestScript, neg bool, args []string) {
	t := terminalOf(ts)
	ended := make(chan error, 1)
	go func() { ended <- t.Wait() }()
	select {
	case err := <-ended:
		if (err != nil) != neg {
			ts.Fatalf("it ended with %v:\n%s", err, t.Text())
		}
	case <-time.After(screenPatienceTest):
		t.Kill()
		<-ended
		ts.Fatalf("it does not end:\n%s", t.Text())
	}
	for _, part := range args {
		if text := t.Text(); !strings.Contains(text, part) {
			ts.Fatalf("in the end the terminal does not show %q:\n%s", part, text)
		}
	}
}
