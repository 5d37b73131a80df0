package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/dockwire/dockwire/recordings/flow/match"
	"github.com/dockwire/dockwire/recordings/flow/play"
	"github.com/dockwire/dockwire/recordings/replay"
	"github.com/dockwire/dockwire/ui/safe"
)

// replayFlags say how a recording is replayed.
type replayFlags struct {
	listen     listenFlags
	died       syscall.Signal // that the command died of
	ignore     []string
	volatile   []string
	faults     []string
	ports      []string
	junit      string
	junitTo    io.WriteCloser // nil without the flag
	mode       string
	reuse      string
	speed      string
	maxIdle    time.Duration
	gate       time.Duration
	strict     string
	report     string
	reportTo   io.WriteCloser // nil without the flag
	onMiss     string
	exact      bool
	anyVersion bool
	partial    bool
	unkept     bool
	input      bool
	quiet      bool
	upstream   upstreamFlags
}

func (f *replayFlags) add(cmd *cobra.Command) {
	flags := cmd.Flags()
	f.listen.add(cmd, riskReads)
	flags.StringArrayVar(&f.ignore, "ignore", nil, "do not compare this `PLACE`: query.t, body.HostConfig.*, ContainerCreate:body.Env (repeatable)")
	flags.StringArrayVar(&f.volatile, "volatile", nil, "take any value at this `PLACE` for the recorded one, and put it into answers: body.Labels.run, 'body.Cmd.2 =~ --run=[0-9a-f]+' (repeatable)")
	flags.StringArrayVar(&f.faults, "fault", nil, "fail a request on purpose, as this `FAULT` says: 'op:ImageCreate#2 status=429', 'op:ContainerLogs cut after=1kB', delay=2s, reset; @FILE has one a line (repeatable)")
	flags.StringArrayVar(&f.ports, "port", nil, "answer at a container's published `PORT`: 80=http:200, 5432=accept (repeatable)")
	flags.StringVar(&f.mode, "mode", "replay", "`MODE`: replay, or auto: record FILE with the command when it is not there, else replay it and record what it lacks; so with each test's FILE in a FOLDER")
	flags.StringVar(&f.junit, "junit", "", "write the report to this `FILE`, as JUnit XML")
	flags.StringVar(&f.reuse, "reuse", "", "`WAY` to answer a request when all its recordings are used: none, last or cycle (default: last for finite GETs, else none)")
	flags.StringVar(&f.speed, "speed", "instant", "`SPEED` of answers: instant, real, or a factor: 2 is twice as fast as recorded")
	flags.DurationVar(&f.maxIdle, "max-idle", 0, "longest pause `TIME`, with --speed")
	flags.DurationVar(&f.gate, "gate-timeout", 0, "longest `TIME` that an answer waits for the request that caused it (default 5s, with --speed 30s)")
	flags.StringVar(&f.strict, "strict", "", "exit with 1 when a request was not recorded; `LEVEL` all: also when an exchange was not used, or containers were started in another order")
	flags.Lookup("strict").NoOptDefVal = "miss"
	flags.StringVar(&f.report, "report", "", "write the report to this `FILE`, as JSON")
	flags.StringVar(&f.onMiss, "on-miss", "fail", "`WAY` to treat requests that were not recorded: fail, or forward to the daemon and append to the recording")
	flags.BoolVar(&f.exact, "exact", false, "do not bind new names to recorded ones")
	flags.BoolVar(&f.anyVersion, "any-version", true, "take any API version for the recorded one")
	flags.BoolVar(&f.partial, "partial", false, "replay a recording that was cut off, as far as it goes")
	flags.BoolVar(&f.unkept, "unkept", false, "replay a recording that lacks answers' bytes; asking for one of those is a miss")
	flags.BoolVar(&f.input, "compare-input", false, "exit with 1 when something else was sent into a stream than recorded")
	flags.BoolVar(&f.quiet, "quiet", false, "no report on stderr")
	f.upstream.add(cmd)
}

// config is what the flags mean, and how strict they are.
func (f *replayFlags) config() (replay.Config, replay.Strict, error) {
	cfg := replay.Config{
		Ignore: f.ignore, Volatile: f.volatile, Exact: f.exact, SameVersion: !f.anyVersion, MaxIdle: f.maxIdle, GateTimeout: f.gate,
		Partial: f.partial, Unkept: f.unkept, CompareInput: f.input,
	}
	var err error
	if cfg.Faults, err = readFaults(f.faults); err != nil {
		return cfg, 0, fmt.Errorf("--fault: %w", err)
	}
	cfg.Ports = map[string]string{}
	for _, text := range f.ports {
		port, stub, err := replay.ParsePort(text)
		if err != nil {
			return cfg, 0, fmt.Errorf("--port %w", err)
		}
		cfg.Ports[port] = stub
	}
	if cfg.Reuse, err = match.ParseReuse(f.reuse); err != nil {
		return cfg, 0, err
	}
	if cfg.Speed, err = play.ParseSpeed(f.speed); err != nil {
		return cfg, 0, err
	}
	paint := missPaint(os.Stderr)
	cfg.OnMiss = func(m *match.Miss) { fmt.Fprintln(os.Stderr, m.Cleaned(safe.Lines).Text(paint)) }
	switch f.strict {
	case "":
		return cfg, replay.StrictNone, nil
	case "miss":
		return cfg, replay.StrictMiss, nil
	case "all":
		return cfg, replay.StrictAll, nil
	}
	return cfg, 0, fmt.Errorf("--strict=%s: give --strict or --strict=all", f.strict)
}

// readFaults reads faults and files of faults.
func readFaults(texts []string) (out []*replay.Fault, err error) {
	for _, text := range texts {
		name, isFile := strings.CutPrefix(text, "@")
		if !isFile {
			fault, err := replay.ParseFault(text)
			if err != nil {
				return nil, err
			}
			out = append(out, fault)
			continue
		}
		file, err := os.Open(name)
		if err != nil {
			return nil, err
		}
		faults, err := replay.ReadFaults(file)
		file.Close()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		out = append(out, faults...)
	}
	return out, nil
}

// missPaint colours explanations on a terminal, unless NO_COLOR is set.
func missPaint(out *os.File) match.Paint {
	if os.Getenv("NO_COLOR") != "" || !term.IsTerminal(int(out.Fd())) {
		return nil
	}
	codes := map[string]string{"title": "1;31", "-": "31", "+": "32", "hint": "36"}
	return func(kind, text string) string { return "\x1b[" + codes[kind] + "m" + text + "\x1b[0m" }
}
