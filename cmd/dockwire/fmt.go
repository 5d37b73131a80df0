package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dockwire/dockwire/recordings"
	"github.com/dockwire/dockwire/recordings/tidy"
)

type fmtFlags struct {
	filter    string
	output    string
	overwrite bool
	times     bool
	values    bool
}

func fmtCommand() *cobra.Command {
	var f fmtFlags
	cmd := &cobra.Command{
		Use:   "fmt [flags] FILE...",
		Short: "Tidy a recording up for a repository of tests",
		Long: `Rewrites recordings so that two of one flow differ where the flow does: ids,
hardware addresses, process ids and times of the run get fixed values, and
exchanges and connections are numbered in order. What a test sees is the same,
except for those values. The order of lines, which is the order of cause and
effect, stays.

With a filter only the exchanges that match stay, with what they travel in and
what travels in them. dockwire filter explains the language.

Bodies may be changed by hand before and after: fmt corrects their lengths, and
a replay does too.`,
		Example: `  dockwire fmt testdata/*.jsonl
  dockwire fmt -f 'not op:SystemPing*' -o up.jsonl recorded.jsonl`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			if f.output != "" && len(args) > 1 {
				return errors.New("--output is for a single recording")
			}
			for _, file := range args {
				if err := f.rewrite(file); err != nil {
					return err
				}
			}
			return nil
		},
	}
	flags := cmd.Flags()
	flags.StringVarP(&f.filter, "filter", "f", "", "keep only exchanges that match this `FILTER`")
	flags.StringVarP(&f.output, "output", "o", "", "write to this `FILE` instead of the recording itself")
	flags.BoolVar(&f.overwrite, "overwrite", false, "replace an existing FILE of --output")
	flags.BoolVar(&f.times, "keep-times", false, "keep when things happened, for replay --speed real")
	flags.BoolVar(&f.values, "keep-values", false, "keep ids and times inside of heads and bodies")
	return cmd
}

// rewrite puts the new recording in the old one's place when it is complete.
func (f *fmtFlags) rewrite(file string) error {
	which, err := parseFilter(f.filter)
	if err != nil {
		return err
	}
	to := f.output
	inPlace := to == "" || same(file, to)
	if inPlace {
		to = file
	}
	forget := func() {}
	defer func() { forget() }()
	counts, err := tidy.Rewrite(func() (*recordings.Reader, error) { return recordings.Open(file) },
		func(h recordings.Header) (*recordings.Writer, error) {
			made, aside := whenKilled(), ""
			w, err := recordings.Create(to, recordings.Options{
				MaxBody: recordings.KeepAll, TarUploads: true, Bursts: true, Peers: true, Overwrite: f.overwrite || inPlace, WhenWhole: true, Header: h,
			})
			if err == nil {
				aside = w.Aside()
			}
			forget = made(aside)
			return w, err
		},
		tidy.Options{Filter: which, KeepTimes: f.times, KeepValues: f.values})
	if err != nil {
		if strings.Contains(err.Error(), "file exists") {
			err = fmt.Errorf("%w (--overwrite)", err)
		}
		if inPlace {
			return fmt.Errorf("%s is as it was: %w", file, err)
		}
		return err
	}
	if f.filter != "" {
		say("%d of %s kept in %s", counts.Kept, plural(counts.Exchanges, "exchange"), to)
	}
	return nil
}
