// Package terminal runs a program in a terminal without a display, so that
// pictures and tests can press keys and look at what it shows. It knows nothing
// of what is shown. Start reading at Start.
package terminal

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"time"

	"github.com/creack/pty"

	"github.com/dockwire/dockwire/ui/emulator"
)

// Terminal is a terminal with a program in it.
type Terminal struct {
	cmd  *exec.Cmd
	pty  *os.File
	read sync.WaitGroup

	mu      sync.Mutex
	screen  *emulator.Screen
	changed chan struct{} // closed when there is something new
}

// Start starts a program. Its stdin, stdout and stderr are the terminal.
func Start(cmd *exec.Cmd, columns, rows int) (*Terminal, error) {
	f, err := pty.StartWithSize(cmd, &pty.Winsize{Cols: uint16(columns), Rows: uint16(rows)})
	if err != nil {
		return nil, err
	}
	t := &Terminal{cmd: cmd, pty: f, screen: emulator.New(columns, rows, 0), changed: make(chan struct{})}
	t.read.Go(t.listen)
	return t, nil
}

// listen draws what the program writes, until it has ended.
func (t *Terminal) listen() {
	b := make([]byte, 64<<10)
	for {
		n, err := t.pty.Read(b)
		if n > 0 {
			t.mu.Lock()
			t.screen.Write(b[:n])
			close(t.changed)
			t.changed = make(chan struct{})
			t.mu.Unlock()
		}
		if err != nil {
			return
		}
	}
}

// Type presses keys, as the bytes that they send.
func (t *Terminal) Type(keys string) error {
	_, err := t.pty.WriteString(keys)
	return err
}

// Text is what the terminal shows, a line a line.
func (t *Terminal) Text() string {
	var b strings.Builder
	for _, row := range t.Cells() {
		var line strings.Builder
		for _, c := range row {
			line.WriteString(c.Text)
		}
		b.WriteString(strings.TrimRight(line.String(), " ") + "\n")
	}
	return b.String()
}

// Cells is what the terminal shows, by row and column.
func (t *Terminal) Cells() [][]emulator.Cell {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.screen.Cells()
}

// Await waits until the terminal shows something that holds.
func (t *Terminal) Await(patience time.Duration, what string, holds func(text string) bool) error {
	late := time.After(patience)
	for {
		t.mu.Lock()
		changed := t.changed
		t.mu.Unlock()
		text := t.Text()
		if holds(text) {
			return nil
		}
		select {
		case <-changed:
		case <-late:
			return fmt.Errorf("the terminal does not show %s:\n%s", what, text)
		}
	}
}

// Shows waits until the terminal shows a text.
func (t *Terminal) Shows(patience time.Duration, part string) error {
	return t.Await(patience, fmt.Sprintf("%q", part), func(text string) bool { return strings.Contains(text, part) })
}

// Wait waits until the program has ended, and returns how, as exec.Cmd.Wait
// does.
func (t *Terminal) Wait() error {
	err := t.cmd.Wait()
	t.read.Wait()
	_ = t.pty.Close()
	return err
}

// Kill ends the program if it runs still.
func (t *Terminal) Kill() { _ = t.cmd.Process.Kill() }
