package main

import (
	"context"
	"errors"
	"net"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"github.com/dockwire/dockwire/intercept"
	"github.com/dockwire/dockwire/recordings/replay"
)

// daemon is what answers: a recording, or a folder of them.
type daemon interface {
	ServeConn(net.Conn)
	Exchanges() int
	Close() error
}

// serve answers until the command has ended or a signal has come.
func (f *replayFlags) serve(player daemon, command []string) (int, error) {
	fail := 1
	if len(command) > 0 {
		fail = codeOwnFailure
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
	fence := trouble{explain: route{entrance: in}.explain, tell: say}
	server, err := intercept.New(intercept.Config{
		Handle:      func(c net.Conn) { player.ServeConn(c) },
		Unavailable: route{entrance: in}.unavailable,
		OnError:     fence.report,
		Exposed:     in.exposed,
		Hosts:       in.names(),
		ListenTLS:   in.tls(),
	})
	if err != nil {
		return fail, err
	}
	defer fence.conclude()
	at, err := f.comeIn(server, in.endpoints)
	if err != nil {
		return fail, errors.Join(err, closeEntrance(server))
	}
	served := make(chan error, 1)
	go func() { served <- server.Serve() }()
	code := 0
	if len(command) > 0 {
		code, f.died, err = runChild(command, childEnv(os.Environ(), plainOf(at).DockerHost()))
	} else {
		untilSignal(player, at)
	}
	return code, errors.Join(err, closeEntrance(server), player.Close(), <-served)
}

// comeIn listens at all endpoints and returns where.
func (f *replayFlags) comeIn(server *intercept.Server, endpoints []intercept.Endpoint) ([]intercept.Endpoint, error) {
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

// privateWithoutTLS adds a socket of dockwire's own if all that was asked for
// speaks TLS: a command that is started here has no certificate.
func (e *entrance) privateWithoutTLS() (dir string, err error) {
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

// closeEntrance lets nobody in any more.
func closeEntrance(server *intercept.Server) error {
	ctx, cancel := context.WithTimeout(context.Background(), closeWithin)
	defer cancel()
	return server.Close(ctx)
}

// untilSignal serves, and says so, until a signal comes.
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
