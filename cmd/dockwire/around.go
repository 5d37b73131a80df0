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
	key := daemon.Context
	if key == "" || key == dockercontext.DefaultName {
		key = daemon.Host
	}
	if current.Global || current.Key == key {
		return current.Name
	}
	return ""
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

// warnOfBuilders names the builders that the command made. They will look for
// their daemon at the private socket, which is gone.
func warnOfBuilders(socket, daemon string) {
	files, _ := filepath.Glob(filepath.Join(buildxDir(), "instances", "*"))
	for _, file := range files {
		if b, err := os.ReadFile(file); err == nil && bytes.Contains(b, []byte(socket)) {
			name := filepath.Base(file)
			say("warning: the buildx builder %s was made for this run's private socket and will not find its daemon; make it again: docker buildx rm --keep-state %s; docker buildx create --name %s %s", name, name, name, daemon)
		}
	}
}

// warnOfProxies says that docker will not find the proxies which config.json
// has for one daemon: it looks for them by DOCKER_HOST.
func warnOfProxies(daemon string) {
	b, err := os.ReadFile(filepath.Join(dockerDir(), "config.json"))
	if err != nil {
		return
	}
	var config struct {
		Proxies map[string]json.RawMessage `json:"proxies"`
	}
	if json.Unmarshal(b, &config) == nil && config.Proxies[daemon] != nil {
		say("warning: config.json has proxies for %s alone, and docker does not take them for the private socket of this run: give them under \"default\", or with --env and --build-arg", daemon)
	}
}
