package main

import (
	"errors"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/dockwire/dockwire/cmd/internal/pipeline"
	"github.com/dockwire/dockwire/intercept"
)

type tapFlags struct {
	upstream upstreamFlags
	record   recordFlags
	show     showFlags
	listen   listenFlags
	stand    stand
	loan     contextLoan
	quiet    bool
	lookout  lookout
}

func tapCommand() *cobra.Command {
	var f tapFlags
	cmd := &cobra.Command{
		Use:   "tap [flags]",
		Short: "Stand in front of the daemon until stopped, show and record what passes",
		Long: `Listens where Docker clients can be pointed to, passes every byte on to the
daemon, and shows each Engine API call on stdout: on a terminal as a screen to
look around in, elsewhere or with --format as text or JSON. Ctrl-C or SIGTERM
ends it and removes its sockets.

With --rotate a recording goes on in a new file when it is large or old enough.
SIGHUP makes it go on in a new file at once, where dockwire does not run on a
terminal. The file that is full gets a name with the time at which it began.

A socket gets the mode of the daemon's own socket or a narrower one. A socket
file that nobody listens on any more is replaced.`,
		Example: `  dockwire tap --listen unix:///tmp/tapped.sock
  dockwire tap --listen unix:///tmp/tapped.sock -o day.jsonl.zst --format none
  dockwire tap --listen tcp://127.0.0.1:2375 --format json | jq -r .operation
  dockwire tap --listen tls://0.0.0.0:2376 --listen-cert-path certs/server`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if f.quiet {
				f.show.format = "none"
			} else if f.show.onScreen(cmd) {
				return f.watch()
			}
			return f.tap()
		},
	}
	f.upstream.add(cmd)
	f.record.add(cmd)
	f.record.telemetry.add(cmd)
	f.show.add(cmd, "text", "json", "none")
	f.loan.add(cmd)
	f.listen.add(cmd, riskRoot)
	f.stand.add(cmd)
	cmd.Flags().BoolVar(&f.quiet, "quiet", false, "show nothing, only record: the same as --format none")
	return cmd
}

// tap shows lines, or nothing, until it is told to stop.
func (f *tapFlags) tap() error { return f.between(f.lines) }

// between finds the daemon and the place to listen, calls look with them, and
// puts everything back afterwards.
func (f *tapFlags) between(look func(route) error) error {
	upstream, err := f.upstream.find()
	if err != nil {
		return err
	}
	defer upstream.close()
	entrance, err := f.listen.find()
	if err != nil {
		return err
	}
	defer entrance.close()
	if err := f.stand.begin(upstream, entrance); err != nil {
		return err
	}
	defer f.stand.end()
	dir, err := entrance.private()
	if dir != "" {
		defer os.RemoveAll(dir)
	}
	if err != nil {
		return err
	}
	return look(route{upstream, entrance})
}

// lines shows what passes as lines, or not at all.
func (f *tapFlags) lines(via route) error {
	start := time.Now()
	screen, err := f.show.open(os.Stdout, start)
	if err != nil {
		return err
	}
	var screens []pipeline.Consumer
	if screen != nil {
		screens = append(screens, screen)
	}
	o, err := observe(start, via, f.record, os.Getenv, say, screens...)
	if err != nil {
		screen.close()
		return err
	}
	serveErr := f.serve(o, via.entrance.endpoints, screen.gone())
	incomplete := o.close()
	screen.close()
	return errors.Join(serveErr, incomplete)
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
	defer f.lookout.end()
	err := f.comeIn(o, endpoints, func(at intercept.Endpoint) {
		say("listening on %s; point clients at it: %s", at, pointAt(at))
	})
	if err != nil {
		return err
	}
	served := make(chan error, 1)
	go func() { served <- o.server.Serve() }()
	for open := true; open; {
		select {
		case s := <-stop:
			if s == syscall.SIGHUP && o.recorder != nil && !onATerminal() {
				o.recorder.writer.Rotate()
				continue
			}
			say("%v: closing", s)
		case <-unread:
			say("nobody reads the output any more: closing")
		}
		open = false
	}
	lost := f.lookout.end()
	if f.stand.end() {
		o.settle() // whose call is under way asked for no dockwire
	}
	err = o.closeServer()
	return errors.Join(lost, err, <-served)
}

// onATerminal reports whether a terminal is connected: then SIGHUP says that it
// ends. A service gets SIGHUP to begin a new recording.
func onATerminal() bool {
	for _, f := range []*os.File{os.Stdin, os.Stdout, os.Stderr} {
		if term.IsTerminal(int(f.Fd())) {
			return true
		}
	}
	return false
}

// comeIn lets clients come in at these endpoints, and tells of each.
func (f *tapFlags) comeIn(o *observation, endpoints []intercept.Endpoint, tell func(intercept.Endpoint)) error {
	for _, ep := range endpoints {
		at, err := o.server.Listen(ep, intercept.LikeUpstream)
		if err != nil {
			return explainListen(err)
		}
		if at, err = f.stand.take(at); err != nil {
			return err
		}
		f.lookout.add(at)
		tell(at)
		if err := f.loan.lend(at.String()); err != nil {
			return err
		}
	}
	f.lookout.begin(o.trouble.tell)
	return nil
}
