package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/dockwire/dockwire/cmd/internal/cliplugin"
	"github.com/dockwire/dockwire/intercept/dockercontext"
)

// executePlugin is execute for the binary under its other name, docker-wire:
// `docker wire run` calls it.
func executePlugin(args []string) int {
	inv := cliplugin.Parse(args)
	if inv.Metadata {
		if err := cliplugin.WriteMetadata(os.Stdout, versionText()); err != nil {
			return 1
		}
		return 0
	}
	root := rootCommand()
	if inv.ByDocker {
		nameAsPlugin(root)
		joinDocker(inv)
		if err := obey(root, inv); err != nil {
			say("%v", err)
			return 1
		}
	}
	return execute(root, inv.Args)
}

// joinDocker does what docker expects of a plugin's process. It removes docker's
// variables for plugins from the environment: a command that dockwire starts, and
// that can be a plugin too, would take itself for one.
func joinDocker(inv cliplugin.Invocation) {
	if inv.Config != "" {
		_ = os.Setenv("DOCKER_CONFIG", inv.Config)
	}
	cliplugin.Await(os.Getenv(cliplugin.SocketVariable), endSelf)
	_ = os.Unsetenv(cliplugin.SocketVariable)
	_ = os.Unsetenv(cliplugin.OriginalVariable)
}

// obey passes docker's global flags to the command. The command's own flags of
// the same names win. Commands without a daemon take none.
func obey(root *cobra.Command, inv cliplugin.Invocation) error {
	cmd, _, err := root.Find(inv.Args)
	if err != nil || cmd.Flags().Lookup("context") == nil {
		return nil // execute reports an unknown command
	}
	for _, g := range inv.Globals {
		flag := cmd.Flags().Lookup(g.Name)
		if flag == nil {
			return fmt.Errorf("docker's --%s cannot be obeyed by %s", g.Name, cmd.CommandPath())
		}
		if list, ok := flag.Value.(pflag.SliceValue); ok {
			_ = list.Replace([]string{g.Value}) // instead of a default, so that the command's own does not join it
		} else if err := cmd.Flags().Set(g.Name, g.Value); err != nil {
			return fmt.Errorf("docker's --%s %s: %w", g.Name, g.Value, err)
		}
	}
	return nil
}

// ownLine begins a line for the user to copy.
var ownLine = regexp.MustCompile(`(?m)^( +)dockwire `)

// nameAsPlugin makes help and errors show the command as the user typed it.
func nameAsPlugin(root *cobra.Command) {
	root.Use = cliplugin.Word
	root.Annotations = map[string]string{cobra.CommandDisplayNameAnnotation: "docker " + cliplugin.Word}
	root.CompletionOptions.DisableDefaultCmd = true // docker's own covers its plugins
	var rename func(*cobra.Command)
	rename = func(cmd *cobra.Command) {
		cmd.Long = ownLine.ReplaceAllString(cmd.Long, "${1}docker "+cliplugin.Word+" ")
		cmd.Example = ownLine.ReplaceAllString(cmd.Example, "${1}docker "+cliplugin.Word+" ")
		for _, sub := range cmd.Commands() {
			rename(sub)
		}
	}
	rename(root)
}

func pluginCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "plugin",
		Short: "Make dockwire a docker command: docker wire",
		Long: `The same binary under the name docker-wire is a plugin of the docker command
line, and then

  docker -c remote wire run -- docker ps

does what dockwire run does, with docker's context and host flags obeyed.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(
		&cobra.Command{
			Use:   "install",
			Short: "Link dockwire into docker's folder of plugins",
			Long: `Makes the link cli-plugins/docker-wire in docker's configuration folder
(~/.docker, or DOCKER_CONFIG). Something else of that name is left alone.`,
			Args: cobra.NoArgs,
			RunE: func(cmd *cobra.Command, _ []string) error { return installPlugin(cmd) },
		},
		&cobra.Command{
			Use:   "uninstall",
			Short: "Remove that link",
			Args:  cobra.NoArgs,
			RunE:  func(cmd *cobra.Command, _ []string) error { return uninstallPlugin(cmd) },
		},
	)
	return cmd
}

func installPlugin(cmd *cobra.Command) error {
	program, err := ownPath()
	if err != nil {
		return err
	}
	link, fresh, err := cliplugin.Install(cliplugin.UserDir(dockerDir()), program)
	if err != nil {
		return err
	}
	verb := "links to"
	if !fresh {
		verb = "was there already and leads to"
	}
	out := cmd.OutOrStdout()
	fmt.Fprintf(out, "%s %s %s\n", link.Path, verb, link.Target)
	config, _ := dockercontext.LoadConfig(dockerDir()) // docker goes on with a broken one too
	if first, ok := cliplugin.Find(dockerDir(), config.PluginsExtraDirs); ok && first.Path != link.Path {
		say("docker finds %s first, because of cliPluginsExtraDirs in config.json", first.Path)
	}
	if _, err := exec.LookPath("docker"); err != nil {
		say("there is no docker command in PATH yet")
		return nil
	}
	fmt.Fprintf(out, "  docker wire --help\n")
	return nil
}

func uninstallPlugin(cmd *cobra.Command) error {
	program, err := ownPath()
	if err != nil {
		return err
	}
	link, removed, err := cliplugin.Uninstall(cliplugin.UserDir(dockerDir()), program)
	if err != nil {
		return err
	}
	if removed {
		fmt.Fprintf(cmd.OutOrStdout(), "%s is removed\n", link.Path)
	} else {
		fmt.Fprintf(cmd.OutOrStdout(), "%s was not there\n", link.Path)
	}
	return nil
}

// ownPath is the path of this program. A path found by PATH is better than the
// file itself, whose name may contain the version.
func ownPath() (string, error) {
	self, err := os.Executable()
	if err != nil {
		return "", err
	}
	if found, err := exec.LookPath("dockwire"); err == nil {
		a, errA := os.Stat(found)
		b, errB := os.Stat(self)
		if errA == nil && errB == nil && os.SameFile(a, b) {
			return filepath.Abs(found)
		}
	}
	return filepath.EvalSymlinks(self)
}
