package main

import (
	"context"
	"errors"
	"net"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"github.com/dockwire/dockwire/cmd/internal/child"
	"github.com/dockwire/dockwire/cmd/internal/problems"
	"github.com/dockwire/dockwire/intercept"
	"github.com/dockwire/dockwire/recordings/replay"
)

// daemon answers from a recording, or from a folder of them.
type daemon interface {
	ServeConn(net.Conn)
	Exchanges() int
	Close() error
}

// serve answers until the command has ended or a signal has come.
func (f *replayFlags) serve(player daemon, command []string) (int, error) {
	fail := 1
	if len(command) > 0 {
		fail = child.OwnFailure
	}
	in, err := f.listen.find()
	if err != nil {
		return fail, err
	}
	defer in.close()
	var dir string
	if len(command) > 0 {
		dir, err = in.privateWithoutTLS()
	} else {
		dir, err = in.private()
	}
	if dir != "" {
		defer os.RemoveAll(dir)
	}
	if err != nil {
		return fail, err
	}
	problem := problems.Log{Explain: route{listeners: in}.explain, Tell: say}
	server, err := intercept.New(intercept.Config{
		Handle:      func(c net.Conn) { player.ServeConn(c) },
		Unavailable: route{listeners: in}.unavailable,
		OnError:     problem.Report,
		Exposed:     in.exposed,
		Hosts:       in.names(),
		ListenTLS:   in.tls(),
	})
	if err != nil {
		return fail, err
	}
	defer problem.Close()
	at, err := f.listenAt(server, in.endpoints)
	if err != nil {
		return fail, errors.Join(err, closeServer(server))
	}
	served := server.Start()
	code := 0
	if len(command) > 0 {
		code, f.died, err = child.Run(command, child.Env(os.Environ(), plainOf(at).DockerHost()))
	} else {
		untilSignal(player, at)
	}
	return code, errors.Join(err, closeServer(server), player.Close(), <-served)
}

// listenAt listens at all endpoints and returns where.
func (f *replayFlags) listenAt(server *intercept.Server, endpoints []intercept.Endpoint) ([]intercept.Endpoint, error) {
	var all []intercept.Endpoint
	for _, ep := range endpoints {
		at, err := server.Listen(ep, intercept.Private)
		if errors.Is(err, intercept.ErrExposed) {
			err = f.listen.refuseExposed(ep)
		}
		if err != nil {
			return nil, err
		}
		all = append(all, at)
	}
	return all, nil
}

// privateWithoutTLS adds a private socket when all listeners use TLS: a command
// that dockwire starts has no client certificate.
func (e *listeners) privateWithoutTLS() (dir string, err error) {
	if len(e.endpoints) > 0 && plainOf(e.endpoints).Scheme != "" {
		return "", nil
	}
	dir, err = privateDir()
	e.endpoints = append(e.endpoints, intercept.Endpoint{Scheme: "unix", Address: filepath.Join(dir, "docker.sock")})
	return dir, err
}

// plainOf is the first endpoint that needs no certificate.
func plainOf(endpoints []intercept.Endpoint) intercept.Endpoint {
	for _, ep := range endpoints {
		if ep.Scheme != "tls" {
			return ep
		}
	}
	return intercept.Endpoint{}
}

// closeServer ends the listeners and all connections.
func closeServer(server *intercept.Server) error {
	ctx, cancel := context.WithTimeout(context.Background(), closeWithin)
	defer cancel()
	return server.Close(ctx)
}

// untilSignal prints the addresses, and returns when a signal comes.
func untilSignal(player daemon, at []intercept.Endpoint) {
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer signal.Stop(stop)
	for _, ep := range at {
		if n := player.Exchanges(); n > 0 {
			say("replaying %d exchanges on %s; point clients at it: %s", n, ep, pointAt(ep))
		} else {
			say("replaying a recording a test on %s (POST %s begins one); point clients at it: %s", ep, replay.ControlPath, pointAt(ep))
		}
	}
	say("%v: closing", <-stop)
}
