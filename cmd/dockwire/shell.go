package main

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"

	"github.com/dockwire/dockwire/intercept"
)

// shell gives the terminal to a shell for a while. The process itself is not
// stopped, as Ctrl-Z would: the traffic runs through it.
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
		cmd.Env = childEnv(cmd.Env, at[0].DockerHost())
	}
	fmt.Println("dockwire: traffic goes on; this shell's docker commands go through dockwire; exit brings you back")
	if err := cmd.Run(); err != nil && cmd.ProcessState == nil {
		fmt.Printf("dockwire: %v\n", err)
	}
}
