package main

import (
	"errors"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/dockwire/dockwire/cmd/internal/child"
	"github.com/dockwire/dockwire/cmd/internal/pipeline"
	"github.com/dockwire/dockwire/intercept"
	"github.com/dockwire/dockwire/intercept/handover"
)

type tapFlags struct {
	upstream upstreamFlags
	record   recordFlags
	show     showFlags
	listen   listenFlags
	takeover takeoverFlag
	handOver handOver
	context  tempContext
	quiet    bool
	sockets  intercept.SocketWatch
}

func tapCommand() *cobra.Command {
	var f tapFlags
	cmd := &cobra.Command{
		Use:   "tap [flags]",
		Short: "Listen in front of the daemon until stopped, show and record the traffic",
		Long: `Listens where Docker clients can be pointed to, passes every byte on to the
daemon, and shows each Engine API call: on a terminal with a screen to look
around in, elsewhere or with --format as text or JSON on stdout. Ctrl-C or
SIGTERM ends it and removes its sockets.

With --hand-over a tap can be replaced, by a newer dockwire or by one with other
flags, and no client notices: start the new one with the same --listen and the
same --hand-over. It gets the listening sockets, and the old one ends when its
last connection does. SIGUSR2 makes a tap start the new one itself. A supervisor
that starts again what has ended would bring the old one back: --stay keeps that
one until SIGTERM comes, too.

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
			} else if f.handOver.at == "" && f.show.onScreen(cmd) {
				return f.watch()
			}
			return f.withRoute(f.lines)
		},
	}
	f.upstream.add(cmd)
	f.record.add(cmd)
	f.record.telemetry.add(cmd)
	f.show.add(cmd, "text", "json", "none")
	f.context.add(cmd)
	f.listen.add(cmd, riskRoot)
	f.takeover.add(cmd)
	f.handOver.add(cmd)
	cmd.Flags().BoolVar(&f.quiet, "quiet", false, "show nothing, only record: the same as --format none")
	return cmd
}

// withRoute finds the daemon and the endpoints to listen on, calls f with them, and
// cleans up afterwards.
func (f *tapFlags) withRoute(watch func(route) error) error {
	upstream, err := f.upstream.find()
	if err != nil {
		return err
	}
	defer upstream.close()
	listeners, err := f.listen.find()
	if err != nil {
		return err
	}
	defer listeners.close()
	if err := f.handOver.take(); err != nil {
		return err
	}
	defer f.handOver.end()
	if f.record.telemetry.metrics != "" {
		f.record.telemetry.older = f.handOver.file(f.record.telemetry.socketName())
	}
	if err := f.takeover.begin(upstream, listeners, &f.handOver); err != nil {
		return err
	}
	defer f.takeover.end()
	dir, err := listeners.private()
	if dir != "" {
		defer os.RemoveAll(dir)
	}
	if err != nil {
		return err
	}
	return watch(route{upstream, listeners})
}

// lines prints calls as lines, or only records them.
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
	serveErr := f.serve(o, via.listeners.endpoints, screen.gone())
	incomplete := o.close()
	screen.close()
	return errors.Join(serveErr, incomplete)
}

// serve listens and relays until a signal comes, or until nobody reads the output
// and there is no recording.
func (f *tapFlags) serve(o *observation, endpoints []intercept.Endpoint, unread <-chan struct{}) error {
	if o.recorder != nil {
		unread = nil
	}
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	if f.handOver.at != "" {
		signal.Notify(stop, upgradeSignal)
	}
	defer signal.Stop(stop)
	defer f.context.remove()
	defer f.sockets.Stop()
	err := f.listenAt(o, endpoints, func(at intercept.Endpoint) {
		say("listening on %s; point clients at it: %s", at, pointAt(at))
	})
	if err != nil {
		return err
	}
	served := o.server.Start()
	if err := f.handOver.begin(func() ([]handover.Socket, error) { return f.passOn(o) }); err != nil {
		return errors.Join(err, o.closeServer(), <-served)
	}
	if err := ready(os.Getenv("NOTIFY_SOCKET")); err != nil {
		say("%v", err)
	}
	for open := true; open; {
		select {
		case s := <-stop:
			if s == upgradeSignal {
				f.handOver.startNext()
				continue
			}
			if s == syscall.SIGHUP && o.recorder != nil && !child.OnTerminal() {
				o.recorder.Writer.Rotate()
				continue
			}
			say("%v: closing", s)
		case pid := <-f.handOver.to():
			err := f.leave(o, pid, stop)
			return errors.Join(err, o.closeServer(), <-served)
		case <-unread:
			say("nobody reads the output any more: closing")
		}
		open = false
	}
	lost := f.sockets.Stop()
	if f.takeover.end() {
		o.awaitEnd() // these clients did not choose dockwire: let their calls end
	}
	err = o.closeServer()
	return errors.Join(lost, err, <-served)
}

// bind listens at an endpoint, with an older dockwire's socket if there is one.
func (f *tapFlags) bind(o *observation, ep intercept.Endpoint) (intercept.Endpoint, error) {
	if socket := f.handOver.file(ep.String()); socket != nil {
		return ep, o.server.Adopt(ep, socket)
	}
	return o.server.Listen(ep, intercept.LikeUpstream)
}

// listenAt listens at these endpoints, and calls tell for each.
func (f *tapFlags) listenAt(o *observation, endpoints []intercept.Endpoint, tell func(intercept.Endpoint)) (err error) {
	defer func() {
		if err != nil {
			o.recorder.Unused()
		}
	}()
	for _, ep := range endpoints {
		at, err := f.bind(o, ep)
		if err != nil {
			return explainListen(err)
		}
		if at, err = f.takeover.take(at); err != nil {
			return err
		}
		f.sockets.Add(at)
		tell(at)
		if err := f.context.create(at.String()); err != nil {
			return err
		}
	}
	o.recorder.Settle()
	f.sockets.Start(func(err error) { o.trouble.Tell("%v; end dockwire and start it again", err) })
	return nil
}
