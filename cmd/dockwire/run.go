package main

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"github.com/docker/go-units"
	"github.com/spf13/cobra"

	"github.com/dockwire/dockwire/cmd/internal/child"
	"github.com/dockwire/dockwire/cmd/internal/pipeline"
	"github.com/dockwire/dockwire/intercept"
)

type runFlags struct {
	upstream upstreamFlags
	record   recordFlags
	show     showFlags
	quiet    bool
	report   string
	trace    string // file for what would be on stderr
	ui       bool

	background string
	died       syscall.Signal // that the command died of
}

func runCommand() *cobra.Command {
	var f runFlags
	cmd := &cobra.Command{
		Use:   "run [flags] -- COMMAND [ARG...]",
		Short: "Run one command and show its Docker API calls as they happen",
		Long: `Runs a command with DOCKER_HOST set to a private socket, and shows on stderr
each Engine API call that it makes, as it happens. The command has dockwire's
own stdin, stdout and terminal, and dockwire ends with its exit code; 125 means
that dockwire itself failed, 126 and 127 that the command could not be run or
found. If the command died of a signal, dockwire does too.

Clients that the command left behind in the background and that are connected
are waited for, unless --background=cut is given.`,
		Example: `  dockwire run -- docker run --rm -i busybox cat
  dockwire run -o up.jsonl --quiet -- docker compose up -d
  dockwire run --report up.html -- docker compose up
  dockwire run -f 'status>=400' -- ./deploy.sh
  dockwire run --ui -- docker run --rm -it busybox`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			code, err := f.run(args)
			if err != nil {
				return exitError{code: code, err: err}
			}
			if code != 0 {
				return exitError{code: code, signal: f.died}
			}
			return nil
		},
	}
	cmd.Flags().SetInterspersed(false) // what follows the command is the command's
	f.upstream.add(cmd)
	f.record.add(cmd)
	f.record.telemetry.add(cmd)
	f.show.add(cmd, "text")
	cmd.Flags().StringVar(&f.background, "background", "wait", "`WHAT` happens to clients that are still connected when the command has ended: wait for them, or cut them off")
	_ = cmd.RegisterFlagCompletionFunc("background", cobra.FixedCompletions([]string{"wait", "cut"}, cobra.ShellCompDirectiveNoFileComp))
	cmd.Flags().BoolVar(&f.quiet, "quiet", false, "show nothing, only record")
	cmd.Flags().StringVar(&f.report, "report", "", "write a page for a browser to `FILE` at the end, replacing it (see dockwire export html)")
	cmd.Flags().StringVar(&f.trace, "trace", "", "write the calls to this `FILE` instead of stderr, which an interactive command needs for itself")
	cmd.Flags().BoolVar(&f.ui, "ui", false, "open the screen on the calls: within tmux beside the command, else when it has ended")
	cmd.MarkFlagsMutuallyExclusive("trace", "quiet", "ui")
	return cmd
}

func (f *runFlags) run(args []string) (int, error) {
	if f.quiet && f.record.output == "" && f.report == "" {
		say("--quiet without --output: calls are neither shown nor recorded")
	}
	if f.background != "wait" && f.background != "cut" {
		return child.OwnFailure, fmt.Errorf("--background %q: give wait or cut", f.background)
	}
	upstream, err := f.upstream.find()
	if err != nil {
		return child.OwnFailure, err
	}
	defer upstream.close()
	start := time.Now()
	view := &runView{}
	if f.ui {
		if view, err = f.prepareView(); err != nil {
			return child.OwnFailure, err
		}
		defer view.remove()
	}
	var screens []pipeline.Consumer
	var shown *liveLines
	if !f.quiet && !f.ui {
		to, err := f.lines()
		if err != nil {
			return child.OwnFailure, err
		}
		if to != os.Stderr {
			defer to.Close()
		}
		if shown, err = f.show.open(to, start); err != nil {
			return child.OwnFailure, err
		}
		screens = append(screens, shown)
	}
	page, err := f.openReport(start, upstream.Endpoint.String(), args)
	if err != nil {
		shown.close()
		return child.OwnFailure, err
	}
	if page != nil {
		defer page.file.discard()
		screens = append(screens, pipeline.EachEvent(page.Event))
	}
	o, err := observe(start, route{upstream: upstream}, f.record, os.Getenv, say, screens...)
	if err != nil {
		shown.close()
		return child.OwnFailure, err
	}
	view.open()
	code, err := f.runObserved(o, upstream, args)
	incomplete := o.close()
	shown.close()
	err = errors.Join(err, page.close())
	if err != nil {
		return code, err
	}
	if err := view.show(f.show.filter); err != nil {
		say("%v", err)
	}
	if !view.private {
		f.conclude(o)
	}
	if code != 0 && f.died == 0 && o.counts.Connections > 0 && !shown.failed() {
		say("the command ended with exit code %d, and none of its calls failed: its own output says why", code)
	}
	if incomplete != nil {
		say("%v", incomplete)
		code = cmp.Or(code, child.OwnFailure)
	}
	return code, nil
}

// runObserved runs the command with DOCKER_HOST on a socket of its own.
func (f *runFlags) runObserved(o *observation, upstream *upstream, args []string) (int, error) {
	dir, err := privateDir()
	if err != nil {
		return child.OwnFailure, err
	}
	defer os.RemoveAll(dir)
	at, err := o.server.Listen(f.commandEndpoint(dir, upstream), intercept.Private)
	if err != nil {
		return child.OwnFailure, err
	}
	served := o.server.Start()
	clearLent(dockerDir())
	config, err := lendConfig(dockerDir(), upstream.found.Host, at.DockerHost())
	if err != nil {
		say("warning: the proxies that config.json has for %s alone do not apply to this run: %v", upstream.found.Host, err)
	}
	env := config.env(keepBuilder(child.Env(os.Environ(), at.DockerHost()), upstream.found))
	var code int
	if code, f.died, err = child.Run(args, env); err != nil {
		o.recorder.Unused()
	}
	o.awaitEnd()
	f.leftBehind(o)
	if err := config.takeBack(); err != nil {
		say("warning: what the command changed in docker's configuration is not kept: %v", err)
	}
	mendBuilders(at.DockerHost(), upstream.found)
	closeErr := o.closeServer()
	return code, errors.Join(err, closeErr, <-served)
}

// commandEndpoint is where the command's clients connect. Clients put a base path
// of DOCKER_HOST into their requests, and docker accepts none with a Unix socket.
func (f *runFlags) commandEndpoint(dir string, upstream *upstream) intercept.Endpoint {
	if upstream.Base == "" {
		return intercept.Endpoint{Scheme: "unix", Address: filepath.Join(dir, "docker.sock")}
	}
	say("warning: %s has a base path, so the command uses a TCP port of this machine: while it runs, any user of the machine can reach that daemon through the port", upstream)
	return intercept.Endpoint{Scheme: "tcp", Address: "127.0.0.1:0", Base: upstream.Base}
}

// leftBehind waits for clients that are still connected when the command has
// ended, or says that they are cut off.
func (f *runFlags) leftBehind(o *observation) {
	n := o.counts.Open()
	if n == 0 {
		return
	}
	if f.background == "cut" {
		say("the command has ended and left clients in the background: %s cut off (--background=cut)", plural(n, "connection"))
		return
	}
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, child.Signals...)
	defer signal.Stop(stop)
	say("the command has ended and left clients in the background: waiting for the end of %s; Ctrl-C cuts off", plural(n, "connection"))
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for o.counts.Open() > 0 {
		select {
		case <-tick.C:
		case <-stop:
			say("%s cut off", plural(o.counts.Open(), "connection"))
			return
		}
	}
}

// conclude prints the result.
func (f *runFlags) conclude(o *observation) {
	if o.counts.Connections == 0 {
		say("the command made no Docker API call through dockwire; it may use another daemon than DOCKER_HOST says (docker --host, --context)")
	}
	if f.quiet || o.recorder == nil || o.recorder.Failed() {
		return
	}
	if info, err := os.Stat(f.record.output); err == nil {
		say("recorded %s in %s (%s); see them again: dockwire print %s",
			plural(o.counts.Exchanges, "exchange"), f.record.output, units.HumanSize(float64(info.Size())), f.record.output)
	}
}

// privateDir makes a folder for a socket that only this user reaches, with a
// path short enough for one.
func privateDir() (string, error) {
	var err error
	for _, dir := range privateDirs() {
		if len(dir) > maxPrivateDir {
			continue
		}
		var made string
		if made, err = os.MkdirTemp(dir, "dockwire-"); err == nil {
			return made, nil
		}
	}
	return "", fmt.Errorf("no folder for a private socket: %w", err)
}

// maxPrivateDir leaves room for the rest of a socket's path.
const maxPrivateDir = 60

// privateDirs are where folders for private sockets are made.
func privateDirs() []string {
	dirs := []string{os.TempDir(), "/tmp", "/var/tmp"}
	if dir := os.Getenv("XDG_RUNTIME_DIR"); dir != "" {
		dirs = append([]string{dir}, dirs...)
	}
	return dirs
}

func plural(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}
