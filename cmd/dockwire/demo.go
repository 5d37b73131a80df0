package main

import (
	"context"
	_ "embed" // the recording
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/dockwire/dockwire/cmd/internal/background"
	"github.com/dockwire/dockwire/intercept"
	"github.com/dockwire/dockwire/recordings/flow/load"
	"github.com/dockwire/dockwire/recordings/replay"
)

// demoRecording was made by `make demo-recording`.
//
//go:embed demo/recording.jsonl.zst
var demoRecording []byte

// demoIdle is the longest pause of the demo.
const demoIdle = time.Second

type demoFlags struct{ show showFlags }

// demoPause is the pause before each client command on the screen, so that the
// user can follow.
const demoPause = 700 * time.Millisecond

func demoCommand() *cobra.Command {
	var f demoFlags
	cmd := &cobra.Command{
		Use:   "demo [flags]",
		Short: "Show dockwire at work, with no Docker needed",
		Long: `Shows what dockwire sees of containers that are run, looked into and removed, of
a build and of pulls. No Docker is needed: a built-in recording of a real daemon
is replayed, a built-in client makes the calls instead of the recorded
ones, and dockwire sits between them. On a terminal it opens dockwire's screen;
elsewhere, or with --format, it prints the calls as lines.`,
		Example: `  dockwire demo
  dockwire demo --format text --body -f 'status>=400'`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return f.demo(f.show.onScreen(cmd)) },
	}
	f.show.add(cmd, "text", "json")
	return cmd
}

// demoRun is the replayed daemon and the client that repeats the recorded calls.
type demoRun struct {
	daemon  intercept.Endpoint
	clients *demoClients
	client  *demoClient
}

func (f *demoFlags) demo(screen bool) (err error) {
	dir, err := privateDir()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	path := filepath.Join(dir, "demo.jsonl.zst")
	if err := os.WriteFile(path, demoRecording, 0o600); err != nil {
		return err
	}
	rec, err := load.Open(path, load.Options{Inputs: true})
	if err != nil {
		return err
	}
	defer rec.Close()
	clients, err := readDemoClients(path, dir)
	if err != nil {
		return err
	}
	player, err := replay.Open(path, replay.Config{Speed: 1, MaxIdle: demoIdle})
	if err != nil {
		return err
	}
	s := demoRun{daemon: intercept.Endpoint{Scheme: "unix", Address: filepath.Join(dir, "daemon.sock")}, clients: clients}
	l, err := intercept.Bind(s.daemon)
	if err != nil {
		return errors.Join(err, player.Close())
	}
	s.client = &demoClient{rec: rec, socket: clients.socket, speed: 1, maxIdle: demoIdle}
	served := background.Start(func() error { return player.Serve(l) })
	if screen {
		err = f.screen(&s)
	} else {
		err = f.lines(&s)
	}
	return errors.Join(err, player.Close(), served.Wait())
}

// screen shows the calls on dockwire's screen until the user leaves it.
func (f *demoFlags) screen(s *demoRun) error {
	s.client.pause = demoPause
	l := live{
		f:     &tapFlags{show: f.show, record: recordFlags{maxBody: "all"}},
		start: time.Now(),
		own: &ownCalls{
			title: "demo: a recorded daemon, and a client that repeats the recorded calls",
			seen:  s.clients.shown, run: s.client.run,
			over: "the demo is over: look around, q leaves",
		},
	}
	err := l.run(route{&upstream{Endpoint: s.daemon}, &listeners{endpoints: s.clients.all}})
	if err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	demoHint(l.o)
	return nil
}

// lines shows the calls as lines until the client is done or a signal comes.
func (f *demoFlags) lines(s *demoRun) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	start := time.Now()
	shown, err := f.show.open(os.Stdout, start)
	if err != nil {
		return err
	}
	o, err := observe(start, route{upstream: &upstream{Endpoint: s.daemon}}, recordFlags{}, os.Getenv, say, s.clients.shown(shown))
	if err != nil {
		shown.close()
		return err
	}
	ran := s.calls(ctx, o)
	err = o.close()
	shown.close()
	if ran == nil && err == nil && ctx.Err() == nil {
		demoHint(o)
	}
	if ran != nil {
		ran = fmt.Errorf("demo: %w", ran)
	}
	return errors.Join(ran, err)
}

// demoHint says what to do next.
func demoHint(o *observation) {
	say("that was %s of a recorded daemon; see your own: dockwire run -- docker run --rm busybox echo hi", plural(o.counts.Exchanges, "exchange"))
}

func (s *demoRun) calls(ctx context.Context, o *observation) error {
	for _, at := range s.clients.all {
		if _, err := o.server.Listen(at, intercept.Private); err != nil {
			return err
		}
	}
	served := o.server.Start()
	ran := s.client.run(ctx)
	o.awaitEnd()
	return errors.Join(ran, o.closeServer(), <-served)
}
