package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/dockwire/dockwire/cmd/internal/child"
	"github.com/dockwire/dockwire/cmd/internal/lesson"
	"github.com/dockwire/dockwire/intercept"
	"github.com/dockwire/dockwire/ui/safe"
)

// learnShell gives the terminal to a shell whose docker talks to a replay. It is a
// plain shell: one that reads the person's own files could point docker at a
// real daemon again.
func learnShell(l *lesson.Lesson, docker bool, at intercept.Endpoint, r *lessonReplay) error {
	config, err := learnConfig(r.dir)
	if err != nil {
		return err
	}
	name := "/bin/sh"
	if runtime.GOOS == "windows" {
		name = os.Getenv("COMSPEC")
	}
	cmd := exec.Command(name)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	cmd.Env = append(child.Env(learnEnv(os.Environ()), at.DockerHost()), "DOCKER_CONFIG="+config, "DOCKER_CLI_HINTS=false", "BUILDX_NO_DEFAULT_ATTESTATIONS=1", "ENV=", "PS1=lesson $ ")
	if l.Files != "" {
		cmd.Dir = filepath.Join(r.dir, "files")
		if err := l.CopyFiles(cmd.Dir); err != nil {
			return err
		}
	}
	if at.Scheme == "unix" {
		cmd.Env = append(cmd.Env, "DOCKER_SOCKET="+at.Address)
	} else {
		cmd.Env = append(cmd.Env, "DOCKER_ADDRESS="+at.Address)
	}
	if l.Listen == "tls" {
		cmd.Env = append(cmd.Env, "CERTS="+filepath.Join(r.pki(), "clients", labClient))
	}
	commands := l.Try
	if !docker {
		commands = l.Curl
	}
	fmt.Printf("\n%s\n", safe.Lines(strings.TrimSpace(l.Task)))
	for _, c := range commands {
		fmt.Printf("  $ %s\n", safe.String(c))
	}
	fmt.Print("exit brings you back to the lesson.\n\n")
	if err := cmd.Run(); err != nil && cmd.ProcessState == nil {
		return err
	}
	return nil
}

// learnEnv is env without what would make the learner's docker ask for other things
// than were recorded.
func learnEnv(env []string) []string {
	return slices.DeleteFunc(slices.Clone(env), func(e string) bool {
		name, _, _ := strings.Cut(e, "=")
		return strings.HasPrefix(name, "BUILDX_") || slices.Contains([]string{"DOCKER_BUILDKIT", "DOCKER_API_VERSION", "DOCKER_DEFAULT_PLATFORM"}, name)
	})
}

// learnConfig makes a folder for what docker keeps, so that the learner's own
// contexts and logins are neither used nor changed. Plugins are the learner's.
func learnConfig(dir string) (string, error) {
	config := filepath.Join(dir, "config")
	if err := os.Mkdir(config, 0o700); err != nil {
		return "", err
	}
	own := os.Getenv("DOCKER_CONFIG")
	if own == "" {
		home, err := os.UserHomeDir()
		if err != nil {
			return config, nil
		}
		own = filepath.Join(home, ".docker")
	}
	if _, err := os.Stat(filepath.Join(own, "cli-plugins")); err == nil {
		_ = os.Symlink(filepath.Join(own, "cli-plugins"), filepath.Join(config, "cli-plugins"))
	}
	return config, nil
}
