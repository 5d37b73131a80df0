package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/dockwire/dockwire/cmd/internal/doctor"
)

// doctorWithin is how long doctor may take; --timeout changes it.
const doctorWithin = 15 * time.Second

func doctorCommand() *cobra.Command {
	var f daemonFlags
	timeout, picture := doctorWithin, ""
	cmd := &cobra.Command{
		Use:   "doctor [flags]",
		Short: "Say which daemon is meant, whether it answers, and what to do when not",
		Long: `Finds the daemon as the docker command line does, says what decided for it,
connects, asks for its version, and looks at who may use it. When that fails it
says what to do and which other daemons there are. Nothing is changed, and no
secret is printed: the output can go into a bug report.

--picture draws client, socket or port, certificates and daemon, and says who
else can reach it: users of the socket's group, containers that have the socket
mounted, ports that ask for no certificate. For that it lists the containers.

The exit code is 1 when the daemon cannot be used.`,
		Example: `  dockwire doctor
  dockwire doctor --picture
  dockwire doctor --picture=svg > docker.svg
  dockwire doctor -c remote
  dockwire doctor -H tcp://build1.example.com:2376 --tlsverify`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx, cancel := context.WithTimeout(cmd.Context(), timeout)
			defer cancel()
			if picture != "" {
				return drawDaemon(ctx, cmd.OutOrStdout(), doctor.System(f.docker(cmd)), picture)
			}
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
	cmd.Flags().StringVar(&picture, "picture", "", "draw the way to the daemon and who can reach it, as `FORMAT`: "+strings.Join(doctor.PictureFormats, ", "))
	cmd.Flags().Lookup("picture").NoOptDefVal = "text"
	_ = cmd.RegisterFlagCompletionFunc("picture", cobra.FixedCompletions(doctor.PictureFormats, cobra.ShellCompDirectiveNoFileComp))
	cmd.Flags().DurationVar(&timeout, "timeout", doctorWithin, "longest `TIME` for the examination")
	return cmd
}

// drawDaemon draws the way to the daemon. Why the daemon does not answer goes
// to stderr.
func drawDaemon(ctx context.Context, out io.Writer, in doctor.Input, format string) error {
	if !slices.Contains(doctor.PictureFormats, format) {
		return fmt.Errorf("--picture=%s: give one of %s", format, strings.Join(doctor.PictureFormats, ", "))
	}
	p, report := doctor.Draw(ctx, in)
	if err := p.Write(out, format, lineWidth(os.Stdout)); err != nil {
		return err
	}
	if report.OK() {
		return nil
	}
	for _, found := range report.Findings {
		if found.State == doctor.Failed {
			printStep(os.Stderr, string(found.State), found.Topic, found.Detail, strings.Join(found.Advice, "\n"))
		}
	}
	return exitError{code: 1}
}
