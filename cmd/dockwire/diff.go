package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"golang.org/x/term"

	"github.com/dockwire/dockwire/recordings/diff"
	"github.com/dockwire/dockwire/recordings/flow/match"
	"github.com/dockwire/dockwire/ui/safe"
)

type diffFlags struct {
	filter string
	format string
	ignore []string
}

// addIgnore adds the flag that diff and verify have.
func addIgnore(flags *pflag.FlagSet, places *[]string) {
	flags.StringArrayVar(places, "ignore", nil, "do not compare this `PLACE`: answer.HostConfig.*, status, stderr, body.Labels, *Inspect:answer.State (repeatable)")
}

// codeDiffers and codeTrouble are diff's exit codes, as those of diff(1).
const (
	codeDiffers = 1
	codeTrouble = 2
)

func diffCommand() *cobra.Command {
	var f diffFlags
	cmd := &cobra.Command{
		Use:   "diff [flags] A B",
		Short: "Compare two recordings as flows of calls",
		Long: `Shows what recording B does otherwise than A: calls that are missing or were
added, that came in another order, and that were asked or answered differently,
with the place in the JSON and both values. Calls are grouped by the client
command that made them.

Ids, times, durations, ports, addresses and what else differs each time are not
compared, and names that a client chose each time (containers, networks, volumes)
count as the same once they are seen to stand for each other.

The exit code is 0 when nothing differs, 1 when something does, 2 on trouble.`,
		Example: `  dockwire diff before.jsonl after.jsonl
  dockwire diff -f 'op:Container*' docker.jsonl podman.jsonl
  dockwire diff --ignore 'answer.HostConfig.*' --ignore stderr a.jsonl b.jsonl
  dockwire diff --format json a.jsonl b.jsonl | jq .commands`,
		Args: func(cmd *cobra.Command, args []string) error {
			if err := cobra.ExactArgs(2)(cmd, args); err != nil {
				return exitError{code: codeTrouble, err: err}
			}
			return nil
		},
		RunE: func(_ *cobra.Command, args []string) error { return compared(f.diff(args[0], args[1])) },
	}
	cmd.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return exitError{code: codeTrouble, err: err} })
	cmd.Flags().StringVarP(&f.filter, "filter", "f", "", "compare only exchanges that match `FILTER` (dockwire help filter)")
	addIgnore(cmd.Flags(), &f.ignore)
	cmd.Flags().StringVar(&f.format, "format", "text", "`FORMAT` of what is shown: text, json")
	_ = cmd.RegisterFlagCompletionFunc("format", cobra.FixedCompletions([]string{"text", "json"}, cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

// compared is the exit code of a comparison.
func compared(same bool, err error) error {
	switch {
	case err != nil:
		return exitError{code: codeTrouble, err: err}
	case !same:
		return exitError{code: codeDiffers}
	}
	return nil
}

func (f *diffFlags) diff(a, b string) (same bool, err error) {
	if f.format != "text" && f.format != "json" {
		return false, fmt.Errorf("--format %q: give one of text, json", f.format)
	}
	which, err := parseFilter(f.filter)
	if err != nil {
		return false, err
	}
	ignore, err := match.ParseCallRules(f.ignore)
	if err != nil {
		return false, fmt.Errorf("--ignore: %w", err)
	}
	result, err := diff.Compare(a, b, diff.Options{Which: which, Ignore: ignore})
	if err != nil {
		return false, err
	}
	return result.Equal(), showResult(f.format, result)
}

// showResult writes what was compared to stdout.
func showResult(format string, r interface {
	Text(match.Paint, func(string) string) string
}) (err error) {
	out := bufio.NewWriter(os.Stdout)
	if format == "json" {
		err = writeJSON(out, r)
	} else {
		_, err = out.WriteString(r.Text(diffPaint(os.Stdout), safe.String[string]))
	}
	return errors.Join(err, out.Flush())
}

// writeJSON writes a result as one document that is safe for a terminal.
func writeJSON(w io.Writer, result any) error {
	e := json.NewEncoder(safe.JSON(w))
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(result)
}

// diffPaint colours differences on a terminal, unless NO_COLOR is set.
func diffPaint(out *os.File) match.Paint {
	if os.Getenv("NO_COLOR") != "" || os.Getenv("TERM") == "dumb" || !term.IsTerminal(int(out.Fd())) {
		return nil
	}
	codes := map[string]string{"title": "1;36", "-": "31", "+": "32"}
	return func(kind, text string) string { return "\x1b[" + codes[kind] + "m" + text + "\x1b[0m" }
}
