// Command dockwire shows, records and replays what Docker clients and the
// Docker daemon say to each other.
//
// A file holds one command: its flags and how it joins the packages that do
// the work. Start reading at root.go.
package main

import (
	"errors"
	"fmt"
	"os"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/dockwire/dockwire/cmd/internal/child"
	"github.com/dockwire/dockwire/cmd/internal/cliplugin"
)

// version is set by the linker in releases.
var version = "dev"

func main() {
	if cliplugin.Called(os.Args[0]) {
		os.Exit(executePlugin(os.Args[1:]))
	}
	os.Exit(execute(rootCommand(), os.Args[1:]))
}

// execute runs one command line and returns the exit code.
func execute(root *cobra.Command, args []string) int {
	root.SetArgs(args)
	err := root.Execute()
	if err == nil {
		return 0
	}
	var exit exitError
	if !errors.As(err, &exit) {
		exit = exitError{code: 1, err: err}
	}
	if exit.err != nil {
		say("%v", exit.err)
	}
	if exit.signal != 0 {
		child.DieBy(exit.signal)
	}
	return exit.code
}

// exitError is an error with the exit code it means. A nil err exits without
// a message: all has been said, or it is a child's own exit code.
type exitError struct {
	code   int
	err    error
	signal syscall.Signal // not 0: the command died of it
}

func (e exitError) Error() string {
	if e.err == nil {
		return fmt.Sprintf("exit code %d", e.code)
	}
	return e.err.Error()
}

func (e exitError) Unwrap() error { return e.err }
