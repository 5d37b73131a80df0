package main

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/dockwire/dockwire/recordings/evidence"
	"github.com/dockwire/dockwire/recordings/replay"
)

func volatileCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "volatile A B",
		Short: "Find out from two recordings of one flow what differs each time",
		Long: `Compares the requests of two recordings of the same flow, and writes the places
whose value differs, with a pattern of the values, into A` + replay.SettingsSuffix + `, which replay reads. Names (of
containers, networks, folders) and values that follow from them need no rule
and are not written. Read the file, and remove the places that your test must
compare. dockwire learn A B does the same.`,
		Example: `  dockwire run -o a.jsonl -- ./the-test.sh
  dockwire run -o b.jsonl -- ./the-test.sh
  dockwire volatile a.jsonl b.jsonl
  dockwire replay --strict a.jsonl -- ./the-test.sh`,
		Args: cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			return volatile(cmd.OutOrStdout(), args[0], args[1])
		},
	}
}

func volatile(out io.Writer, a, b string) error {
	found, err := evidence.Volatile(a, b)
	if err != nil {
		return err
	}
	var places, remarks []string
	for _, p := range found.Volatile {
		fmt.Fprintf(out, "%s\n  %s\n  %s\n", p.Rule, p.A, p.B)
		places, remarks = append(places, p.Rule), append(remarks, p.A+" and "+p.B)
	}
	for i, u := range found.Unpaired {
		if i == 10 {
			fmt.Fprintf(out, "and %d more in one of them only\n", len(found.Unpaired)-i)
			break
		}
		fmt.Fprintf(out, "in one of them only: %s\n", u)
	}
	if len(places) == 0 {
		say("no rule is needed: %s differ in names only", plural(found.Same, "request"))
		return nil
	}
	added, err := replay.AddVolatile(a, places, remarks)
	if err != nil {
		return err
	}
	say("%d of %s written to %s%s: remove the places that your test must compare", added, plural(len(places), "volatile place"), a, replay.SettingsSuffix)
	return nil
}
