package main

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dockwire/dockwire/cmd/internal/child"
	"github.com/dockwire/dockwire/decode/create"
	"github.com/dockwire/dockwire/intercept"
	"github.com/dockwire/dockwire/ui/safe"
)

// shells are the kinds of shell that env writes for.
var shells = []string{"sh", "fish", "powershell"}

type envFlags struct {
	listen   string
	certPath string
	shell    string
}

func envCommand() *cobra.Command {
	var f envFlags
	cmd := &cobra.Command{
		Use:   "env [flags]",
		Short: "Print the lines that point this shell's Docker clients at a tap",
		Long: `Prints what a shell has to evaluate so that every Docker client started from it
goes through a running "dockwire tap". Without --listen it is the tap of this
user that listens on a private socket.

Variables that would lead past the tap, or to TLS where it speaks none, are
removed.`,
		Example: `  eval "$(dockwire env --listen unix:///tmp/tapped.sock)"
  dockwire env --listen unix:///tmp/tapped.sock --shell fish | source
  dockwire env --listen tls://localhost:2376 --cert-path ~/docker-certs/clients/alice
  dockwire env --listen tcp://127.0.0.1:2375 --shell powershell | Out-String | Invoke-Expression`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			lines, err := f.lines()
			if err != nil {
				return err
			}
			if safe.Lines(lines) != lines {
				return fmt.Errorf("the address or a path has characters in it that no shell should be given: %q", lines)
			}
			_, err = fmt.Fprint(cmd.OutOrStdout(), lines)
			return err
		},
	}
	cmd.Flags().StringVar(&f.listen, "listen", "", "`ADDR` where the tap listens (default: this user's private socket)")
	cmd.Flags().StringVar(&f.certPath, "cert-path", "", "`DIR` with client certificates (DOCKER_CERT_PATH) for a tap that listens with TLS")
	cmd.Flags().StringVar(&f.shell, "shell", "", "write for this `SHELL`: "+strings.Join(shells, ", ")+" (default: by $SHELL)")
	_ = cmd.RegisterFlagCompletionFunc("shell", cobra.FixedCompletions(shells, cobra.ShellCompDirectiveNoFileComp))
	_ = cmd.MarkFlagDirname("cert-path")
	return cmd
}

func (f *envFlags) lines() (string, error) {
	f.shell = cmp.Or(f.shell, currentShell())
	if !slices.Contains(shells, f.shell) {
		return "", fmt.Errorf("--shell %q: give one of %s", f.shell, strings.Join(shells, ", "))
	}
	listen := f.listen
	if listen == "" {
		var err error
		if listen, err = runningTap(); err != nil {
			return "", err
		}
	}
	host, err := clientHost(listen, f.certPath)
	if err != nil {
		return "", err
	}
	set := map[string]string{"DOCKER_HOST": host}
	if f.certPath != "" {
		set["DOCKER_TLS_VERIFY"], set["DOCKER_CERT_PATH"] = "1", absolute(f.certPath)
	}
	var out strings.Builder
	for _, name := range child.Variables {
		value, given := set[name]
		if given {
			fmt.Fprintf(&out, exports[f.shell].set+"\n", name, exports[f.shell].quote(value))
		} else {
			fmt.Fprintf(&out, exports[f.shell].unset+"\n", name)
		}
	}
	return out.String(), nil
}

// clientHost is DOCKER_HOST for clients of a listener. certPath says that it
// speaks TLS, which the address may say too.
func clientHost(listen, certPath string) (string, error) {
	address := listen
	rest, tls := strings.CutPrefix(listen, "tls://")
	if tls {
		address = "tcp://" + rest
	}
	ep, err := intercept.ParseEndpoint(address)
	if err != nil {
		return "", err
	}
	switch {
	case tls && certPath == "":
		return "", fmt.Errorf("%s speaks TLS: --cert-path (tap: --context-cert-path) says where the client's certificate is (dockwire certs make makes one)", listen)
	case certPath != "" && ep.Scheme != "tcp":
		return "", fmt.Errorf("--cert-path is for tls:// and tcp:// addresses, not for %s", ep)
	case ep.Scheme == "tcp" && (strings.HasPrefix(ep.Address, "0.0.0.0:") || strings.HasPrefix(ep.Address, "[::]:")):
		return "", fmt.Errorf("%s is where a tap listens, not where a client connects: give a name or address of its host", ep)
	}
	return ep.String(), nil
}

// exports are how each kind of shell sets and removes a variable.
var exports = map[string]struct {
	set, unset string
	quote      func(string) string
}{
	"sh":   {"export %s=%s", "unset %s", create.Quote},
	"fish": {"set -gx %s %s;", "set -e %s;", quoteFish},
	"powershell": {"$Env:%s = %s", `Remove-Item -ErrorAction SilentlyContinue Env:\%s`, func(s string) string {
		return "'" + strings.ReplaceAll(s, "'", "''") + "'"
	}},
}

// quoteFish quotes for fish, where a backslash counts inside single quotes.
func quoteFish(s string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, "'", `\'`).Replace(s) + "'"
}

func currentShell() string {
	switch name := filepath.Base(os.Getenv("SHELL")); {
	case name == "fish":
		return "fish"
	case name == "pwsh", runtime.GOOS == "windows" && os.Getenv("SHELL") == "":
		return "powershell"
	}
	return "sh"
}

// runningTap finds the one private socket of this user that somebody listens
// on.
func runningTap() (string, error) {
	var found []string
	for _, dir := range privateDirs() {
		sockets, _ := filepath.Glob(filepath.Join(dir, "dockwire-*", "docker.sock"))
		for _, socket := range sockets {
			at := "unix://" + socket
			if !slices.Contains(found, at) && ours(filepath.Dir(socket)) && listened(socket) {
				found = append(found, at)
			}
		}
		if len(found) > 0 {
			break // a tap in the user's own runtime folder goes before those in /tmp
		}
	}
	switch len(found) {
	case 0:
		return "", errors.New("no running tap was found; start dockwire tap, or say with --listen where it listens")
	case 1:
		return found[0], nil
	}
	return "", fmt.Errorf("more than one tap is running; say which with --listen:\n  %s", strings.Join(found, "\n  "))
}
