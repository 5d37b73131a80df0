package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/docker/go-units"
	"github.com/spf13/cobra"

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
found.`,
		Example: `  dockwire run -- docker run --rm -i busybox cat
  dockwire run -o up.jsonl --quiet -- docker compose up -d
  dockwire run --report up.html -- docker compose up
  dockwire run -f 'status>=400' -- ./deploy.sh
  dockwire run --ui -- docker run --rm -it busybox`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			code, err := f.run(args)
			if err != nil {
				return exitError{code, err}
			}
			if code != 0 {
				return exitError{code: code}
			}
			return nil
		},
	}
	cmd.Flags().SetInterspersed(false) // what follows the command is the command's
	f.upstream.add(cmd)
	f.record.add(cmd)
	f.show.add(cmd, "text")
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
	upstream, err := f.upstream.find()
	if err != nil {
		return codeOwnFailure, err
	}
	defer upstream.close()
	start := time.Now()
	view := &runView{}
	if f.ui {
		if view, err = f.prepareView(); err != nil {
			return codeOwnFailure, err
		}
		defer view.remove()
	}
	var screens []pipeline.Consumer
	var shown *screen
	if !f.quiet && !f.ui {
		to, err := f.lines()
		if err != nil {
			return codeOwnFailure, err
		}
		if to != os.Stderr {
			defer to.Close()
		}
		if shown, err = f.show.open(to, start); err != nil {
			return codeOwnFailure, err
		}
		screens = append(screens, shown)
	}
	page, err := f.openReport(start, upstream.Endpoint.String(), args)
	if err != nil {
		shown.close()
		return codeOwnFailure, err
	}
	if page != nil {
		screens = append(screens, page)
	}
	o, err := observe(start, route{upstream: upstream}, f.record, os.Getenv, say, screens...)
	if err != nil {
		shown.close()
		return codeOwnFailure, err
	}
	view.open()
	code, err := f.runObserved(o, args)
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
	if incomplete != nil {
		say("%v", incomplete)
		if code == 0 {
			code = codeOwnFailure
		}
	}
	return code, nil
}

// runObserved runs the command with DOCKER_HOST on a socket of its own.
func (f *runFlags) runObserved(o *observation, args []string) (int, error) {
	dir, err := privateDir()
	if err != nil {
		return codeOwnFailure, err
	}
	defer os.RemoveAll(dir)
	at, err := o.server.Listen(intercept.Endpoint{Scheme: "unix", Address: filepath.Join(dir, "docker.sock")}, intercept.Private)
	if err != nil {
		return codeOwnFailure, err
	}
	served := make(chan error, 1)
	go func() { served <- o.server.Serve() }()
	code, err := runChild(args, childEnv(os.Environ(), at.String()))
	o.settle()
	closeErr := o.closeServer()
	return code, errors.Join(err, closeErr, <-served)
}

// conclude says what came of it.
func (f *runFlags) conclude(o *observation) {
	if o.counts.connections == 0 {
		say("the command made no Docker API call through dockwire; it may use another daemon than DOCKER_HOST says (docker --host, --context)")
	}
	if f.quiet || o.recorder == nil || o.recorder.failed.Load() {
		return
	}
	if info, err := os.Stat(f.record.output); err == nil {
		say("recorded %s in %s (%s); see them again: dockwire print %s",
			plural(o.counts.exchanges, "exchange"), f.record.output, units.HumanSize(float64(info.Size())), f.record.output)
	}
}

// privateDir makes a folder for a socket that only this user reaches, with a
// path short enough for one.
func privateDir() (string, error) {
	if dir := os.Getenv("XDG_RUNTIME_DIR"); dir != "" && len(dir) < 60 {
		if made, err := os.MkdirTemp(dir, "dockwire-"); err == nil {
			return made, nil
		}
	}
	return os.MkdirTemp("", "dockwire-")
}

func plural(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}
