package main

import (
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/dockwire/dockwire/cmd/internal/pipeline"
	"github.com/dockwire/dockwire/intercept"
)

type tapFlags struct {
	upstream upstreamFlags
	record   recordFlags
	show     showFlags
	listen   []string
	loan     contextLoan
}

func tapCommand() *cobra.Command {
	var f tapFlags
	cmd := &cobra.Command{
		Use:   "tap [flags]",
		Short: "Stand in front of the daemon until stopped, show and record what passes",
		Long: `Listens where Docker clients can be pointed to, passes every byte on to the
daemon, and shows each Engine API call on stdout. Ctrl-C or SIGTERM ends it and
removes its sockets.

A socket gets the mode of the daemon's own socket or a narrower one. A socket
file that nobody listens on any more is replaced.`,
		Example: `  dockwire tap --listen unix:///tmp/tapped.sock
  dockwire tap --listen unix:///tmp/tapped.sock -o day.jsonl.zst --format none
  dockwire tap --listen tcp://127.0.0.1:2375 --format json | jq -r .operation`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error { return f.tap() },
	}
	f.upstream.add(cmd)
	f.record.add(cmd)
	f.show.add(cmd, "text", "json", "none")
	f.loan.add(cmd)
	cmd.Flags().StringArrayVar(&f.listen, "listen", nil, "`ADDR` to listen on, unix:///path or tcp://127.0.0.1:port (repeatable; default: a private socket)")
	return cmd
}

func (f *tapFlags) tap() error {
	upstream, err := f.upstream.find()
	if err != nil {
		return err
	}
	endpoints, dir, err := f.endpoints()
	if dir != "" {
		defer os.RemoveAll(dir)
	}
	if err != nil {
		return err
	}
	start := time.Now()
	screen, err := f.show.open(os.Stdout, start)
	if err != nil {
		return err
	}
	var screens []pipeline.Consumer
	if screen != nil {
		screens = append(screens, screen)
	}
	o, err := observe(start, upstream, f.record, os.Getenv, screens...)
	if err != nil {
		screen.close()
		return err
	}
	serveErr := f.serve(o, endpoints, screen.gone())
	incomplete := o.close()
	screen.close()
	if serveErr != nil {
		return serveErr
	}
	return incomplete
}

// serve listens and relays until a signal comes, or nobody reads what is shown
// and nothing is recorded either.
func (f *tapFlags) serve(o *observation, endpoints []intercept.Endpoint, unread <-chan struct{}) error {
	if o.recorder != nil {
		unread = nil
	}
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer signal.Stop(stop)
	defer f.loan.end()
	for _, ep := range endpoints {
		at, err := o.server.Listen(ep, intercept.LikeUpstream)
		if err != nil {
			return err
		}
		say("listening on %s; point clients at it: export DOCKER_HOST=%s", at, at)
		if err := f.loan.lend(at.String()); err != nil {
			return err
		}
	}
	served := make(chan error, 1)
	go func() { served <- o.server.Serve() }()
	select {
	case s := <-stop:
		say("%v: closing", s)
	case <-unread:
		say("nobody reads the output any more: closing")
	}
	err := o.closeServer()
	if served := <-served; err == nil {
		err = served
	}
	return err
}

// endpoints are those to listen on, and a folder to remove afterwards when
// dockwire made one for its private socket.
func (f *tapFlags) endpoints() ([]intercept.Endpoint, string, error) {
	if len(f.listen) == 0 {
		dir, err := privateDir()
		return []intercept.Endpoint{{Scheme: "unix", Address: filepath.Join(dir, "docker.sock")}}, dir, err
	}
	var out []intercept.Endpoint
	for _, l := range f.listen {
		ep, err := intercept.ParseEndpoint(l)
		if err != nil {
			return nil, "", fmt.Errorf("--listen: %w", err)
		}
		out = append(out, ep)
	}
	return out, "", nil
}
