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
	return &cobra.Command{
		Use:   "explain [OPERATION | 'METHOD PATH' | docker COMMAND]",
		Short: "Say what an operation of the Engine API does, and what its parameters mean",
		Long: `Says what an operation of the Engine API does, which docker commands use it,
what to look at and what goes wrong. Without an argument it lists them all.`,
		Example: `  dockwire explain ContainerCreate
  dockwire explain 'POST /containers/x/start'
  dockwire explain docker run
  dockwire explain network`,
		RunE: func(cmd *cobra.Command, args []string) error {
			return explain(cmd.OutOrStdout(), strings.Join(args, " "), lineWidth(os.Stdout))
		},
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			var ids []string
			for _, op := range engine.Operations() {
				ids = append(ids, op.ID+"\t"+op.Method+" "+op.Path)
			}
			return ids, cobra.ShellCompDirectiveNoFileComp
		},
	}
}

// explain writes about the operations that are meant: in full about one, a
// line each about several.
func explain(out io.Writer, asked string, width int) error {
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
		_, err := io.WriteString(out, text.Explanation(ops[0], width))
		return err
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
