package intercept

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"time"

	"github.com/docker/cli/cli/connhelper/ssh"
)

// sshEndpoint checks an address and leaves it as it is written.
func sshEndpoint(s string) (Endpoint, error) {
	if _, err := sshArguments(s); err != nil {
		return Endpoint{}, err
	}
	return Endpoint{Scheme: "ssh", Address: strings.TrimPrefix(s, "ssh://")}, nil
}

// sshArguments are those of the docker command line for the same address
// (docker/cli cli/connhelper): the far side's own docker joins its stdin and
// stdout to the daemon's socket.
func sshArguments(address string) ([]string, error) {
	far, err := ssh.ParseURL(address)
	if err != nil {
		return nil, err
	}
	remote := []string{"docker", "system", "dial-stdio"}
	if strings.Trim(far.Path, "/") != "" {
		remote = []string{"docker", "--host=unix://" + far.Path, "system", "dial-stdio"}
	}
	return far.Command([]string{"-o", "ConnectTimeout=30", "-T"}, remote...)
}

// dialSSH starts an ssh for one connection. Only a read shows whether ssh could
// connect.
func (s *Server) dialSSH(ep Endpoint) (conn, error) {
	args, err := sshArguments(ep.String())
	if err != nil {
		return nil, err
	}
	theirIn, stdin, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	stdout, theirOut, err := os.Pipe()
	if err != nil {
		theirIn.Close()
		stdin.Close()
		return nil, err
	}
	c := &sshConn{cmd: exec.Command("ssh", args...), stdin: stdin, stdout: stdout, gone: make(chan struct{})}
	c.cmd.Stdin, c.cmd.Stdout, c.cmd.Stderr = theirIn, theirOut, &c.stderr
	c.cmd.SysProcAttr = sshAttributes()
	c.cmd.WaitDelay = time.Second // an ssh that others share goes on and keeps stderr
	err = c.cmd.Start()
	theirIn.Close()
	theirOut.Close()
	if err != nil {
		stdin.Close()
		stdout.Close()
		return nil, fmt.Errorf("cannot start ssh: %w", err)
	}
	s.work.Go(c.reap)
	return c, nil
}
