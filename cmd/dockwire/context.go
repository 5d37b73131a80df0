package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dockwire/dockwire/intercept/certs"
	"github.com/dockwire/dockwire/intercept/dockercontext"
)

func contextCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "context",
		Short: "Make and remove docker contexts that point at a tap",
		Long: `A docker context that points at a tap lets one command go through it and the
next one not:

  docker -c tapped compose up

dockwire tap --context-create NAME makes one for as long as the tap runs; these
commands make one that stays.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(contextCreateCommand(), contextRemoveCommand())
	return cmd
}

func contextCreateCommand() *cobra.Command {
	var host, certPath string
	cmd := &cobra.Command{
		Use:   "create NAME --host ADDR",
		Short: "Make a docker context that points at a tap",
		Example: `  dockwire context create tapped --host unix:///tmp/tapped.sock
  dockwire context create tapped --host tls://localhost:2376 --cert-path ~/docker-certs/clients/alice`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			address, err := clientHost(host, certPath)
			if err != nil {
				return fmt.Errorf("--host: %w", err)
			}
			if _, err := createContext(args[0], address, certPath); err != nil {
				return err
			}
			fmt.Fprintf(cmd.OutOrStdout(), "docker context %s points at %s\n  docker -c %s ps\n", args[0], address, args[0])
			return nil
		},
	}
	cmd.Flags().StringVar(&host, "host", "", "`ADDR` of the tap: unix:///path, tcp://host:port or tls://host:port")
	cmd.Flags().StringVar(&certPath, "cert-path", "", "`DIR` with client certificates for a tap that listens with TLS; they are copied into the context")
	_ = cmd.MarkFlagRequired("host")
	_ = cmd.MarkFlagDirname("cert-path")
	return cmd
}

func contextRemoveCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "rm NAME",
		Short: "Remove a docker context that dockwire made",
		Long: `Removes a docker context that dockwire made and nobody changed since. Any other
is left alone.`,
		Example: `  dockwire context rm tapped`,
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := removeContext(args[0]); err != nil {
				return err
			}
			fmt.Fprintf(cmd.OutOrStdout(), "docker context %s is removed\n", args[0])
			return nil
		},
	}
}

// createContext makes a docker context for clients of a tap. certPath is
// empty for one without TLS.
func createContext(name, host, certPath string) (*dockercontext.Created, error) {
	spec := dockercontext.Spec{Name: name, Host: host, Description: "through dockwire"}
	if certPath != "" {
		files := certs.ClientFiles(certPath)
		spec.TLS = &dockercontext.TLSFiles{CA: files.CA, Cert: files.Cert, Key: files.Key}
	}
	return dockercontext.Create(dockerDir(), spec)
}

func removeContext(name string) error {
	dir := dockerDir()
	s, err := dockercontext.Load(dir, name)
	if err != nil {
		return err
	}
	if config, _ := dockercontext.LoadConfig(dir); config.CurrentContext == name {
		return fmt.Errorf("docker context %q is docker's current one; first: docker context use default", name)
	}
	// Creating a context that exists takes it over, if dockwire made it.
	made, err := dockercontext.Create(dir, dockercontext.Spec{Name: s.Name, Host: s.Host, Description: s.Description, TLS: s.TLS})
	if errors.Is(err, dockercontext.ErrExists) {
		return fmt.Errorf("docker context %q was not made by dockwire, or was changed since; remove it with: docker context rm %s", name, name)
	}
	if err != nil {
		return err
	}
	return made.Remove()
}

// tempContext is a docker context that exists for as long as a tap runs.
type tempContext struct {
	name     string
	certPath string
	made     *dockercontext.Created
}

func (l *tempContext) add(cmd *cobra.Command) {
	cmd.Flags().StringVar(&l.name, "context-create", "", "make a docker context of this `NAME` that points at the first --listen address, and remove it in the end")
	cmd.Flags().StringVar(&l.certPath, "context-cert-path", "", "`DIR` with client certificates for that context, when that address speaks TLS")
	_ = cmd.MarkFlagDirname("context-cert-path")
}

// create makes the context for the first listener.
func (l *tempContext) create(listening string) error {
	if l.name == "" || l.made != nil {
		return nil
	}
	host, err := clientHost(onThisMachine(listening), l.certPath)
	if err != nil {
		return fmt.Errorf("--context-create: %w", err)
	}
	if l.made, err = createContext(l.name, host, l.certPath); err != nil {
		return err
	}
	say("docker context %s points here: docker -c %s ps", l.name, l.name)
	return nil
}

// remove removes the context, if it was made.
func (l *tempContext) remove() {
	if l.made == nil {
		return
	}
	if err := l.made.Remove(); err != nil {
		say("the docker context is not removed: %v", err)
		return
	}
	if config, _ := dockercontext.LoadConfig(dockerDir()); config.CurrentContext == l.name {
		say("docker context %s was docker's current one and is gone now; before the next docker command: docker context use default", l.name)
	}
}

// onThisMachine is the address of a listener for clients on this machine.
func onThisMachine(listening string) string {
	return strings.NewReplacer("://0.0.0.0:", "://localhost:", "://[::]:", "://localhost:").Replace(listening)
}

// dockerDir is docker's configuration folder.
func dockerDir() string { return dockercontext.System(dockercontext.Flags{}).Dir() }
