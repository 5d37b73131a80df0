package doctor

import (
	"context"
	"net/http"
	"os/exec"
	"strings"
	"time"

	"github.com/dockwire/dockwire/cmd/internal/cliplugin"
	"github.com/dockwire/dockwire/intercept/dockercontext"
)

// probeWithin is how long an alternative may take to answer: there are many,
// and a daemon that is well answers in milliseconds.
const probeWithin = time.Second

// alternatives says what else there is, when the daemon cannot be used.
func (e *examination) alternatives() {
	for _, c := range dockercontext.Candidates(e.Docker) {
		if c.Host == e.found.Host || !e.exists(c) {
			continue
		}
		switch {
		case strings.HasPrefix(c.Host, "npipe://"):
			e.report.add("instead", Note, []string{"$Env:DOCKER_HOST = '" + c.Host + "'"}, "%s is there (%s)", c.Host, c.Of)
		case e.alive(c.Path()):
			e.report.add("instead", Note, []string{"export DOCKER_HOST=" + c.Host}, "%s answers (%s)", c.Host, c.Of)
		default:
			e.report.add("instead", Note, nil, "%s is there and does not answer (%s)", c.Host, c.Of)
		}
	}
	for _, s := range dockercontext.List(e.Docker.Dir()) {
		switch {
		case s.Err != nil:
			e.report.add("instead", Note, nil, "context %q is broken: %v", s.Name, s.Err)
		case s.Host != e.found.Host:
			e.report.add("instead", Note, []string{"dockwire doctor -c " + s.Name}, "context %q points at %s", s.Name, s.Host)
		}
	}
	if e.found.Source == dockercontext.FromDefault {
		var tried []string
		for _, c := range dockercontext.Candidates(e.Docker) {
			tried = append(tried, c.Path())
		}
		e.report.add("instead", Note, nil, "looked for, in this order: %s", strings.Join(tried, ", "))
	}
}

func (e *examination) exists(c dockercontext.Candidate) bool {
	if e.Docker.HasSocket != nil {
		return e.Docker.HasSocket(c.Path())
	}
	return e.Exists(c.Path())
}

func (e *examination) alive(socket string) bool {
	ctx, cancel := context.WithTimeout(e.ctx, probeWithin)
	defer cancel()
	res, _, err := unixWay(socket).get(ctx, "/_ping")
	return err == nil && res.StatusCode == http.StatusOK
}

// client looks for the docker command line. dockwire needs none.
func (e *examination) client() {
	path, err := e.LookPath("docker")
	if err != nil {
		e.report.add("docker", Note, nil, "no docker command in PATH; dockwire does not need one")
		return
	}
	out, err := exec.CommandContext(e.ctx, path, "--version").Output() // asks no daemon
	if err != nil {
		e.report.add("docker", Warning, nil, "%s --version: %v", path, err)
		return
	}
	e.report.add("docker", OK, nil, "%s: %s", path, firstLine(out))
}

// plugin says whether `docker wire` works.
func (e *examination) plugin() {
	dir := e.Docker.Dir()
	config, err := dockercontext.LoadConfig(dir)
	if err != nil {
		return // daemon has warned of it
	}
	link, ok := cliplugin.Find(dir, config.PluginsExtraDirs)
	if !ok {
		e.report.add("plugin", Note, []string{"dockwire plugin install"}, "docker wire is not installed")
		return
	}
	detail := link.Path
	if link.Target != link.Path {
		detail += " → " + link.Target
	}
	e.report.add("plugin", OK, nil, "docker wire: %s", detail)
}
