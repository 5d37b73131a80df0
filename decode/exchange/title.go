package exchange

import (
	"path"
	"slices"
	"strings"
	"time"

	"github.com/dockwire/dockwire/decode"
)

// maxTitle bounds a command's title.
const maxTitle = 1024

// titleOf is a command line as a person would type it.
func titleOf(argv []string, agent string) string {
	switch {
	case len(argv) > 0:
		s := strings.Join(plain(argv), " ")
		return s[:min(len(s), maxTitle)]
	case agent != "":
		return agent[:min(len(agent), maxTitle)]
	}
	return "unknown client"
}

// plain is a command line without the folder of the program, and that of a
// plugin of docker as it was typed: "docker compose up" for "…/docker-compose
// compose up".
func plain(argv []string) []string {
	argv = slices.Clone(argv)
	argv[0] = path.Base(argv[0])
	if isPlugin(argv) {
		argv[0] = "docker"
	}
	return argv
}

// isPlugin says that docker has started the program as its plugin.
func isPlugin(argv []string) bool {
	plugin, ok := strings.CutPrefix(path.Base(argv[0]), "docker-")
	return ok && slices.Contains(argv[1:], plugin)
}

// starter finds the docker that has started this process as its plugin. The
// plugin gets docker's own arguments; `docker build` becomes `buildx build`.
func (cs *Commands) starter(p *decode.Peer, start time.Duration) *Command {
	if len(p.Command) == 0 {
		return nil
	}
	bake := len(p.Command) > 1 && path.Base(p.Command[0]) == "docker-buildx" && p.Command[1] == "bake" && slices.Contains(p.Command, "-")
	plugin := isPlugin(p.Command)
	for i := len(cs.all) - 1; i >= 0 && i >= len(cs.all)-32; i-- {
		c := cs.all[i]
		if c.Peer.UID != p.UID || len(c.Peer.Command) == 0 || c.Peer.PID == p.PID || start-c.Last > samePause && c.Done() {
			continue
		}
		if bake && !c.Done() && slices.Contains(c.Peer.Command, "compose") {
			return c // compose has its images built so
		}
		if plugin != isPlugin(c.Peer.Command) && sameArguments(plain(p.Command), plain(c.Peer.Command)) {
			return c
		}
	}
	return nil
}

func sameArguments(a, b []string) bool {
	return a[0] == b[0] && slices.Equal(withoutBuildx(a), withoutBuildx(b))
}

func withoutBuildx(argv []string) []string {
	return slices.DeleteFunc(slices.Clone(argv), func(s string) bool { return s == "buildx" || s == "builder" || s == "image" })
}

// valued are docker's options before the command that take a value.
var valued = []string{"-H", "--host", "-c", "--context", "-l", "--log-level", "--config", "--tlscacert", "--tlscert", "--tlskey",
	"-f", "--file", "-p", "--project-name", "--profile", "--project-directory", "--env-file", "--ansi", "--progress", "--parallel", "--builder"}

// Brief is the command in two or three words: "docker run", "compose up".
func (c *Command) Brief() string {
	if len(c.Peer.Command) == 0 {
		name, _, _ := strings.Cut(c.Title, " (")
		return name
	}
	argv := plain(c.Peer.Command)
	words := []string{argv[0]}
	if argv[0] != "docker" && argv[0] != "podman" && argv[0] != "docker-compose" {
		if len(argv) > 1 && interpreters[strings.TrimRight(argv[0], "0123456789.")] && !strings.HasPrefix(argv[1], "-") {
			return path.Base(argv[1])
		}
		return argv[0]
	}
	for i := 1; i < len(argv) && len(words) < 3; i++ {
		a := argv[i]
		switch {
		case slices.Contains(valued, a):
			i++
			continue
		case strings.HasPrefix(a, "-"):
			continue
		}
		words = append(words, a)
		if !groups[a] {
			i = len(argv)
		}
	}
	if len(words) == 3 && words[1] == "compose" {
		words = words[1:]
	}
	return strings.Join(words, " ")
}

var interpreters = map[string]bool{"python": true, "node": true, "bash": true, "sh": true, "ruby": true, "java": true}

// groups are the words of docker that a command follows.
var groups = map[string]bool{"container": true, "image": true, "network": true, "volume": true, "compose": true, "buildx": true,
	"builder": true, "system": true, "context": true, "plugin": true, "swarm": true, "service": true, "stack": true, "node": true,
	"secret": true, "config": true, "manifest": true, "trust": true, "checkpoint": true, "imagetools": true}
