package main

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/dockwire/dockwire/intercept"
	"github.com/dockwire/dockwire/intercept/dockercontext"
)

// upstreamFlags say which daemon dockwire stands in front of.
type upstreamFlags struct {
	host    string
	context string
}

func (f *upstreamFlags) add(cmd *cobra.Command) {
	cmd.Flags().StringVarP(&f.host, "host", "H", "", "daemon to connect to (default: as docker finds it)")
	cmd.Flags().StringVarP(&f.context, "context", "c", "", "docker context that names the daemon")
}

// find resolves the daemon as the docker CLI does.
func (f *upstreamFlags) find() (intercept.Endpoint, error) {
	flags := dockercontext.Flags{Context: f.context}
	if f.host != "" {
		flags.Host = []string{f.host}
	}
	found, err := dockercontext.Find(dockercontext.System(flags))
	if err != nil {
		return intercept.Endpoint{}, err
	}
	for _, w := range found.Warnings {
		say("%s", w)
	}
	if found.TLS != nil {
		return intercept.Endpoint{}, fmt.Errorf("%s (from %s) is reached with TLS, which dockwire does not speak yet", found.Host, found.Source)
	}
	ep, err := intercept.ParseEndpoint(found.Host)
	if err != nil {
		return intercept.Endpoint{}, fmt.Errorf("the daemon's address, from %s: %w", found.Source, err)
	}
	return ep, nil
}

// say tells a person something beside the output. Diagnostics go to stderr.
func say(format string, args ...any) {
	fmt.Fprintf(os.Stderr, "dockwire: "+format+"\n", args...)
}
