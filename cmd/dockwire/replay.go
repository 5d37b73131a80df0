package main

import (
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/dockwire/dockwire/recordings/replay"
)

func replayCommand() *cobra.Command {
	var f replayFlags
	cmd := &cobra.Command{
		Use:   "replay [flags] FILE [-- COMMAND [ARG...]]",
		Short: "Serve a recording as a fake Docker daemon",
		Long: `Listens where Docker clients can be pointed to and answers them from a
recording: byte for byte, chunk by chunk, streams included. No daemon is needed
and none is asked.

With a command, DOCKER_HOST is set for it, dockwire ends with its exit code,
and with --strict with 1 when the command went well and the replay did not.
Without one, Ctrl-C ends the replay. At the end a report tells what was used,
what was missing, and which names were bound.

Recorded exchanges are used once, in the order they were recorded; ping,
version and info any number of times, and finite answers to GET stay at the
last one. Names that the client chose anew (containers, networks, folders of the
host) are recognised and put into the answers; --volatile names other places
that differ each time. A request that was not recorded gets status 501 with an
explanation.

FILE` + replay.SettingsSuffix + ` may have settings: "ignore" and "volatile", lists of
places, and "reuse".`,
		Example: `  dockwire run -o run.jsonl -- docker run --rm busybox echo hi
  dockwire replay run.jsonl -- docker run --rm busybox echo hi
  dockwire replay --strict --ignore 'body.Labels.build' up.jsonl -- pytest -q
  dockwire replay --speed real --listen unix:///tmp/fake.sock up.jsonl`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			code, err := f.replay(args[0], args[1:])
			if err != nil {
				return exitError{code, err}
			}
			if code != 0 {
				return exitError{code: code}
			}
			return nil
		},
	}
	cmd.Flags().SetInterspersed(true)
	f.add(cmd)
	return cmd
}

// replay serves the recording, with a command for as long as that runs.
func (f *replayFlags) replay(file string, command []string) (int, error) {
	fail := 1
	if len(command) > 0 {
		fail = codeOwnFailure
	}
	cfg, strict, err := f.config()
	if err != nil {
		return fail, err
	}
	if err := f.openReport(); err != nil {
		return fail, err
	}
	forwarder, err := f.forward(file, &cfg)
	if err != nil {
		return fail, err
	}
	player, err := replay.Open(file, cfg)
	if err != nil {
		return fail, errors.Join(err, forwarder.close())
	}
	code, err := f.serve(player, command)
	if closeErr := errors.Join(player.Close(), forwarder.close()); err == nil && closeErr != nil {
		return fail, closeErr
	}
	if err != nil {
		return code, err
	}
	report := player.Report()
	if err := f.tell(&report, len(command) == 0); err != nil {
		return fail, err
	}
	if why := report.Fails(strict, cfg.CompareInput); why != "" && code == 0 {
		return 1, errors.New(why)
	}
	return code, nil
}

// openReport makes the report's file before anything is run: a command of an
// hour should not have been for nothing.
func (f *replayFlags) openReport() (err error) {
	if f.report == "" {
		return nil
	}
	if f.reportTo, err = os.OpenFile(f.report, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600); err != nil {
		return fmt.Errorf("--report: %w", err)
	}
	return nil
}

// tell writes the report: to a file when asked, and in short to stderr unless
// all went as recorded behind a command.
func (f *replayFlags) tell(r *replay.Report, always bool) error {
	if f.reportTo != nil {
		if err := errors.Join(r.JSON(f.reportTo), f.reportTo.Close()); err != nil {
			return err
		}
	}
	if !f.quiet && (always || len(r.Missed)+len(r.Warnings)+len(r.Bindings)+len(r.Unused) > 0) {
		fmt.Fprint(os.Stderr, r.Text())
	}
	return nil
}
