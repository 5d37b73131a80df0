package child

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"os/signal"
	"slices"
	"syscall"

	"golang.org/x/term"
)

// Exit codes of `dockwire run` when the command did not run, as docker run, env
// and the shells have them.
const (
	OwnFailure = 125 // dockwire failed
	notRun     = 126 // the command was found and cannot be run
	notFound   = 127 // there is no such command
)

// Run runs a command with dockwire's own stdin, stdout, stderr and
// terminal, and returns its exit code, and the signal it died of, if any.
//
// The child stays in dockwire's process group: the terminal sends Ctrl-C,
// Ctrl-\, Ctrl-Z and resizes to both, so dockwire only has to outlive them.
// Signals that came from elsewhere are passed on.
func Run(args, env []string) (code int, died syscall.Signal, err error) {
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Env = env
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr

	signals := make(chan os.Signal, 16)
	signal.Notify(signals, Signals...)
	defer signal.Stop(signals)

	if err := cmd.Start(); err != nil {
		code, err = notStarted(args[0], err)
		return code, 0, err
	}
	exited := make(chan struct{})
	passed := make(chan struct{})
	go func() {
		defer close(passed)
		passSignals(cmd.Process, signals, exited)
	}()
	err = cmd.Wait()
	close(exited)
	<-passed

	var status *exec.ExitError
	if err != nil && !errors.As(err, &status) {
		return OwnFailure, 0, fmt.Errorf("waiting for %s: %w", args[0], err)
	}
	return exitCode(cmd.ProcessState), deathSignal(cmd.ProcessState), nil
}

func passSignals(child *os.Process, signals <-chan os.Signal, exited <-chan struct{}) {
	sharesTerminal := OnTerminal()
	for {
		select {
		case s := <-signals:
			if sharesTerminal && fromTerminal(s) {
				continue // the terminal sent it to the child too
			}
			_ = child.Signal(s) // fails only when the child is gone
		case <-exited:
			return
		}
	}
}

func notStarted(name string, err error) (int, error) {
	if errors.Is(err, exec.ErrNotFound) || errors.Is(err, fs.ErrNotExist) {
		return notFound, fmt.Errorf("%s: command not found", name)
	}
	return notRun, fmt.Errorf("cannot run %s: %w", name, err)
}

// OnTerminal reports whether stdin, stdout or stderr is a terminal. Signals that
// the terminal sends then reach the whole process group.
func OnTerminal() bool {
	return slices.ContainsFunc([]*os.File{os.Stdin, os.Stdout, os.Stderr}, func(f *os.File) bool { return term.IsTerminal(int(f.Fd())) })
}
