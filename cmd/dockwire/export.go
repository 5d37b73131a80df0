package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/filter"
	"github.com/dockwire/dockwire/recordings"
	"github.com/dockwire/dockwire/recordings/export"
	"github.com/dockwire/dockwire/ui/model"
	"github.com/dockwire/dockwire/ui/safe"
)

type exportFlags struct {
	filter  string
	output  string
	force   bool
	summary bool
}

func exportCommand() *cobra.Command {
	var f exportFlags
	var list strings.Builder
	var names []cobra.Completion
	for _, format := range export.Formats {
		indent := "  "
		if format.Of != "" {
			indent = "    "
		}
		fmt.Fprintf(&list, "\n%-18s %s", indent+format.Name, format.Short)
		names = append(names, cobra.CompletionWithDesc(format.Name, format.Short))
	}
	cmd := &cobra.Command{
		Use:   "export [flags] FORMAT [FILE]",
		Short: "Write a recording in a format that other programs read",
		Long: `Writes the exchanges of a recording for other programs and people. "-" reads
the recording from stdin. A recording that still grows, or that is damaged, is
exported as far as it goes; if it is damaged the exit code is 1.

Formats, with the parts and companions of some below them:` + list.String() + `

On the screen, ":export FORMAT FILE" writes the calls that are shown, and
":export screen FILE" a picture (SVG) of the page that is shown.`,
		Example: `  dockwire export html up.jsonl -o up.html
  dockwire export markdown --summary up.jsonl >> "$GITHUB_STEP_SUMMARY"
  dockwire export har -f 'op:Image*' up.jsonl -o up.har`,
		Args: formatAndFile,
		ValidArgsFunction: func(_ *cobra.Command, args []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
			if len(args) == 0 {
				return names, cobra.ShellCompDirectiveNoFileComp
			}
			return nil, cobra.ShellCompDirectiveDefault
		},
		RunE: func(_ *cobra.Command, args []string) error {
			return f.export(args[0], strings.Join(args[1:], ""), func(err error) { say("%v", err) })
		},
	}
	flags := cmd.Flags()
	flags.StringVarP(&f.filter, "filter", "f", "", "export only exchanges that match `FILTER` (dockwire help filter)")
	flags.StringVarP(&f.output, "output", "o", "", "write to `FILE` instead of stdout")
	flags.BoolVar(&f.force, "overwrite", false, "replace an existing output file")
	flags.BoolVar(&f.summary, "summary", false, "markdown: only commands, failures and counts")
	return cmd
}

// formatAndFile says which argument is missing, or that there are too many.
func formatAndFile(_ *cobra.Command, args []string) error {
	switch {
	case len(args) == 0:
		return fmt.Errorf("which format? dockwire export FORMAT FILE, where FORMAT is one of %s; dockwire export --help says what they are for", export.Names())
	case len(args) > 2:
		return fmt.Errorf("one recording is exported at a time: dockwire export %s FILE", args[0])
	}
	return nil
}

// export writes the recording at path. Each line that cannot be read goes to
// warn.
func (f *exportFlags) export(name, path string, warn func(error)) error {
	format, err := export.Find(name)
	if err != nil {
		return err
	}
	if f.summary && format.Name != "markdown" {
		return fmt.Errorf("--summary is for markdown, not for %s", format.Name)
	}
	if format.Fixed != "" {
		return f.fixed(format, path)
	}
	if path == "" {
		return fmt.Errorf("which recording? dockwire export %s FILE", name)
	}
	which, err := parseFilter(f.filter)
	if err != nil {
		return err
	}
	in, err := openRecording(path)
	if err != nil {
		return err
	}
	defer in.Close()
	if f.output == "" && format.Bytes && term.IsTerminal(int(os.Stdout.Fd())) {
		return fmt.Errorf("%s is binary and not for a terminal: give a file with --output", format.Name)
	}
	out, err := f.create(path)
	if err != nil {
		return err
	}
	o := export.Options{Name: recordingName(path), Filter: which, Summary: f.summary}
	var again func() (*recordings.Reader, error)
	if path != "-" {
		again = func() (*recordings.Reader, error) { return openRecording(path) }
	}
	var to io.Writer = out
	if format.JSON {
		to = safe.JSON(out)
	}
	err = export.Write(format, to, o, in, again, warn)
	return errors.Join(err, out.Close())
}

// screenExport is how a screen exports what its archive has by now.
func screenExport(a model.Archive, h recordings.Header, name string) (run func(ctx context.Context, format, path string, which *filter.Filter) error, formats []string) {
	for _, f := range export.Formats {
		if f.Fixed == "" {
			formats = append(formats, f.Name)
		}
	}
	return func(ctx context.Context, format, path string, which *filter.Filter) error {
		f, err := export.Find(format)
		if err != nil {
			return err
		}
		if f.Fixed != "" {
			return fmt.Errorf("%s is the same for every recording: dockwire export %s writes it", format, format)
		}
		out, err := createPrivate(path, false)
		if err != nil {
			return err
		}
		e := f.New(out, &export.Options{Header: h, Name: recordingName(name), Filter: which})
		ctx, enough := context.WithCancel(ctx)
		defer enough()
		whole := false
		err = a.Scan(ctx, func(event decode.Event) {
			if !whole {
				e.Event(event)
			}
		}, func(done, all int64) {
			if done >= all {
				whole = true
				enough()
			}
		})
		if whole {
			err = nil
		}
		if err = errors.Join(err, e.Close()); err != nil {
			out.discard()
		} else {
			err = out.Close()
		}
		if err != nil {
			return fmt.Errorf("not exported: %w", err)
		}
		return nil
	}, formats
}

// fixed writes what is the same for every recording.
func (f *exportFlags) fixed(format *export.Format, path string) error {
	if path != "" || f.filter != "" {
		return fmt.Errorf("%s is the same for every recording: give neither a file nor a filter", format.Name)
	}
	out, err := f.create("")
	if err != nil {
		return err
	}
	_, err = io.WriteString(out, format.Fixed)
	return errors.Join(err, out.Close())
}

// create opens the output. An export may hold what a recording holds, so only
// its owner can read it.
func (f *exportFlags) create(recording string) (io.WriteCloser, error) {
	if f.output == "" || f.output == "-" {
		return unclosed{os.Stdout}, nil
	}
	if same(recording, f.output) {
		return nil, fmt.Errorf("%s is the recording itself: choose another name for the export", f.output)
	}
	made := whenKilled()
	out, err := createPrivate(f.output, f.force)
	if err != nil {
		made("")()
		if errors.Is(err, errExists) {
			err = fmt.Errorf("%w, or give --overwrite", err)
		}
		return nil, err
	}
	made(out.file.Name())
	return out, nil
}

// unclosed is a writer that others close.
type unclosed struct{ io.Writer }

func (unclosed) Close() error { return nil }

func same(a, b string) bool {
	x, err := os.Stat(a)
	y, err2 := os.Stat(b)
	return err == nil && err2 == nil && os.SameFile(x, y)
}

func openRecording(path string) (*recordings.Reader, error) {
	if path == "-" {
		return recordings.NewReader(os.Stdin)
	}
	return recordings.Open(path)
}

func recordingName(path string) string {
	if path == "-" {
		return "stdin"
	}
	return filepath.Base(path)
}
