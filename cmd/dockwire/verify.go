package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/dockwire/dockwire/cmd/internal/record"
	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/filter"
	"github.com/dockwire/dockwire/intercept"
	"github.com/dockwire/dockwire/recordings/flow/load"
	"github.com/dockwire/dockwire/recordings/flow/match"
	"github.com/dockwire/dockwire/recordings/flow/play"
	"github.com/dockwire/dockwire/recordings/verify"
)

type verifyFlags struct {
	upstream   upstreamFlags
	record     recordFlags
	filter     string
	format     string
	readOnly   bool
	existing   bool
	cleanup    bool
	strict     bool
	apiVersion string
	timeout    time.Duration
	speed      string
	maxIdle    time.Duration
	ignore     []string
}

func verifyCommand() *cobra.Command {
	var f verifyFlags
	cmd := &cobra.Command{
		Use:   "verify [flags] -H ADDR FILE",
		Short: "Send a recording to a live daemon and show where it answers differently",
		Long: `Makes the recorded calls again, against the daemon that -H or -c names, and
shows where the answers differ in meaning: status, places of the JSON, contents
of streams. So an upgrade, Podman or another machine can be held against what
was recorded. The words are those of dockwire diff: ids, times, ports and what
else differs each time are not compared, and names that the daemon chooses are
recognised.

THE CALLS ARE REAL: containers are made, run and removed there. What was on the
daemon before is left alone unless --existing is given: calls that would change
or remove it are not sent, and say so. --read-only sends only GET and HEAD (and
does without -H). What the recording made and did not remove is named at the
end; --cleanup removes it.

A call is made when the answers have come that stood before it in the recording,
and after the pause that was there. Streams that the client left are left after
as much has come. Requests that the recording does not hold whole (tars that go
up without --tar-uploads, secrets, BuildKit's HTTP/2) are not sent, nor is what
needs them; all of it is listed and counted.

The exit code is 0 when nothing differs, 1 when something does (with --strict
also when a call could not be sent), 2 on trouble.`,
		Example: `  dockwire run -o before.jsonl --tar-uploads -- ./the-test.sh
  dockwire verify -H unix:///run/podman/podman.sock before.jsonl
  dockwire verify -c staging --api-version nearest --cleanup before.jsonl
  dockwire verify -H tcp://new:2376 --tlsverify -o after.jsonl before.jsonl
  dockwire verify --read-only -f 'op:*Inspect' before.jsonl`,
		Args: func(cmd *cobra.Command, args []string) error {
			if err := cobra.ExactArgs(1)(cmd, args); err != nil {
				return exitError{code: codeTrouble, err: err}
			}
			return nil
		},
		RunE: func(_ *cobra.Command, args []string) error { return compared(f.verify(args[0])) },
	}
	cmd.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return exitError{code: codeTrouble, err: err} })
	f.add(cmd)
	return cmd
}

func (f *verifyFlags) add(cmd *cobra.Command) {
	f.upstream.add(cmd)
	f.record.add(cmd)
	flags := cmd.Flags()
	flags.StringVarP(&f.filter, "filter", "f", "", "make only calls that match `FILTER` (dockwire help filter)")
	addIgnore(flags, &f.ignore)
	flags.StringVar(&f.format, "format", "text", "`FORMAT` of what is shown: text, json")
	flags.BoolVar(&f.readOnly, "read-only", false, "make only calls that change nothing: GET and HEAD")
	flags.BoolVar(&f.existing, "existing", false, "make also calls that change or remove what was on the daemon before")
	flags.BoolVar(&f.cleanup, "cleanup", false, "remove what the calls made and left behind")
	flags.BoolVar(&f.strict, "strict", false, "exit with 1 also when a call could not be sent")
	flags.StringVar(&f.apiVersion, "api-version", "recorded", "API `VERSION` to ask with: recorded, nearest (that the daemon speaks), or one such as 1.47")
	flags.DurationVar(&f.timeout, "timeout", 30*time.Second, "`TIME` that an answer may be silent longer than recorded; 0: for ever")
	flags.StringVar(&f.speed, "speed", "real", "`SPEED`: real, instant (no pauses between calls), or a factor: 2 is twice as fast as recorded")
	flags.DurationVar(&f.maxIdle, "max-idle", 10*time.Second, "longest pause `TIME` between calls; 0: as recorded")
	_ = cmd.RegisterFlagCompletionFunc("format", cobra.FixedCompletions([]string{"text", "json"}, cobra.ShellCompDirectiveNoFileComp))
}

// options are what the flags mean, except for the daemon.
func (f *verifyFlags) options() (o verify.Options, err error) {
	if f.format != "text" && f.format != "json" {
		return o, fmt.Errorf("--format %q: give one of text, json", f.format)
	}
	if !f.readOnly && len(f.upstream.host) == 0 && f.upstream.context == "" {
		return o, errors.New("say which daemon with -H ADDR or -c CONTEXT: the recorded calls are made there, which may create and remove containers (--read-only makes only those that change nothing)")
	}
	o = verify.Options{ReadOnly: f.readOnly, Existing: f.existing, Cleanup: f.cleanup, Timeout: f.timeout}
	if o.Which, err = parseFilter(f.filter); err != nil {
		return o, err
	}
	if o.Ignore, err = match.ParseCallRules(f.ignore); err != nil {
		return o, fmt.Errorf("--ignore: %w", err)
	}
	if o.Redact, err = f.record.redaction(os.Getenv); err != nil {
		return o, err
	}
	o.Pace.MaxIdle = f.maxIdle
	o.Pace.Speed, err = play.ParseSpeed(f.speed)
	return o, err
}

// parseFilter parses -f. Its error points at the wrong column.
func parseFilter(text string) (*filter.Filter, error) {
	which, err := filter.Parse(text)
	var syntax *filter.SyntaxError
	switch {
	case errors.As(err, &syntax):
		return nil, fmt.Errorf("--%w\n%s", err, syntax.Point(text))
	case err != nil:
		return nil, fmt.Errorf("--filter: %w", err)
	}
	return which, nil
}

func (f *verifyFlags) verify(file string) (same bool, err error) {
	o, err := f.options()
	if err != nil {
		return false, err
	}
	rec, err := load.Open(file, load.Options{Partial: true, Unkept: true, Inputs: true})
	if err != nil {
		return false, err
	}
	defer rec.Close()
	up, err := f.upstream.find()
	if err != nil {
		return false, err
	}
	defer up.close()
	way, err := newDialler(up)
	if err != nil {
		return false, err
	}
	defer way.close()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	o.Dial = way.dial
	if err := f.ask(ctx, rec, up, &o); err != nil {
		return false, err
	}
	result, ran := f.run(ctx, rec, up, o)
	if ctx.Err() != nil {
		ran = errors.New("stopped: not all calls were made")
	}
	if result == nil {
		return false, ran
	}
	if err := showResult(f.format, result); err != nil || ran != nil {
		return false, errors.Join(ran, err)
	}
	if result.Same+result.Changed == 0 {
		return false, errors.New("no call was sent, so nothing was verified")
	}
	return result.Equal() && (!f.strict || result.NotSent == 0), nil
}

// run makes the calls, and records them where that was asked for.
func (f *verifyFlags) run(ctx context.Context, rec *load.Recording, up *upstream, o verify.Options) (*verify.Result, error) {
	start := time.Now()
	writer, err := f.record.create(start, up.Endpoint, say)
	if err != nil {
		return nil, err
	}
	status := newStatusLine(os.Stderr)
	o.Progress, o.Start = status.show, start
	if writer == nil {
		defer status.clear()
		return verify.Run(ctx, rec, o)
	}
	out := &record.Recorder{Writer: writer, Path: f.record.output, Tell: say}
	o.Events = func(e decode.Event) {
		out.Event(e)
		out.Flush()
	}
	result, err := verify.Run(ctx, rec, o)
	status.clear()
	return result, errors.Join(err, out.Close())
}

// ask asks the daemon for its version, and checks that it speaks the recorded ones.
func (f *verifyFlags) ask(ctx context.Context, rec *load.Recording, up *upstream, o *verify.Options) (err error) {
	if o.Daemon, err = verify.Ask(ctx, o.Dial); err != nil {
		return fmt.Errorf("%s: %w", up, err)
	}
	if o.Versions, err = verify.ParseVersions(f.apiVersion, o.Daemon); err != nil {
		return fmt.Errorf("--api-version: %w", err)
	}
	if list := o.Versions.Unspoken(rec, o.Daemon); len(list) > 0 {
		return fmt.Errorf("%s (%s) does not speak API %s, which calls in %s ask for; --api-version nearest asks with the nearest it speaks", up, o.Daemon, strings.Join(list, ", "), rec.Path)
	}
	say("sending %s to %s (%s)", plural(len(rec.Exchanges), "recorded call"), up, o.Daemon)
	if !rec.Stopped {
		say("warning: %s is cut off: it is sent as far as it goes", rec.Path)
	}
	return nil
}

// dialler connects to a daemon as the relay does.
type dialler struct {
	way    route
	server *intercept.Server
}

func newDialler(up *upstream) (*dialler, error) {
	server, err := intercept.New(intercept.Config{Upstream: up.Endpoint, UpstreamTLS: up.tls()})
	return &dialler{route{upstream: up}, server}, err
}

func (d *dialler) dial(ctx context.Context) (net.Conn, error) {
	c, err := d.server.Dial(ctx)
	if err != nil {
		return nil, errors.New(d.way.explain(&intercept.UpstreamError{Upstream: d.way.upstream.Endpoint, Err: err}))
	}
	return c, nil
}

func (d *dialler) close() {
	ctx, cancel := context.WithTimeout(context.Background(), closeWithin)
	defer cancel()
	if err := d.server.Close(ctx); err != nil {
		say("closing: %v", err)
	}
}
