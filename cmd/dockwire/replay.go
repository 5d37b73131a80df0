package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/dockwire/dockwire/cmd/internal/child"
	"github.com/dockwire/dockwire/recordings/replay"
	"github.com/dockwire/dockwire/ui/safe"
)

func replayCommand() *cobra.Command {
	var f replayFlags
	cmd := &cobra.Command{
		Use:   "replay [flags] FILE...|FOLDER [-- COMMAND [ARG...]]",
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
last one. Names that the client chose each time (containers, networks, folders of the
host) are recognised and put into the answers; --volatile names other places
that differ each time. A request that was not recorded gets status 501 with an
explanation.

Several files are replayed together, as if each had been recorded behind the
one before. Of a folder, each test has a recording of its own: a test that begins says so
with POST ` + replay.ControlPath + ` {"name": "test_start"} on the replay's socket and is
answered from FOLDER/test_start.jsonl; DELETE ` + replay.ControlPath + ` ends it and answers
with why it failed. With --mode auto, a test that has no recording gets one: it talks
to the daemon, and what it says is recorded.

FILE` + replay.SettingsSuffix + ` may have settings: "ignore" and "volatile", lists of
places, and "reuse".`,
		Example: `  dockwire run -o run.jsonl -- docker run --rm busybox echo hi
  dockwire replay run.jsonl -- docker run --rm busybox echo hi
  dockwire replay --strict --ignore 'body.Labels.build' up.jsonl -- pytest -q
  dockwire replay --fault 'op:ImageCreate#2 status=429' up.jsonl -- ./deploy.sh
  dockwire replay --port 80=http:200 --junit report.xml up.jsonl -- pytest -q
  dockwire replay up.jsonl down.jsonl -- ./up-and-down.sh
  dockwire replay recordings/ -- pytest -q
  dockwire replay --mode auto up.jsonl -- docker compose up -d
  dockwire replay --mode auto recordings/ -- pytest -q
  dockwire replay --speed real --listen unix:///tmp/fake.sock up.jsonl`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			files := len(args)
			if dash := cmd.ArgsLenAtDash(); dash >= 0 {
				files = dash
			} else if _, err := os.Stat(args[files-1]); files > 1 && err != nil {
				return fmt.Errorf("%w (put -- before a command)", err)
			}
			if files == 0 {
				return errors.New("give a recording before --")
			}
			code, err := f.replay(args[:files], args[files:])
			if err != nil {
				return exitError{code: code, err: err}
			}
			if code != 0 {
				return exitError{code: code, signal: f.died}
			}
			return nil
		},
	}
	cmd.Flags().SetInterspersed(true)
	f.add(cmd)
	return cmd
}

// replay serves the recording, with a command for as long as that runs.
func (f *replayFlags) replay(files, command []string) (int, error) {
	file, fail := files[0], 1
	if len(command) > 0 {
		fail = child.OwnFailure
	}
	cfg, strict, err := f.config()
	if err != nil {
		return fail, err
	}
	defer f.dropReports()
	if err := f.openReport(); err != nil {
		return fail, err
	}
	switch f.mode {
	case "replay":
	case "auto":
		if _, name := filepath.Split(file); name == "" {
			if err := os.MkdirAll(file, 0o755); err != nil {
				return fail, err
			}
		}
		if _, err := os.Stat(file); errors.Is(err, fs.ErrNotExist) && len(command) > 0 {
			say("%s is not there: recording it", file)
			r := runFlags{background: "wait"}
			r.record.output, r.record.maxBody, r.quiet = file, "all", true // what is cut, no replay answers
			r.upstream = f.upstream
			return r.run(command)
		}
		f.onMiss = "forward"
	default:
		return fail, fmt.Errorf("--mode %q: give replay or auto", f.mode)
	}
	if len(files) > 1 && f.onMiss != "fail" {
		return fail, errors.New("--on-miss and --mode are for a single recording, or a folder of them")
	}
	if info, err := os.Stat(file); err == nil && info.IsDir() {
		if len(files) > 1 {
			return fail, fmt.Errorf("%s is a folder: give it alone", file)
		}
		return f.replaySuite(file, cfg, strict, command)
	}
	forwarder, err := f.forward(file, &cfg)
	if err != nil {
		return fail, err
	}
	loaded := saveMemory(files)
	player, err := replay.Open(file, cfg, files[1:]...)
	loaded()
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
	return f.conclude([]replay.Report{player.Report()}, strict, cfg, code, len(command) == 0)
}

// replaySuite serves a folder of recordings, one a test.
func (f *replayFlags) replaySuite(dir string, cfg replay.Config, strict replay.Strict, command []string) (int, error) {
	fail := 1
	if len(command) > 0 {
		fail = child.OwnFailure
	}
	forwarder, err := f.forward(dir, &cfg)
	if err != nil {
		return fail, err
	}
	cfg.Forward = nil // each test has its own
	fails := max(strict, replay.StrictMiss)
	if forwarder != nil {
		fails = strict // what a recording lacks is recorded
	}
	suite, err := replay.OpenSuite(dir, cfg, fails)
	if err != nil {
		return fail, errors.Join(err, forwarder.close())
	}
	code, err := f.serve(suite, command)
	if closeErr := errors.Join(suite.Close(), forwarder.close()); err == nil && closeErr != nil {
		return fail, closeErr
	}
	if err != nil {
		return code, err
	}
	return f.conclude(suite.Reports(), strict, cfg, code, len(command) == 0)
}

// conclude writes the reports, and says whether the replay met --strict.
func (f *replayFlags) conclude(reports []replay.Report, strict replay.Strict, cfg replay.Config, code int, always bool) (int, error) {
	if err := f.tell(reports, strict, always); err != nil {
		return 1, err
	}
	for i := range reports {
		if why := reports[i].Fails(strict, cfg.CompareInput); why != "" && code == 0 {
			return 1, errors.New(why)
		}
	}
	return code, nil
}

// openReport makes the report's file before the command runs: a name that cannot
// be written should not fail after an hour.
func (f *replayFlags) openReport() error {
	for _, to := range []struct {
		flag, name string
		file       *io.WriteCloser
	}{{"--report", f.report, &f.reportTo}, {"--junit", f.junit, &f.junitTo}} {
		if to.name == "" {
			continue
		}
		var file io.WriteCloser
		info, err := os.Stat(to.name)
		if err == nil && !info.Mode().IsRegular() { // a pipe, a terminal
			file, err = os.OpenFile(to.name, os.O_WRONLY, 0)
		} else {
			file, err = createPrivate(to.name, true)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", to.flag, err)
		}
		*to.file = file
	}
	return nil
}

// dropReports removes the files of reports that were not written.
func (f *replayFlags) dropReports() {
	for _, to := range []io.WriteCloser{f.reportTo, f.junitTo} {
		if file, ok := to.(*newFile); ok {
			file.discard()
		}
	}
}

// tell writes the reports: to files when asked, and in short to stderr unless
// all went as recorded behind a command.
func (f *replayFlags) tell(reports []replay.Report, strict replay.Strict, always bool) error {
	if f.reportTo != nil {
		var err error
		for i := range reports {
			err = errors.Join(err, writeJSON(f.reportTo, reports[i]))
		}
		if err = errors.Join(err, f.reportTo.Close()); err != nil {
			return err
		}
	}
	if f.junitTo != nil {
		if err := errors.Join(replay.JUnit(f.junitTo, reports, strict), f.junitTo.Close()); err != nil {
			return err
		}
	}
	for i := range reports {
		r := &reports[i]
		if !f.quiet && (always || len(r.Missed)+len(r.Warnings)+len(r.Bindings)+len(r.Unused)+len(r.Faults)+len(r.Disorder) > 0) {
			fmt.Fprint(os.Stderr, safe.Lines(r.Text()))
		}
	}
	return nil
}
