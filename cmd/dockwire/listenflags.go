package main

import (
	"crypto/tls"
	"errors"
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/dockwire/dockwire/intercept"
	"github.com/dockwire/dockwire/intercept/certs"
)

// listenFlags say where to listen, and for which clients.
type listenFlags struct {
	addresses []string
	certPath  string
	anyClient bool
	exposed   bool
	hosts     []string
	risk      string // what a client can do that reaches an open port
}

// What any client can do that reaches an open port.
const (
	riskRoot  = "is root on the daemon's host"
	riskReads = "gets what was recorded"
)

func (f *listenFlags) add(cmd *cobra.Command, risk string) {
	f.risk = risk
	flags := cmd.Flags()
	flags.StringArrayVar(&f.addresses, "listen", nil, "`ADDR` to listen on, unix:///path, tcp://127.0.0.1:port or tls://host:port (repeatable; default: a private socket)")
	flags.StringVar(&f.certPath, "listen-cert-path", "", "`DIR` with ca.pem, server-cert.pem and server-key.pem for tls:// (dockwire certs make makes one)")
	flags.BoolVar(&f.anyClient, "listen-allow-any-client", false, "let clients without a certificate in by tls://: any client that reaches the port "+risk)
	flags.StringArrayVar(&f.hosts, "listen-host", nil, "`NAME` by which clients of tcp:// call this machine, beside localhost, addresses and names without a dot; others are refused, as web pages use them; \"*\" lets all in (repeatable)")
	flags.BoolVar(&f.exposed, "insecure-listen", false, "allow tcp:// without TLS beyond this machine: any client that reaches the port "+risk)
}

// listeners are the endpoints to listen on, and how. They have to be closed.
type listeners struct {
	endpoints []intercept.Endpoint // empty without --listen
	certs     *certs.Reloader      // nil: no tls://
	config    *tls.Config          // not nil: for tls:// instead of certs
	exposed   bool
	hosts     []string
}

func (f *listenFlags) find() (*listeners, error) {
	e := &listeners{exposed: f.exposed, hosts: f.hosts}
	secure := false
	for _, l := range f.addresses {
		ep, err := intercept.ParseEndpoint(l)
		if err != nil {
			return nil, fmt.Errorf("--listen: %w", err)
		}
		e.endpoints = append(e.endpoints, ep)
		secure = secure || ep.Scheme == "tls"
		if f.exposed && ep.Scheme == "tcp" && !ep.Loopback() {
			say("warning: --insecure-listen: any client that can reach %s %s", ep, f.risk)
		}
		if ep.Scheme == "tcp" && ep.Loopback() {
			say("warning: any user of this machine who connects to %s %s; a unix:// socket has a mode, tls:// asks for a certificate", ep, f.risk)
		}
	}
	if !secure {
		if f.certPath != "" || f.anyClient {
			return nil, errors.New("--listen-cert-path and --listen-allow-any-client are for --listen tls://HOST:PORT, which was not given")
		}
		return e, nil
	}
	var err error
	e.certs, err = f.certificates()
	return e, err
}

func (f *listenFlags) certificates() (*certs.Reloader, error) {
	if f.certPath == "" {
		return nil, errors.New("--listen tls://…: --listen-cert-path says in which folder server-cert.pem, server-key.pem and ca.pem are; dockwire certs make DIR --host NAME makes one")
	}
	if f.anyClient {
		say("warning: --listen-allow-any-client: any client that can reach that port %s", f.risk)
	}
	r, err := certs.NewReloader(certs.ServerFiles(f.certPath), certs.Server, certs.Options{AnyClient: f.anyClient, Report: sayNotice})
	if err != nil {
		return nil, fmt.Errorf("--listen-cert-path %s: %w", f.certPath, err)
	}
	return r, nil
}

// names are for intercept.Config.
func (e *listeners) names() []string {
	if e == nil {
		return nil
	}
	return e.hosts
}

// private adds a private socket when there is no --listen. The caller removes the
// folder, if there is one.
func (e *listeners) private() (dir string, err error) {
	if len(e.endpoints) > 0 {
		return "", nil
	}
	dir, err = privateDir()
	e.endpoints = []intercept.Endpoint{{Scheme: "unix", Address: filepath.Join(dir, "docker.sock")}}
	return dir, err
}

// tls is for intercept.Config. It is nil without a TLS listener.
func (e *listeners) tls() func(*tls.ClientHelloInfo) (*tls.Config, error) {
	switch {
	case e == nil:
		return nil
	case e.config != nil:
		return func(*tls.ClientHelloInfo) (*tls.Config, error) { return e.config, nil }
	case e.certs == nil:
		return nil
	}
	return e.certs.GetConfigForClient
}

func (e *listeners) close() {
	if e.certs != nil {
		_ = e.certs.Close()
	}
}

// pointAt is the shell line that points a client at a listener.
func pointAt(at intercept.Endpoint) string {
	if at.Scheme == "tls" {
		return fmt.Sprintf("export DOCKER_HOST=%s DOCKER_TLS_VERIFY=1 DOCKER_CERT_PATH=(a folder with ca.pem, cert.pem, key.pem)", at.DockerHost())
	}
	return "export DOCKER_HOST=" + at.DockerHost()
}

// explainListen adds the ways out to the error of a refused listener.
func explainListen(err error) error {
	if errors.Is(err, intercept.ErrExposed) {
		return fmt.Errorf("%w, use tls:// with --listen-cert-path, or give --insecure-listen if only machines that may be root there can reach it", err)
	}
	return err
}

// refuseExposed is explainListen for a port with no daemon behind it.
func (f *listenFlags) refuseExposed(ep intercept.Endpoint) error {
	return fmt.Errorf("listen on %s: any client that can reach it %s; listen on 127.0.0.1, use tls:// with --listen-cert-path, or give --insecure-listen", ep, f.risk)
}
