package main

import (
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/dockwire/dockwire/decode/engine"
	"github.com/dockwire/dockwire/ui/text"
)

func explainCommand() *cobra.Command {
	var live bool
	var f upstreamFlags
	cmd := &cobra.Command{
		Use:   "explain [OPERATION | 'METHOD PATH' | docker COMMAND | WORD | FILE | -- docker COMMAND FLAGS...]",
		Short: "Say what an operation of the Engine API does, or what a docker command line asks for",
		Long: `Says what an operation of the Engine API does, which docker commands use it,
what to look at and what goes wrong. Without an argument it lists them all.

After -- comes a whole docker command line. The docker client runs it against a
daemon that is built in and does nothing. The client still writes the files that
it is asked for (docker cp, docker save -o). Out
comes each call that it makes, in order, and for each flag the field that it
became. That is found by running the command again without the flag. Builds are
run with the classic builder. With --live the command is run for real, against
the daemon; what it asked and got is explained then.

Of a recording, every call is explained: what it is for, what its parameters and
the fields that are set in it mean, and behind an arrow the flag of docker that
asks for each.`,
		Example: `  dockwire explain ContainerCreate
  dockwire explain 'POST /containers/x/start'
  dockwire explain docker run
  dockwire explain network
  dockwire explain 409
  dockwire explain hijack
  dockwire explain hi.jsonl
  dockwire explain --live -- docker ps -a
  dockwire explain -- docker run -d -p 80:80 -v data:/data --name web nginx`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if live {
				return explainLive(cmd.OutOrStdout(), &f, args, lineWidth(os.Stdout))
			}
			if len(args) == 1 && cmd.ArgsLenAtDash() < 0 && isFile(args[0]) {
				return explainRecording(cmd.OutOrStdout(), args[0], lineWidth(os.Stdout))
			}
			if cmd.ArgsLenAtDash() == 0 && len(args) > 0 {
				return explainCommandLine(cmd.OutOrStdout(), args, lineWidth(os.Stdout))
			}
			return explain(cmd.OutOrStdout(), strings.Join(args, " "), lineWidth(os.Stdout))
		},
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			ids := engine.Terms()
			for _, op := range engine.Operations() {
				ids = append(ids, op.ID+"\t"+op.Method+" "+op.Path)
			}
			return ids, cobra.ShellCompDirectiveDefault // recordings too
		},
	}
	f.add(cmd)
	cmd.Flags().BoolVar(&live, "live", false, "run the command against the daemon: what it does is done")
	return cmd
}

// explain writes the full explanation of one operation, or a line for each of
// several.
func explain(out io.Writer, asked string, width int) error {
	if term := engine.Term(asked); term != "" {
		_, err := io.WriteString(out, text.Wrap(term, width))
		return err
	}
	ops := engine.Operations()
	if asked != "" {
		ops = text.Operations(asked)
	}
	switch len(ops) {
	case 0:
		if near := text.NearestOperation(asked); near != "" {
			return fmt.Errorf("no operation of the Engine API matches %q: did you mean dockwire explain %s?", asked, near)
		}
		return fmt.Errorf("no operation of the Engine API matches %q (dockwire explain lists them)", asked)
	case 1:
		if _, err := io.WriteString(out, text.Explanation(ops[0], width)); err != nil {
			return err
		}
		return explainExample(out, ops[0].ID)
	}
	tag := ""
	for _, op := range ops {
		if asked == "" && op.Tag != tag {
			tag = op.Tag
			fmt.Fprintf(out, "\n%s\n", tag)
		}
		if _, err := fmt.Fprintf(out, "  %-24s %-6s %s\n", op.ID, op.Method, op.Path); err != nil {
			return err
		}
	}
	return nil
}

// lineWidth is how wide prose is set: as the terminal, but never wider than
// is pleasant to read.
func lineWidth(f *os.File) int {
	const pleasant = 88
	if width, _, err := term.GetSize(int(f.Fd())); err == nil && width > 20 {
		return min(width, pleasant)
	}
	return 80
}
