package child

import (
	"bytes"
	"errors"
	"io"
	"os/exec"

	"github.com/creack/pty"
)

// maxOutput is how much of a command's output is kept.
const maxOutput = 64 << 10

// noInput is what a command reads: empty lines, as docker login waits for ever at
// the end of its input, and then Ctrl-D, which a terminal takes for that end. Each
// is there twice, for a command that asks twice.
const noInput = "\n\n\x04\x04"

// Output keeps the first part of what a command writes.
type Output struct{ bytes.Buffer }

func (s *Output) Write(p []byte) (int, error) {
	s.Buffer.Write(p[:min(len(p), max(maxOutput-s.Len(), 0))])
	return len(p), nil
}

// OnPTY runs a command with a terminal as its stdin, because docker run -it needs
// one. Its output is not a terminal, because docker save refuses one. Nobody types:
// a command that asks something gets no answer. On systems without
// pseudo-terminals it runs without.
func OnPTY(cmd *exec.Cmd, out *Output) error {
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
	if _, err := io.WriteString(terminal, noInput); err != nil {
		return err
	}
	return cmd.Run()
}
