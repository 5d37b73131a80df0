package main

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/redact"
	"github.com/dockwire/dockwire/recordings"
	"github.com/dockwire/dockwire/ui/safe"
)

type scrubFlags struct {
	rules     secretRules
	output    string
	overwrite bool
}

func scrubCommand() *cobra.Command {
	var f scrubFlags
	cmd := &cobra.Command{
		Use:   "scrub FILE -o FILE",
		Short: "Take the secrets out of an old recording",
		Long: `Writes a recording again with today's rules for secrets applied to it. What was
redacted before stays as it is. The old file is not touched; dockwire check says
what scrub would replace.`,
		Example: `  dockwire scrub old.jsonl -o clean.jsonl`,
		Args:    cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			if f.output == "" {
				return errors.New("where to? give a file with -o")
			}
			return f.scrub(args[0])
		},
	}
	f.rules.add(cmd)
	cmd.Flags().StringVarP(&f.output, "output", "o", "", "write to this `FILE` (.jsonl, or .jsonl.zst for a compressed one)")
	cmd.Flags().BoolVar(&f.overwrite, "overwrite", false, "replace an existing recording")
	return cmd
}

func (f *scrubFlags) scrub(file string) error {
	o, err := f.rules.options()
	if err != nil {
		return err
	}
	if same(file, f.output) {
		return fmt.Errorf("%s cannot be read and written at once: give another file with -o", safe.String(file))
	}
	if o.Taken, err = placeholders(file); err != nil {
		return err
	}
	in, err := recordings.Open(file)
	if err != nil {
		return err
	}
	defer in.Close()
	header := in.Header()
	header.Redact = redactedByDefault
	made := whenKilled()
	out, err := recordings.Create(f.output, recordings.Options{
		MaxBody: recordings.KeepAll, TarUploads: true, Bursts: true, Peers: true, Overwrite: f.overwrite, WhenWhole: true, Header: header,
	})
	if err != nil {
		made("")()
		if strings.Contains(err.Error(), "file exists") {
			err = fmt.Errorf("%w (--overwrite)", err)
		}
		return err
	}
	defer made(out.Aside())()
	replaced := 0
	o.Found = func(red decode.Redaction) {
		if !redact.Unreadable(red) {
			replaced++
		}
	}
	var failed error
	r := redact.New(o, func(e decode.Event) {
		if failed == nil {
			failed = out.Event(e)
		}
	})
	err = eachEventOf(in, file, func(e decode.Event) error {
		r.Event(e)
		return failed
	})
	if err = errors.Join(err, out.Close()); err != nil {
		return err
	}
	say("%s replaced in %s", plural(replaced, "secret"), f.output)
	return nil
}

var placeholderNumber = regexp.MustCompile(`\{\{redacted\.([a-z_]+)\.([0-9]{1,9})\}\}`)

// placeholders tells the highest number in use of each kind, so that a new
// secret does not look like an old one.
func placeholders(file string) (map[string]int, error) {
	in, err := recordings.Open(file)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	taken := map[string]int{}
	for {
		line, err := in.NextLine()
		for _, m := range placeholderNumber.FindAllSubmatch(line, -1) {
			n, _ := strconv.Atoi(string(m[2]))
			taken[string(m[1])] = max(taken[string(m[1])], n)
		}
		if err != nil {
			return taken, nil // what cannot be read is said when it is read again
		}
	}
}
