package main

import (
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dockwire/dockwire/ui/safe"
)

// group is a part of the list of commands that help shows.
type group struct {
	id, title string
	commands  []*cobra.Command
}

func groups() []group {
	return []group{
		{"watch", "Watch and record:", []*cobra.Command{runCommand(), tapCommand(), viewCommand(), printCommand(), exportCommand(), checkCommand(), scrubCommand()}},
		{"test", "Test:", []*cobra.Command{replayCommand(), verifyCommand(), diffCommand(), volatileCommand(), fmtCommand()}},
		{"setup", "Set up:", []*cobra.Command{doctorCommand(), certsCommand(), contextCommand(), envCommand(), pluginCommand(), restoreCommand()}},
		{"learn", "Learn:", []*cobra.Command{demoCommand(), learnCommand(), labCommand(), explainCommand(), filterHelp(), versionCommand()}},
	}
}

func rootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:   "dockwire",
		Short: "See, record and replay what Docker clients and the daemon say to each other",
		Long: `dockwire stands between any Docker client and dockerd, passes every byte on
unchanged and at once, and shows each Engine API call as it happens.

  dockwire run -- docker run --rm busybox echo hi
  dockwire run -o hi.jsonl -- docker compose up
  dockwire tap --listen unix:///tmp/tapped.sock
  dockwire print hi.jsonl`,
		Args:          knownCommand,
		SilenceErrors: true, // execute prints them
		SilenceUsage:  true,

		SuggestionsMinimumDistance: 2,
	}
	for _, g := range groups() {
		root.AddGroup(&cobra.Group{ID: g.id, Title: g.title})
		for _, c := range g.commands {
			c.GroupID = g.id
			root.AddCommand(c)
		}
	}
	root.SetOut(safe.Writer(os.Stdout)) // names of files and what daemons say are in it
	root.SetErr(safe.Writer(os.Stderr))
	root.SetHelpCommandGroupID("learn")
	root.SetCompletionCommandGroupID("setup")
	liveRoot(root)
	return root
}

// elsewhere names the command for words that people try first.
var elsewhere = map[string]string{
	"record":  "dockwire run -o FILE -- COMMAND, or dockwire tap -o FILE",
	"capture": "dockwire run -o FILE -- COMMAND, or dockwire tap -o FILE",
	"proxy":   "dockwire tap --listen ADDR",
	"listen":  "dockwire tap --listen ADDR",
	"show":    "dockwire print FILE, or dockwire view FILE",
	"cat":     "dockwire print FILE",
	"open":    "dockwire view FILE",
	"stats":   "dockwire view FILE, then the key S",
	"play":    "dockwire replay FILE",
	"mock":    "dockwire replay FILE",
	"serve":   "dockwire replay FILE --listen ADDR",
	"compare": "dockwire diff A B",
	"docker":  "dockwire run -- docker ...",
	"compose": "dockwire run -- docker compose ...",
}

// knownCommand refuses a word that is no command, and says which one was
// probably meant.
func knownCommand(root *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	hint := "dockwire --help lists the commands"
	if meant, ok := elsewhere[args[0]]; ok {
		hint = "use " + meant
	} else if near := root.SuggestionsFor(args[0]); len(near) > 0 {
		hint = "did you mean dockwire " + strings.Join(near, " or dockwire ") + "?"
	}
	return fmt.Errorf("there is no command %q: %s", args[0], hint)
}
