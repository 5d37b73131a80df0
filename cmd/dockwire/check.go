package main

import (
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/dockwire/dockwire/decode"
	"github.com/dockwire/dockwire/decode/redact"
	"github.com/dockwire/dockwire/recordings"
	"github.com/dockwire/dockwire/ui/safe"
)

// secretRules are the rules that the user adds to those of dockwire.
type secretRules struct {
	record recordFlags // its flags of the same names
}

func (f *secretRules) add(cmd *cobra.Command) {
	cmd.Flags().StringArrayVar(&f.record.redact, "redact", nil, "also look for the value of variables, options and fields of this `NAME` (repeatable)")
	cmd.Flags().StringArrayVar(&f.record.literalsOf, "redact-value-of", nil, "also look, everywhere and in streams too, for the value that dockwire's own environment variable `NAME` has (repeatable)")
}

func (f *secretRules) options() (redact.Options, error) { return f.record.redaction(os.Getenv) }

func checkCommand() *cobra.Command {
	var rules secretRules
	cmd := &cobra.Command{
		Use:   "check FILE...",
		Short: "Look for secrets in recordings that were not redacted",
		Long: `Looks with today's rules for what in recordings looks like a secret and was not
redacted. For each it says the file, the exchange, the place and the rule, never
the value. The exit code is 1 when there is one, and 2 when a recording cannot
be read to its end. dockwire scrub takes the secrets out.`,
		Example: `  dockwire check testdata/*.jsonl
  dockwire check --redact CUSTOMER_ID up.jsonl`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(_ *cobra.Command, files []string) error {
			o, err := rules.options()
			if err != nil {
				return exitError{code: 2, err: err}
			}
			found, trouble := 0, error(nil)
			for _, file := range files {
				n, err := check(file, o)
				found += n
				trouble = errors.Join(trouble, err)
			}
			switch {
			case trouble != nil:
				return exitError{code: 2, err: trouble}
			case found > 0:
				return exitError{code: 1, err: fmt.Errorf("%s; dockwire scrub FILE -o FILE takes them out", plural(found, "secret"))}
			}
			return nil
		},
	}
	rules.add(cmd)
	return cmd
}

// check reports each secret in a file, and returns how many there are.
func check(file string, o redact.Options) (found int, err error) {
	tell := func(o *decode.Origin, op, at, rule string) {
		found++
		place := fmt.Sprintf("connection %d", o.Conn)
		if o.Exchange != 0 {
			place = fmt.Sprintf("exchange %d %s", o.Exchange, op)
		}
		fmt.Printf("%s: %s (%s)\n", safe.String(file), safe.String(place+": "+at), safe.String(rule))
	}
	ops := map[decode.ExchangeID]string{}
	var now decode.Event
	o.Found = func(red decode.Redaction) {
		if x := now.From(); !redact.Unreadable(red) {
			tell(x, ops[x.Exchange], placeOf(now, red.At), red.Rule)
		}
	}
	left := map[decode.ExchangeID]bool{}
	r := redact.New(o, func(e decode.Event) {
		if gone, ok := e.(*decode.Omitted); ok && now != decode.Event(gone) && !left[gone.Exchange] {
			left[gone.Exchange] = true // the file has bytes that today's rules leave out
			tell(&gone.Origin, ops[gone.Exchange], gone.Dir.String(), gone.Why)
		}
	})
	err = eachEvent(file, func(e decode.Event) error {
		now = e
		switch e := e.(type) {
		case *decode.RequestHead:
			ops[e.Exchange] = e.Method
			if e.Call.Op != nil {
				ops[e.Exchange] = e.Call.Op.ID
			}
		case *decode.ExchangeEnd:
			defer delete(ops, e.Exchange)
			defer delete(left, e.Exchange)
		}
		r.Event(e)
		return nil
	})
	return found, err
}

// placeOf says what part of an exchange a place is in.
func placeOf(e decode.Event, at string) string {
	switch e := e.(type) {
	case *decode.ConnOpened:
		return "command line of the client"
	case *decode.Data:
		return e.Dir.String() + " " + at
	case *decode.Message:
		return e.Dir.String() + " " + at
	case *decode.DirectionEnd:
		return e.Dir.String() + " " + at
	case *decode.RequestHead:
		return "request " + at
	case *decode.ResponseHead, *decode.InterimHead:
		return "response " + at
	case *decode.Anomaly:
		return "undecoded " + e.Dir.String()
	}
	return at
}

// eachEvent calls f with every event of a recording. It reports lines that
// cannot be read, and returns an error for them at the end.
func eachEvent(file string, f func(decode.Event) error) error {
	in, err := recordings.Open(file)
	if err != nil {
		return err
	}
	defer in.Close()
	return eachEventOf(in, file, f)
}

func eachEventOf(in *recordings.Reader, file string, f func(decode.Event) error) error {
	bad := 0
	for e, err := range in.All() {
		var line *recordings.LineError
		if errors.As(err, &line) {
			say("%v", line)
			bad++
			continue
		}
		if err == nil {
			err = f(e)
		}
		if err != nil {
			return err
		}
	}
	if bad > 0 {
		return fmt.Errorf("%s: %s could not be read", safe.String(file), plural(bad, "line"))
	}
	return nil
}
