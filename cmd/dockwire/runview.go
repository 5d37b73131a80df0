package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// lines is the file that lines about calls go to.
func (f *runFlags) lines() (*os.File, error) {
	if f.trace == "" {
		return os.Stderr, nil
	}
	to, err := os.OpenFile(f.trace, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, os.ErrExist) {
		return nil, fmt.Errorf("--trace: %w: give another name", err)
	}
	return to, err
}

// runView is the screen on a command's calls. The zero value shows nothing.
type runView struct {
	path    string // of the recording
	private bool   // not asked for; removed after viewing
	beside  bool   // in a pane of tmux's window
}

// prepareView chooses the recording: the one of --output, or a private one.
func (f *runFlags) prepareView() (*runView, error) {
	if !onTerminal() {
		return nil, errors.New("--ui needs a terminal")
	}
	if f.record.output == "" {
		dir, err := spoolDir()
		if err != nil {
			return nil, err
		}
		f.record.output = filepath.Join(dir, "calls.jsonl")
		return &runView{path: f.record.output, private: true}, nil
	}
	f.record.atOnce = true // the screen looks there
	path, err := filepath.Abs(f.record.output)
	return &runView{path: path}, err
}

// open opens the screen beside the command, within tmux.
func (v *runView) open() {
	if v.path == "" || os.Getenv("TMUX") == "" {
		return
	}
	self, err := os.Executable()
	if err != nil {
		return
	}
	cmd := exec.Command("tmux", "split-window", "-d", "-l", "60%", self, "view", v.path)
	if pane := os.Getenv("TMUX_PANE"); pane != "" {
		cmd.Args = append(cmd.Args[:2], append([]string{"-t", pane}, cmd.Args[2:]...)...)
	}
	v.beside = cmd.Run() == nil
}

// show opens the screen after the command, unless it was open beside it.
func (v *runView) show(filter string) error {
	if v.path == "" || v.beside {
		return nil
	}
	return viewFile(v.path, filter)
}

// remove removes a private recording, unless a screen beside the command may
// still read it.
func (v *runView) remove() {
	if v.private && !v.beside {
		_ = os.RemoveAll(filepath.Dir(v.path))
	}
}
