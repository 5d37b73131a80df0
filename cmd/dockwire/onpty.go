package main

import (
	"bytes"
	"errors"
	"os/exec"

	"github.com/creack/pty"
)

// maxSaid is how much of a command's output is kept.
const maxSaid = 64 << 10

// said keeps the first part of what a command says.
type said struct{ bytes.Buffer }

func (s *said) Write(p []byte) (int, error) {
	s.Buffer.Write(p[:min(len(p), max(maxSaid-s.Len(), 0))])
	return len(p), nil
}

// onPTY runs a command with a terminal as its stdin, as docker run -it wants
// one. Its output is no terminal: docker save wants none. Where the system has
// no such terminals it runs without.
func onPTY(cmd *exec.Cmd, out *said) error {
	cmd.Stdout, cmd.Stderr = out, out
	terminal, stdin, err := pty.Open()
	if errors.Is(err, pty.ErrUnsupported) {
		return cmd.Run()
	}
	if err != nil {
		return err
	}
	defer terminal.Close()
	defer stdin.Close()
	cmd.Stdin = stdin
	return cmd.Run()
}
