package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"

	"github.com/dockwire/dockwire/intercept/dockercontext"
)

// Some programs keep settings by the daemon's address. They would lose them in a
// command whose DOCKER_HOST is a private socket. This file keeps those settings,
// or warns about them.

// buildxDir is where buildx keeps its builders.
func buildxDir() string {
	if dir := os.Getenv("BUILDX_CONFIG"); dir != "" {
		return dir
	}
	return filepath.Join(dockerDir(), "buildx")
}

// chosenBuilder is the builder that `docker buildx use` chose for a daemon, or
// "". buildx keeps one choice, together with the daemon's address, and drops it
// at another address.
func chosenBuilder(daemon dockercontext.Endpoint) string {
	b, err := os.ReadFile(filepath.Join(buildxDir(), "current"))
	if err != nil {
		return ""
	}
	var current struct {
		Key, Name string
		Global    bool
	}
	if json.Unmarshal(b, &current) != nil {
		return ""
	}
	if current.Global || current.Key == buildxKey(daemon) {
		return current.Name
	}
	return ""
}

// buildxKey is what buildx calls a daemon.
func buildxKey(daemon dockercontext.Endpoint) string {
	if daemon.Context == "" || daemon.Context == dockercontext.DefaultName {
		return daemon.Host
	}
	return daemon.Context
}

// keepBuilder adds the chosen builder to the environment of a command, unless
// it already names one.
func keepBuilder(env []string, daemon dockercontext.Endpoint) []string {
	if os.Getenv("BUILDX_BUILDER") != "" {
		return env
	}
	if name := chosenBuilder(daemon); name != "" {
		return append(env, "BUILDX_BUILDER="+name)
	}
	return env
}

// mendBuilders gives the builders that the command has made the daemon's address
// instead of the private socket's, as buildx would have without dockwire.
func mendBuilders(socket string, daemon dockercontext.Endpoint) {
	files, _ := filepath.Glob(filepath.Join(buildxDir(), "instances", "*"))
	for _, file := range append(files, filepath.Join(buildxDir(), "current")) {
		b, err := os.ReadFile(file)
		if err != nil || !bytes.Contains(b, []byte(socket)) {
			continue
		}
		if err := replaceFile(file, bytes.ReplaceAll(b, []byte(socket), []byte(buildxKey(daemon)))); err != nil {
			name := filepath.Base(file)
			say("warning: the buildx builder %s was made for this run's private socket and will not find its daemon: %v; make it again: docker buildx create --name %s %s", name, err, name, daemon.Host)
		}
	}
}
