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

	"github.com/dockwire/dockwire/intercept"
	"github.com/dockwire/dockwire/recordings/replay"
	"github.com/dockwire/dockwire/recordings/replay/load"
)

// demoRecording was made by `make demo-recording`.
//
//go:embed demo/recording.jsonl.zst
var demoRecording []byte

// demoIdle is the longest pause of the demo.
const demoIdle = time.Second

type demoFlags struct{ show showFlags }

func demoCommand() *cobra.Command {
	var f demoFlags
	cmd := &cobra.Command{
		Use:   "demo [flags]",
		Short: "Show dockwire at work, with no Docker needed",
		Long: `Shows what dockwire sees of a container that is run, looked into and removed, of
a build and of a pull that fails. No Docker is needed: a built-in recording of a
real daemon is replayed, a built-in client makes the calls at the pace they were
made, and dockwire stands between them.`,
		Example: `  dockwire demo
  dockwire demo --body -f 'status>=400'`,
		Args: cobra.NoArgs,
		RunE: func(_ *cobra.Command, _ []string) error { return f.demo() },
	}
	f.show.add(cmd, "text", "json")
	return cmd
}

func (f *demoFlags) demo() (err error) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	dir, err := privateDir()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	path := filepath.Join(dir, "demo.jsonl.zst")
	if err := os.WriteFile(path, demoRecording, 0o600); err != nil {
		return err
	}
	rec, err := load.Open(path, load.Options{})
	if err != nil {
		return err
	}
	defer rec.Close()
	player, err := replay.Open(path, replay.Config{Speed: 1, MaxIdle: demoIdle})
	if err != nil {
		return err
	}
	daemon := intercept.Endpoint{Scheme: "unix", Address: filepath.Join(dir, "daemon.sock")}
	l, err := intercept.Bind(daemon)
	if err != nil {
		return errors.Join(err, player.Close())
	}
	served := make(chan error, 1)
	go func() { served <- player.Serve(l) }()
	err = f.watch(ctx, daemon, &demoClient{rec: rec, socket: filepath.Join(dir, "docker.sock"), maxIdle: demoIdle})
	return errors.Join(err, player.Close(), <-served)
}

// watch stands between the client and the daemon until the client is done.
func (f *demoFlags) watch(ctx context.Context, daemon intercept.Endpoint, client *demoClient) error {
	start := time.Now()
	shown, err := f.show.open(os.Stdout, start)
	if err != nil {
		return err
	}
	o, err := observe(start, route{upstream: &upstream{Endpoint: daemon}}, recordFlags{}, os.Getenv, say, shown)
	if err != nil {
		shown.close()
		return err
	}
	ran := f.serve(ctx, o, client)
	err = o.close()
	shown.close()
	if ran == nil && err == nil && ctx.Err() == nil {
		say("that was %s of a recorded daemon; see your own: dockwire run -- docker run --rm busybox echo hi", plural(o.counts.exchanges, "exchange"))
	}
	if ran != nil {
		ran = fmt.Errorf("demo: %w", ran)
	}
	return errors.Join(ran, err)
}

func (f *demoFlags) serve(ctx context.Context, o *observation, client *demoClient) error {
	if _, err := o.server.Listen(intercept.Endpoint{Scheme: "unix", Address: client.socket}, intercept.Private); err != nil {
		return err
	}
	served := make(chan error, 1)
	go func() { served <- o.server.Serve() }()
	ran := client.run(ctx)
	o.settle()
	return errors.Join(ran, o.closeServer(), <-served)
}
