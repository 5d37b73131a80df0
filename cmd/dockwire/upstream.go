package main

import (
	"crypto/tls"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/dockwire/dockwire/intercept"
	"github.com/dockwire/dockwire/intercept/certs"
	"github.com/dockwire/dockwire/intercept/dockercontext"
	"github.com/dockwire/dockwire/ui/safe"
)

// upstreamFlags say which daemon dockwire connects to.
type upstreamFlags struct {
	daemonFlags
	cmd *cobra.Command
}

func (f *upstreamFlags) add(cmd *cobra.Command) {
	f.cmd = cmd
	f.daemonFlags.add(cmd)
}

// upstream is the daemon, and how it is reached. It has to be closed.
type upstream struct {
	intercept.Endpoint
	found dockercontext.Endpoint
	certs *certs.Reloader // nil: without TLS
}

// find resolves the daemon as the docker CLI does.
func (f *upstreamFlags) find() (*upstream, error) {
	found, err := dockercontext.Find(dockercontext.System(f.docker(f.cmd)))
	if err != nil {
		return nil, err
	}
	for _, w := range found.Warnings {
		say("%s", w)
	}
	up := &upstream{found: found}
	if up.Endpoint, err = intercept.ParseEndpoint(found.Host); err != nil {
		return nil, fmt.Errorf("the daemon's address, from %s: %w", found.Source, err)
	}
	if found.TLS == nil {
		return up, nil
	}
	up.Scheme = "tls"
	files := certs.Files{CA: found.TLS.CA, Cert: found.TLS.Cert, Key: found.TLS.Key, SkipVerify: found.TLS.SkipVerify}
	if up.certs, err = certs.NewReloader(files, certs.Client, certs.Options{Report: sayNotice}); err != nil {
		return nil, fmt.Errorf("TLS to %s (from %s): %w", found.Host, found.Source, err)
	}
	if files.SkipVerify {
		say("warning: the daemon's certificate is not verified: anybody in between can read and change everything (use --tlsverify)")
	}
	return up, nil
}

// tls is for intercept.Config; nil without TLS.
func (u *upstream) tls() func(serverName string) *tls.Config {
	if u.certs == nil {
		return nil
	}
	return u.certs.ClientConfig
}

func (u *upstream) close() {
	if u.certs != nil {
		_ = u.certs.Close()
	}
}

// sayNotice reports certificates that changed, or will end soon.
func sayNotice(n certs.Notice) { say("%s", n.Text) }

// say prints a diagnostic line to stderr.
func say(format string, args ...any) {
	fmt.Fprintf(os.Stderr, "dockwire: %s\n", safe.Lines(fmt.Sprintf(format, args...)))
}
