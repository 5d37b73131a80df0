package main

import "github.com/spf13/cobra"

func rootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:   "dockwire",
		Short: "See, record and print what Docker clients and the daemon say to each other",
		Long: `dockwire stands between any Docker client and dockerd, passes every byte on
unchanged and at once, and shows each Engine API call as it happens.

  dockwire run -- docker run --rm busybox echo hi
  dockwire run -o hi.jsonl -- docker compose up
  dockwire tap --listen unix:///tmp/tapped.sock
  dockwire print hi.jsonl`,
		SilenceErrors: true, // execute prints them
		SilenceUsage:  true,
	}
	root.AddCommand(restoreCommand())
	root.AddCommand(runCommand(), tapCommand(), printCommand(), versionCommand(), filterHelp(), replayCommand())
	root.AddCommand(doctorCommand(), certsCommand(), envCommand(), contextCommand(), pluginCommand(), manCommand())
	root.AddCommand(explainCommand(), viewCommand(), diffCommand(), verifyCommand(), demoCommand())
	liveRoot(root)
	return root
}
