package main

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"

	"github.com/dockwire/dockwire/cmd/internal/child"
	"github.com/dockwire/dockwire/intercept"
)

// shell runs a shell on the terminal. Ctrl-Z opens it instead of stopping
// dockwire, because the traffic runs through dockwire.
func shell(at []intercept.Endpoint) {
	name := os.Getenv("SHELL")
	switch {
	case name != "":
	case runtime.GOOS == "windows":
		name = os.Getenv("COMSPEC")
	default:
		name = "/bin/sh"
	}
	cmd := exec.Command(name)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	cmd.Env = os.Environ()
	if len(at) > 0 && at[0].Scheme != "tls" {
		cmd.Env = child.Env(cmd.Env, at[0].DockerHost())
	}
	fmt.Println("dockwire: traffic goes on; this shell's docker commands go through dockwire; exit brings you back")
	if err := cmd.Run(); err != nil && cmd.ProcessState == nil {
		fmt.Printf("dockwire: %v\n", err)
	}
}
