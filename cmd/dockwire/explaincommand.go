package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/dockwire/dockwire/cmd/internal/background"
	"github.com/dockwire/dockwire/cmd/internal/callfields"
	"github.com/dockwire/dockwire/cmd/internal/child"
	"github.com/dockwire/dockwire/cmd/internal/dockerargs"
	"github.com/dockwire/dockwire/cmd/internal/fakedaemon"
	"github.com/dockwire/dockwire/cmd/internal/pipeline"
	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/engine"
	"github.com/dockwire/dockwire/decode/exchange"
	"github.com/dockwire/dockwire/intercept"
	"github.com/dockwire/dockwire/ui/safe"
	"github.com/dockwire/dockwire/ui/text"
)

// explainPatience bounds one run of a command against the fake daemon.
const explainPatience = 20 * time.Second

// explained is a docker command line that is being explained.
type explained struct {
	program string   // the client, as found in PATH
	command []string // container run: the words up to the flags
	args    []string // what follows them
	help    dockerargs.Help
	calls   []callfields.Call
}

// explainCommandLine runs a docker command against a fake daemon. It writes the
// command's calls, and the field of a call that each flag became.
func explainCommandLine(out io.Writer, line []string, width int) error {
	e := &explained{program: line[0]}
	if _, err := exec.LookPath(e.program); err != nil {
		say("%s is not installed here: this is from dockwire's own table of commands, without flags", safe.String(e.program))
		return explainFromTable(out, withoutFlags(line[1:]), width)
	}
	if err := e.split(line[1:]); err != nil {
		return err
	}
	calls, said, err := e.run(e.args)
	if err != nil {
		return err
	}
	if e.calls = calls; len(calls) == 0 {
		return fmt.Errorf("%s made no call to the daemon; it said: %s", safe.String(strings.Join(line, " ")), safe.String(firstLine(said)))
	}
	p := explanationPrinter{out: out, width: width}
	p.printf("%s\n\n", safe.String(strings.Join(line, " ")))
	p.calls(calls)
	return errors.Join(e.explainParts(&p), p.err)
}

// explainFromTable explains the longest beginning of a command line that is a
// docker command of dockwire's own table.
func explainFromTable(out io.Writer, words []string, width int) error {
	for n := len(words); n > 0; n-- {
		if command := "docker " + strings.Join(words[:n], " "); len(text.Operations(command)) > 0 {
			return explain(out, command, width)
		}
	}
	return fmt.Errorf("the table has no docker command %q", strings.Join(words, " "))
}

// withoutFlags are the words of a command line up to its first flag.
func withoutFlags(line []string) []string {
	if i := slices.IndexFunc(line, func(a string) bool { return strings.HasPrefix(a, "-") }); i >= 0 {
		return line[:i]
	}
	return line
}

func firstLine(s string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(s), "\n")
	return line
}

// split separates the command's words from its flags, using the help text of each
// word.
func (e *explained) split(args []string) (err error) {
	for {
		// A word comes first, unless there are flags for docker itself. Its help
		// is the slowest of all, and is left alone where no flag needs it.
		first := len(e.command) == 0
		if !first || len(args) > 0 && strings.HasPrefix(args[0], "-") {
			out, err := exec.Command(e.program, append(slices.Clone(e.command), "--help")...).Output()
			if err != nil {
				return fmt.Errorf("%s --help: %w", strings.Join(append([]string{e.program}, e.command...), " "), err)
			}
			e.help = dockerargs.ParseHelp(string(out))
		}
		if !first && !e.help.Group {
			e.args = args
			return nil
		}
		if args, err = e.flagsOfGroup(args); err != nil {
			return err
		}
		if len(args) == 0 {
			return fmt.Errorf("%s needs a subcommand", strings.Join(append([]string{e.program}, e.command...), " "))
		}
		e.command, args = append(e.command, args[0]), args[1:]
	}
}

// flagsOfGroup takes the flags before a subcommand. Docker's own are dropped: they say
// which daemon docker connects to, and here it connects to the fake one. Those of
// a group, as compose's -f FILE, stay with its name.
func (e *explained) flagsOfGroup(args []string) ([]string, error) {
	for len(args) > 0 && strings.HasPrefix(args[0], "-") {
		parts := e.help.Split(args)
		if parts[0].Flag == nil {
			return nil, fmt.Errorf("%s: unknown flag %s", e.program, safe.String(args[0]))
		}
		rest := dockerargs.Without(args, parts[0])
		if len(e.command) > 0 {
			e.command = append(e.command, args[:len(args)-len(rest)]...)
		} else {
			say("%s has no effect here: the command talks to a fake daemon", safe.String(parts[0].Text))
		}
		args = rest
	}
	return args, nil
}

// explainParts writes the fields that each flag and word of the line became.
func (e *explained) explainParts(p *explanationPrinter) error {
	for _, part := range e.help.Split(e.args) {
		if part.Flag == nil {
			p.part(part.Text, "", callfields.Uses(e.calls, part.Text))
			continue
		}
		without, _, err := e.run(dockerargs.Without(e.args, part))
		if err != nil {
			return err
		}
		if len(without) == 0 {
			p.part(part.Text, part.Flag.Usage+" (without it the command makes no call)", nil)
			continue
		}
		p.part(part.Text, part.Flag.Usage, callfields.Compare(e.calls, without))
	}
	return nil
}

// run runs the command against a new fake daemon, through a relay with a decoder.
// It returns the command's calls and its output.
func (e *explained) run(args []string) (calls []callfields.Call, said string, err error) {
	dir, err := privateDir()
	if err != nil {
		return nil, "", err
	}
	defer os.RemoveAll(dir)
	daemon := intercept.Endpoint{Scheme: "unix", Address: filepath.Join(dir, "daemon.sock")}
	l, err := intercept.Bind(daemon)
	if err != nil {
		return nil, "", err
	}
	makes := slices.Contains(e.command, "compose") || slices.Equal(e.command, []string{"stack", "deploy"})
	fake := &fakedaemon.Daemon{OnlyCreated: makes}
	served := background.Start(func() error { return fake.Serve(l) })
	defer func() { l.Close(); <-served.Done() }()

	folder := exchange.NewFolder(0, func(x *exchange.Exchange, e decode.Event) {
		if _, ended := e.(*decode.ExchangeEnd); ended && x != nil {
			calls = addCall(calls, x)
		}
	})
	o, err := observe(time.Now(), route{upstream: &upstream{Endpoint: daemon}}, recordFlags{maxBody: "8MiB"}, os.Getenv, say, pipeline.EachEvent(folder.Event))
	if err != nil {
		return nil, "", err
	}
	at, err := o.server.Listen(intercept.Endpoint{Scheme: "unix", Address: filepath.Join(dir, "docker.sock")}, intercept.Private)
	if err != nil {
		return nil, "", errors.Join(err, o.close())
	}
	relayed := o.server.Start()
	said, err = e.start(e.line(args), at.String())
	o.awaitEnd()
	err = errors.Join(err, o.closeServer(), <-relayed, o.close())
	return calls, said, err
}

// line is the command line that is run. Of services the client would go on
// asking whether their tasks run, which no fake daemon brings about.
func (e *explained) line(args []string) []string {
	line := slices.Clone(e.command)
	if len(line) == 2 && line[0] == "service" && slices.ContainsFunc(e.help.Flags, func(f dockerargs.Flag) bool { return f.Long == "detach" }) {
		line = append(line, "--detach")
	}
	return append(line, args...)
}

// start runs the client until it ends, and returns its output. The output is
// shown only when the client made no call.
func (e *explained) start(args []string, host string) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), explainPatience)
	defer cancel()
	cmd := exec.CommandContext(ctx, e.program, args...)
	cmd.WaitDelay = time.Second
	cmd.Env = append(child.Env(os.Environ(), host), "DOCKER_BUILDKIT=0", "DOCKER_CLI_HINTS=false")
	var out child.Output
	err := child.OnPTY(cmd, &out)
	var exit *exec.ExitError
	if errors.As(err, &exit) || ctx.Err() != nil {
		err = nil // the fake daemon made it fail; only its calls matter
	}
	return out.String(), err
}

// addCall keeps calls in the order of their requests. Exchanges end in another
// order.
func addCall(calls []callfields.Call, x *exchange.Exchange) []callfields.Call {
	call := callfields.NewCall(x.Name(), x.Method, x.Call.Path, x.Call.RawQuery, x.Request.Body)
	call.ID = uint64(x.ID)
	at, _ := slices.BinarySearchFunc(calls, call.ID, func(c callfields.Call, id uint64) int { return int(c.ID) - int(id) })
	return slices.Insert(calls, at, call)
}

// explanationPrinter writes the explanation of a command line.
type explanationPrinter struct {
	out   io.Writer
	width int
	err   error
}

func (p *explanationPrinter) printf(format string, args ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.out, format, args...)
	}
}

// calls writes the calls. What a client asks again and again is written twice.
func (p *explanationPrinter) calls(calls []callfields.Call) {
	asked, more := map[string]int{}, 0
	for i, c := range calls {
		query := ""
		if len(c.Query) > 0 {
			query = "?" + c.Query.Encode()
		}
		if key := c.Method + c.Path + query; c.Method == "GET" && asked[key] == 2 {
			more++
			continue
		} else {
			asked[key]++
		}
		p.printf("%2d  %-6s %s\n", i+1, c.Method, safe.String(c.Path+query))
		first, _, _ := strings.Cut(engine.Explain(engine.Find(c.Name)).Text, ". ")
		p.prose(c.Name+": "+strings.TrimSuffix(first, "."), 4)
	}
	if more > 0 {
		p.prose(fmt.Sprintf("and %s like these: the client repeats them until something has happened, which does not happen here", plural(more, "call")), 4)
	}
}

// part writes a flag or word, the client's description of it, and the fields it
// became.
func (p *explanationPrinter) part(text, usage string, became []callfields.Difference) {
	p.printf("\n%s\n", safe.String(text))
	if usage != "" {
		p.prose(usage, 4)
	}
	if len(became) == 0 && usage == "" {
		p.printf("    → no field holds it unchanged\n")
	} else if len(became) == 0 && !strings.Contains(usage, "makes no call") {
		p.printf("    → changes no call: the client uses it itself, or it is the default\n")
	}
	for _, d := range became {
		switch {
		case d.Only == "made":
			p.printf("    → %s is made because of it\n", d.Call)
			continue
		case d.Only != "":
			p.printf("    → %s is not made because of it\n", d.Call)
			continue
		case d.With == "":
			p.printf("    → %s %s is left out\n", d.Call, safe.String(d.Place))
		default:
			p.printf("    → %s %s = %s\n", d.Call, safe.String(d.Place), safe.String(d.With))
		}
		if doc := meaning(d); doc != "" {
			p.prose(doc, 6)
		}
	}
}

// meaning is the documentation of a place in a call.
func meaning(d callfields.Difference) string {
	if name, ok := strings.CutPrefix(d.Place, "query "); ok {
		return engine.ParamDoc(d.Call, name)
	}
	return engine.FieldDoc(d.Call, d.Place)
}

func (p *explanationPrinter) prose(s string, indent int) {
	for _, line := range strings.Split(strings.TrimSpace(text.Wrap(safe.String(s), p.width-indent)), "\n") {
		p.printf("%s%s\n", strings.Repeat(" ", indent), line)
	}
}
