package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"time"

	"github.com/spf13/cobra"

	"github.com/dockwire/dockwire/cmd/internal/record"
	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/exchange"
	"github.com/dockwire/dockwire/decode/filter"
	"github.com/dockwire/dockwire/recordings"
)

// printKeep is how much of each body of a recording is shown. It is more than for
// live traffic, because no client waits.
const printKeep = 16 << 20

type printFlags struct {
	show   showFlags
	follow bool
	ahead  *searched // from the beginning on, if that was searched
}

func printCommand() *cobra.Command {
	var f printFlags
	cmd := &cobra.Command{
		Use:   "print [flags] FILE",
		Short: "Show a recording as text or JSON",
		Long: `Shows the exchanges of a recording on stdout: as lines for people, or with
--format json as one JSON object an exchange. "-" reads the recording from
stdin. A recording that cannot be read to its end is shown as far as it goes,
and the exit code is 1.`,
		Example: `  dockwire print hi.jsonl
  dockwire print --headers --body -f 'op:ContainerCreate' hi.jsonl
  dockwire print --format json hi.jsonl | jq -r 'select(.status >= 400) | .summary'
  dockwire print --follow day.jsonl`,
		Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error { return f.print(args[0]) },
	}
	f.show.add(cmd, "text", "json")
	cmd.Flags().BoolVar(&f.follow, "follow", false, "go on as the recording grows, until it ends or Ctrl-C")
	return cmd
}

func (f *printFlags) print(path string) error {
	in, err := f.open(path)
	if err != nil {
		return err
	}
	defer in.Close()
	f.show.keep = printKeep
	f.judge(path)
	lines := bufio.NewWriterSize(os.Stdout, 64<<10)
	out, err := f.show.printer(lines, os.Stdout, in.Header().Start)
	if err != nil {
		return err
	}
	ctx := context.Background()
	if f.follow { // elsewhere a signal ends dockwire as any other program
		until, stop := signal.NotifyContext(ctx, os.Interrupt)
		defer stop()
		ctx = until
		context.AfterFunc(ctx, in.Interrupt) // in the middle of a long line, too
	}
	bad, err := f.copyWanted(ctx, out, lines, in, path, quietEvents)
	if closeErr := out.Close(); err == nil {
		err = closeErr
	}
	if flushErr := lines.Flush(); err == nil {
		err = flushErr
	}
	if err == nil && bad > 0 {
		err = fmt.Errorf("%s: %d lines could not be read", path, bad)
	}
	return err
}

func (f *printFlags) open(path string) (*recordings.Reader, error) {
	switch {
	case path == "-" && f.follow:
		return nil, errors.New("--follow needs a file, not stdin")
	case f.follow:
		return recordings.Follow(path)
	}
	return openRecording(path)
}

// judge reads a file once before it is shown, where what is shown depends on
// what comes after. Errors are told when it is read again.
func (f *printFlags) judge(path string) {
	which, err := filter.Parse(f.show.filter)
	if err != nil || path == "-" || f.follow || f.show.format != "json" && !which.Reads().Outcome {
		return
	}
	in, err := f.open(path)
	if err != nil {
		return
	}
	defer in.Close()
	if find := which.Finder(printKeep); find != nil {
		if f.ahead = search(in, which, find); !f.ahead.found {
			return
		}
		in.Close()
		if in, err = f.open(path); err != nil {
			return
		}
		defer in.Close()
	}
	f.judgeAll(in)
}

func (f *printFlags) judgeAll(in *recordings.Reader) {
	f.show.judged = exchange.NewJudged()
	defer f.show.judged.Close()
	for {
		e, err := in.Next()
		var line *recordings.LineError
		switch {
		case err == nil:
			f.show.judged.Event(e)
		case !errors.As(err, &line):
			return
		}
	}
}

// copy hands every event to the printer, and returns how many lines were
// unreadable.
func (f *printFlags) copy(ctx context.Context, out printer, lines *bufio.Writer, in *recordings.Reader) (bad int, err error) {
	for ctx.Err() == nil {
		e, err := in.Next()
		switch {
		case show(out, e, err, &bad):
		case err == io.EOF && f.follow:
			if err := lines.Flush(); err != nil {
				return bad, err
			}
			if err := in.Wait(ctx); err != nil {
				return bad, record.FollowEnd(err)
			}
		case err == io.EOF, ctx.Err() != nil:
			return bad, nil
		default:
			return bad, err
		}
	}
	return bad, nil
}

// show hands an event to the printer, or says that a line is unreadable; false where it
// is neither.
func show(out printer, e decode.Event, err error, bad *int) bool {
	var line *recordings.LineError
	switch {
	case err == nil:
		out.Event(e)
		out.Tick(e.From().Time)
	case errors.As(err, &line):
		say("%v", line)
		*bad++
	default:
		return false
	}
	return true
}

// printer turns events into output. It has no queue: printing a file may wait.
type printer interface {
	Event(decode.Event)
	Tick(now time.Duration)
	Idle() bool // nothing that was printed goes on
	Close() error
}
