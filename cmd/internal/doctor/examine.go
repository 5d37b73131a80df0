package doctor

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"strings"

	"github.com/dockwire/dockwire/intercept"
	"github.com/dockwire/dockwire/intercept/certs"
	"github.com/dockwire/dockwire/intercept/dockercontext"
)

// Input is what a report depends on, besides files, sockets and daemons.
type Input struct {
	Docker dockercontext.Input
	Person Person

	// LookPath finds a program as exec.LookPath does.
	LookPath func(name string) (string, error)

	// Exists reports whether a path is there: "/.dockerenv", "/run/systemd/system".
	Exists func(path string) bool

	// For pictures: the users of a group, and the TCP ports of the daemon that
	// listens on a Unix socket. nil: not looked for.
	Members func(gid int) []string
	Ports   func(socket string) []Port
}

// System is the Input of this process, for the given flags of docker.
func System(flags dockercontext.Flags) Input {
	return Input{
		Docker:   dockercontext.System(flags),
		Person:   self(),
		LookPath: exec.LookPath,
		Exists: func(path string) bool {
			_, err := os.Stat(path)
			return !errors.Is(err, fs.ErrNotExist)
		},
		Members: members,
		Ports:   listeningPorts,
	}
}

// Examine looks at everything. ctx bounds the time it takes.
func Examine(ctx context.Context, in Input) Report {
	e := &examination{Input: in, ctx: ctx}
	e.daemon()
	if !e.report.OK() {
		e.alternatives()
	}
	e.client()
	e.plugin()
	return e.report
}

type examination struct {
	Input
	ctx    context.Context
	report Report
	found  dockercontext.Endpoint
}

// daemon follows the way to the daemon as far as it goes.
func (e *examination) daemon() {
	found, err := dockercontext.Find(e.Docker)
	e.found = found
	for _, w := range found.Warnings {
		e.report.add("daemon", Warning, nil, "%s", w)
	}
	if err != nil {
		e.report.add("daemon", Failed, e.adviseUnresolved(err), "%v", err)
		return
	}
	e.report.add("daemon", OK, nil, "%s, %s", found.Host, source(found))
	ep, err := intercept.ParseEndpoint(found.Host)
	if err != nil {
		e.report.add("daemon", Failed, nil, "%v", err)
		return
	}
	switch {
	case ep.Scheme == "unix":
		if e.socket(ep.Address) {
			e.answers(unixWay(ep.Address))
		}
	case ep.Scheme == "tcp" && found.TLS != nil:
		e.guarded(ep)
	case ep.Scheme == "tcp":
		e.unguarded(ep)
	case ep.Scheme == "npipe" && !e.exists(dockercontext.Candidate{Host: found.Host}):
		e.report.add("connect", Failed, e.adviseStart(), "%s does not exist: no daemon has made it", found.Host)
	default:
		e.report.add("connect", Note, []string{"docker version"}, "dockwire doctor does not look behind %s:// addresses; ask docker itself", ep.Scheme)
	}
}

// source says what decided for the daemon.
func source(found dockercontext.Endpoint) string {
	by := ""
	switch found.Source {
	case dockercontext.FromDefault:
		by = "docker's default; nothing else is configured"
	case dockercontext.FromCandidate:
		by = "found on this machine; docker itself would not look there"
	default:
		by = fmt.Sprintf("from %s", found.Source)
	}
	if found.Context != "" && found.Context != dockercontext.DefaultName {
		by = fmt.Sprintf("context %q %s", found.Context, by)
	}
	return by
}

// unguarded is a TCP port without TLS.
func (e *examination) unguarded(ep intercept.Endpoint) {
	w := tcpWay(ep.Address, ep.Base, nil)
	conn, err := w.dial(e.ctx)
	if err != nil {
		e.report.add("connect", Failed, e.adviseTCP(err), "%v", err)
		return
	}
	_ = conn.Close()
	e.report.add("connect", OK, nil, "TCP connection to %s", conn.RemoteAddr())
	state, advice := Warning, []string{"guard it with TLS: dockwire certs make --help"}
	e.report.add("access", state, advice, "no TLS: whoever reaches this port is root on the daemon's host, and whoever is in between reads and changes everything")
	e.answers(w)
}

// guarded is a TCP port with TLS, which package certs knows how to look at.
func (e *examination) guarded(ep intercept.Endpoint) {
	t := e.found.TLS
	files := certs.Files{CA: t.CA, Cert: t.Cert, Key: t.Key, SkipVerify: t.SkipVerify}
	r := certs.Check(e.ctx, ep.String(), files)
	for _, s := range r.Steps {
		state, ok := map[certs.State]State{certs.OK: OK, certs.Warned: Warning, certs.Failed: Failed}[s.State]
		if !ok || s.Name == "ping" && s.State != certs.Failed {
			continue // skipped, or told by answers
		}
		var advice []string
		if s.Advice != "" {
			advice = []string{s.Advice}
		}
		e.report.add(s.Name, state, advice, "%s", s.Detail)
	}
	if !r.OK() {
		return
	}
	reloader, err := certs.NewReloader(files, certs.Client, certs.Options{})
	if err != nil {
		e.report.add("files", Failed, nil, "%v", err)
		return
	}
	defer reloader.Close()
	e.answers(tcpWay(ep.Address, ep.Base, reloader.ClientConfig(hostName(ep.Address))))
}

func (e *examination) adviseUnresolved(err error) []string {
	var missing *dockercontext.NotFoundError
	if !errors.As(err, &missing) {
		return nil
	}
	var advice []string
	for _, name := range missing.Known {
		advice = append(advice, "docker context use "+name)
	}
	if e.Docker.Env != nil && e.Docker.Env("DOCKER_CONTEXT") != "" && strings.Contains(err.Error(), "DOCKER_CONTEXT") {
		advice = append([]string{"unset DOCKER_CONTEXT"}, advice...)
	}
	return advice
}
