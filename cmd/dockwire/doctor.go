package main

import (
	"context"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/dockwire/dockwire/cmd/internal/doctor"
)

// doctorWithin is how long doctor may take; --timeout changes it.
const doctorWithin = 15 * time.Second

func doctorCommand() *cobra.Command {
	var f daemonFlags
	timeout := doctorWithin
	cmd := &cobra.Command{
		Use:   "doctor [flags]",
		Short: "Say which daemon is meant, whether it answers, and what to do when not",
		Long: `Finds the daemon as the docker command line does, says what decided for it,
connects, asks for its version, and looks at who may use it. When that fails it
says what to do and which other daemons there are. Nothing is changed, and no
secret is printed: the output can go into a bug report.

The exit code is 1 when the daemon cannot be used.`,
		Example: `  dockwire doctor
  dockwire doctor -c remote
  dockwire doctor -H tcp://build1.example.com:2376 --tlsverify`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx, cancel := context.WithTimeout(cmd.Context(), timeout)
			defer cancel()
			report := doctor.Examine(ctx, doctor.System(f.docker(cmd)))
			for _, found := range report.Findings {
				printStep(cmd.OutOrStdout(), string(found.State), found.Topic, found.Detail, strings.Join(found.Advice, "\n"))
			}
			if !report.OK() {
				return exitError{code: 1}
			}
			return nil
		},
	}
	f.add(cmd)
	cmd.Flags().DurationVar(&timeout, "timeout", doctorWithin, "longest `TIME` for the examination")
	return cmd
}
